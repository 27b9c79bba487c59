import type { CollectResult } from '../lambda/collecting/collect-run.js';
import type { PublishResult } from '../lambda/publishing/publish-run.js';
import type { RequestResult } from '../lambda/publishing/request-run.js';
import type { WorkerRunResult } from '../lambda/working/worker-run.js';
import type { Ledger } from './report/schema.js';

/** The answers of a run's functions, so far. */
export interface RunResults {
  requests: RequestResult[];
  publishes: PublishResult[];
  collects: CollectResult[];
  worker: WorkerRunResult | undefined;
}

/** The parts of one invocation, each as the result of a separate invocation: the first, then those of `also`. */
export function partsOf(result: RequestResult): RequestResult[] {
  return [result, ...result.also.map((part) => ({ ...result, ...part, also: [], warm_up: undefined }))];
}

/**
 * What happened to every frame of a run. Pure.
 *
 * Of the unanswered frames, those that the worker skipped because their deadline had passed are expired; the others are
 * lost.
 *
 * @throws Error when the sums do not agree: then the counting is wrong, and so would be the verdict
 */
export function ledgerOf({ requests, publishes, collects, worker }: RunResults): Ledger {
  const parts = requests.flatMap(partsOf);
  const of = (key: keyof RequestResult['ledger']): number => parts.reduce((sum, { ledger }) => sum + ledger[key], 0);
  const frames = publishes.filter(({ sent, send_failed }) => sent + send_failed > 0);
  const published = frames.reduce((sum, { sent }) => sum + sent, 0);
  const notPublished = frames.reduce((sum, { send_failed }) => sum + send_failed, 0);
  const collected = collects.reduce((sum, { ledger }) => sum + ledger.delivered, 0);
  const collectedLate = collects.reduce((sum, { ledger }) => sum + ledger.late, 0);

  const unanswered = of('unanswered') + Math.max(0, published - collected - collectedLate);
  const expired = Math.min(unanswered, worker?.counts.expired ?? 0);
  const planted = publishes.reduce((sum, { bad_records }) => sum + bad_records.length, 0);
  const sums: Ledger = {
    sent: of('sent') + published + notPublished,
    delivered: of('delivered') + collected,
    late: of('late') + collectedLate,
    expired,
    lost: unanswered - expired,
    send_failed: of('send_failed') + notPublished,
    duplicate: of('duplicate') + collects.reduce((sum, { ledger }) => sum + ledger.duplicate, 0),
    foreign: of('foreign') + collects.reduce((sum, { ledger }) => sum + ledger.foreign, 0) + (worker?.foreign ?? 0),
    corrupt: of('corrupt') + collects.reduce((sum, { ledger }) => sum + ledger.corrupt, 0) + (worker?.bad ?? 0),
    planted,
  };
  const sum = sums.delivered + sums.late + sums.expired + sums.lost + sums.send_failed;
  if (sum !== sums.sent) throw new Error(`the ledger does not add up: ${sums.sent} sent, ${sum} accounted for`);
  return sums;
}

/** Nothing is missing, and nothing is corrupt but what the run planted. */
export function isClean({ late, expired, lost, send_failed, corrupt, planted }: Ledger): boolean {
  return late + expired + lost + send_failed === 0 && corrupt <= planted;
}
