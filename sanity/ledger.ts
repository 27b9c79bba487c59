import type { CollectResult } from '../lambda/collecting/collect-run.js';
import type { PublishResult } from '../lambda/publishing/publish-run.js';
import type { RequestResult } from '../lambda/publishing/request-run.js';
import type { WorkerRunResult } from '../lambda/working/worker-run.js';
import { isWarmUpId } from '../lambda/names/warm-up.js';
import { numbersOf } from '../lambda/runtime/number-ranges.js';
import type { Ledger } from './report/schema.js';

/** The answers of a run's functions, so far. */
export interface RunResults {
  requests: RequestResult[];
  publishes: PublishResult[];
  collects: CollectResult[];
  /** The time of the run ended before the collector was done. */
  collecting_cut_short: boolean;
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
 * lost. Warm-up frames, many of which expire while the worker joins its group, are not counted. Frames whose outcome the time of the run did not allow to see are undecided.
 */
export function ledgerOf({ requests, publishes, collects, collecting_cut_short, worker }: RunResults): Ledger {
  const parts = requests.flatMap(partsOf);
  const of = (key: keyof RequestResult['ledger']): number => parts.reduce((sum, { ledger }) => sum + ledger[key], 0);
  const split = splitLedger(publishes, collects, !collecting_cut_short && collects.length > 0);
  const collected = (key: keyof CollectResult['ledger']): number =>
    collects.reduce((sum, { ledger }) => sum + ledger[key], 0);

  const unanswered = of('unanswered') + split.unanswered;
  const expired = Math.min(unanswered, expiredOf(worker));
  return {
    sent: of('sent') + split.sent,
    delivered: of('delivered') + collected('delivered'),
    late: of('late') + collected('late'),
    expired,
    lost: unanswered - expired,
    send_failed: of('send_failed') + split.send_failed,
    undecided: of('undecided') + split.undecided,
    never_sent: of('never_sent') + publishes.reduce((sum, { never_sent }) => sum + never_sent, 0),
    duplicate: of('duplicate') + collected('duplicate'),
    foreign: of('foreign') + collected('foreign') + (worker?.foreign ?? 0),
    corrupt: of('corrupt') + collected('corrupt') + (worker?.bad ?? 0),
    planted: publishes.reduce((sum, { bad_records }) => sum + bad_records.length, 0),
  };
}

/** Warm-up frames are the first ones of a run, and fewer than the worker lists. */
function expiredOf(worker: WorkerRunResult | undefined): number {
  if (worker === undefined) return 0;
  return Math.max(0, worker.counts.expired - worker.expired.filter(isWarmUpId).length);
}

/**
 * The frames that one function published, and whose replies another one collected. A frame that was not acknowledged in
 * time may still have been written: if its reply was collected, it counts as answered.
 *
 * @param isJudged false: the run could not see whether the missing replies arrived
 */
export function splitLedger(
  publishes: readonly PublishResult[],
  collects: readonly CollectResult[],
  isJudged: boolean,
): { sent: number; unanswered: number; send_failed: number; undecided: number } {
  const published = (key: 'sent' | 'send_failed' | 'undecided'): number =>
    publishes.reduce((sum, result) => sum + result[key], 0);
  const unacknowledged = new Set(publishes.flatMap((result) => [...numbersOf(result.unacknowledged)]));
  const answered = collects.reduce((sum, { ledger }) => sum + ledger.delivered + ledger.late, 0);
  const written = collects
    .flatMap((result) => [...numbersOf(result.answered)])
    .filter((number) => unacknowledged.has(number)).length;

  const missing = Math.max(0, published('sent') - (answered - written));
  const sendFailed = Math.max(0, published('send_failed') - written);
  const cutOff = Math.max(0, published('undecided') - Math.max(0, written - published('send_failed')));
  return {
    sent: answered + missing + sendFailed + cutOff,
    unanswered: isJudged ? missing : 0,
    send_failed: sendFailed,
    undecided: cutOff + (isJudged ? 0 : missing),
  };
}

/** The frames of a ledger that have an outcome, or whose outcome the run could not see. */
export function accountedFor({ delivered, late, expired, lost, send_failed, undecided }: Ledger): number {
  return delivered + late + expired + lost + send_failed + undecided;
}

/**
 * Nothing is missing. Replies that are corrupt fail the check of their requests, and invalid records of another program
 * are not the fault of what the run judges.
 */
export function isClean({ late, expired, lost, send_failed }: Ledger): boolean {
  return late + expired + lost + send_failed === 0;
}
