import { noRequestCounts } from '../../lambda/publishing/request-counts.js';
import type { RequestResult } from '../../lambda/publishing/request-run.js';
import type { RunTime } from '../steps/run-time.js';
import { countsOf } from './counts.js';
import { fail, pass, warn, type Finding } from './check.js';
import { enoughTime, timeUp } from './time-up.js';

type Counts = RequestResult['ledger'];

/** The counts of several invocations. */
export function answeredOf(results: readonly RequestResult[]): Counts {
  const sums = { ...noRequestCounts };
  for (const { ledger } of results) {
    for (const key of Object.keys(sums) as (keyof Counts)[]) sums[key] += ledger[key];
  }
  return sums;
}

/** Undefined if none was answered. */
export function msPerRequest(results: readonly RequestResult[]): number | undefined {
  const { delivered } = answeredOf(results);
  return delivered === 0 ? undefined : results.reduce((sum, { requests_ms }) => sum + requests_ms, 0) / delivered;
}

/** Requests whose replies must all arrive in time and as expected. */
export function answeredFinding(results: readonly RequestResult[], time: RunTime): Finding {
  const counts = answeredOf(results);
  const { sent, delivered, duplicate, late, unanswered, send_failed, corrupt, undecided, never_sent } = counts;
  const wrong = results.reduce((sum, result) => sum + result.wrong, 0);
  const unfinished = unfinishedSentence(counts);
  const isCutShort = undecided + never_sent > 0;
  const faults = countsOf({ late, unanswered, 'not acknowledged': send_failed, corrupt, 'with a wrong reply': wrong });
  if (faults !== '' || delivered + undecided < sent) {
    const evidence = `${delivered} of ${sent} requests were answered in time (${faults})`;
    const more = isCutShort ? `; the time of the run was over: ${unfinished}` : '';
    const cause = results.find((result) => result.send_failure !== undefined)?.send_failure;
    if (cause !== undefined && late + unanswered + corrupt + wrong === 0) {
      return fail(cause.code, `${evidence}: ${cause.message}${more}`, cause.hint ?? EXCEPTIONS);
    }
    return fail('replies_missing', evidence + more, EXCEPTIONS);
  }
  if (isCutShort) {
    const last = results.findLast(({ ledger }) => ledger.delivered > 0);
    const each = last === undefined ? undefined : msPerRequest([last]);
    if (each === undefined) return timeUp(time, unfinished);
    const neededMs = time.limitMs + each * (never_sent + undecided) * MARGIN;
    return timeUp(time, unfinished, enoughTime(neededMs, time.longest));
  }
  if (duplicate === 0) return pass(`all ${sent} requests were answered as expected`);
  return warn(
    `all ${sent} requests were answered; ${duplicate} replies arrived twice`,
    'A worker or a connection was replaced during the run; requests may be handled twice.',
  );
}

const EXCEPTIONS = 'The exceptions in the report list them; the worker’s log shows what happened to them.';
/** The speed of requests varies. */
const MARGIN = 1.25;

function unfinishedSentence({ sent, never_sent, delivered, undecided }: Counts): string {
  const planned = sent + never_sent;
  const open = undecided === 0 ? '' : `, ${undecided} still had time for their replies`;
  return `${sent} of ${planned} requests were sent and ${delivered} answered${open}; ${never_sent} were never sent`;
}
