import type { CollectResult } from '../../lambda/collecting/collect-run.js';
import type { PublishResult } from '../../lambda/publishing/publish-run.js';
import { replyToFunction } from '../checks/reply-to-function.js';
import { splitFlow as check } from '../checks/split-flow.js';
import type { PositionsResult } from '../../lambda/publishing/positions.js';
import type { RunContext } from './context.js';
import type { RunStart } from './plan.js';
import { startOf } from './start.js';
import { CLOSING_MS } from './run-time.js';

/** The collector starts where the topic ends now: it need not read the replies to all requests before. */
async function latest(run: RunContext, start: RunStart): Promise<RunStart> {
  const answer = await run.invoke('publisher', run.plan.positions);
  return answer.ok ? startOf(answer.result as PositionsResult) : start;
}

/** After this time, a reply that was not collected is missing. */
const COLLECT_MS = 30_000;

/** One function publishes, a second answers, a third collects. None waits for the collector to be ready. */
export async function splitFlow(run: RunContext, start: RunStart): Promise<void> {
  const { outcome, plan } = run;
  if (!run.hasTimeFor(replyToFunction)) return;
  const from = await latest(run, start);
  run.say('one function to publish and another to collect the replies');
  const startedAt = performance.now();
  const [collected, published] = await Promise.all([
    run.invoke('reply_to', plan.split_collect(from), { workMs: COLLECT_MS }),
    run.invoke('publisher', plan.split_publish(from)),
  ]);
  const ms = performance.now() - startedAt;
  const publish = published.ok ? (published.result as PublishResult) : undefined;
  if (publish !== undefined) outcome.publishes.push(publish);
  if (!collected.ok) {
    run.failed(replyToFunction, collected);
    return;
  }
  const collect = collected.result as CollectResult;
  outcome.collects.push(collect);
  const workMs = collected.limitMs - CLOSING_MS;
  outcome.collecting_cut_short = collect.stopped_by === 'deadline' && workMs < COLLECT_MS;
  outcome.split = { collected: collect, collectMs: collected.ms, published: publish, ms };
  if (!published.ok) run.failed(check, published);
}
