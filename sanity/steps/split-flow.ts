import type { CollectResult } from '../../lambda/collecting/collect-run.js';
import type { PublishResult } from '../../lambda/publishing/publish-run.js';
import { replyToFunction } from '../checks/reply-to-function.js';
import { splitFlow as check } from '../checks/split-flow.js';
import { answerFailure } from '../failure.js';
import type { RunContext } from './context.js';
import type { RunStart } from './plan.js';

/** One function publishes, a second answers, a third collects. None waits for the collector to be ready. */
export async function splitFlow(run: RunContext, start: RunStart): Promise<void> {
  const { checks, outcome, plan } = run;
  run.say('one function to publish and another to collect the replies');
  const startedAt = performance.now();
  const [collected, published] = await Promise.all([
    run.invoke('reply_to', plan.split_collect(start)),
    run.invoke('publisher', plan.split_publish(start)),
  ]);
  const ms = performance.now() - startedAt;
  const publish = published.ok ? (published.result as PublishResult) : undefined;
  if (publish !== undefined) outcome.publishes.push(publish);
  if (!collected.ok) {
    checks.fail(replyToFunction, answerFailure(collected), collected.ms);
    return;
  }
  const collect = collected.result as CollectResult;
  outcome.collects.push(collect);
  outcome.split = { collected: collect, collectMs: collected.ms, published: publish, ms };
  if (!published.ok) checks.fail(check, answerFailure(published), published.ms);
}
