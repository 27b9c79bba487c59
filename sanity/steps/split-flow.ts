import type { CollectResult } from '../../lambda/collecting/collect-run.js';
import type { PublishResult } from '../../lambda/publishing/publish-run.js';
import { heads } from '../check-list.js';
import { failureOf } from '../answer-failure.js';
import { judgeSplit } from '../judge.js';
import type { RunStart } from '../plan.js';
import type { RunContext } from './context.js';

/** Step 4: one function publishes, one answers, one collects. Nobody waits for the collector to say that it is there. */
export async function splitFlow(context: RunContext, start: RunStart): Promise<void> {
  const { checks, outcome, plan } = context;
  context.say('the split flow: publish, answer, collect');
  const startedAt = performance.now();
  const [collected, published] = await Promise.all([
    context.invoke('reply_to', plan.split_collect(start)),
    context.invoke('publisher', plan.split_publish(start)),
  ]);
  const ms = performance.now() - startedAt;
  if (published.ok) outcome.publishes.push(published.result as PublishResult);
  if (!collected.ok) {
    checks.fail(heads.function_reply_to, collected.ms, failureOf(collected));
    checks.blockedByLast(heads.split_flow);
    return;
  }
  const collect = collected.result as CollectResult;
  outcome.collects.push(collect);
  const evidence = `collected for ${collected.ms} ms, and ended by its ${collect.stopped_by}`;
  checks.pass(heads.function_reply_to, collected.ms, evidence);
  if (published.ok) judgeSplit(checks, published.result as PublishResult, collect, ms);
  else checks.fail(heads.split_flow, published.ms, failureOf(published));
}
