import type { RequestResult } from '../../lambda/publishing/request-run.js';
import { countsOf } from './counts.js';
import { fail, pass, warn, type Finding } from './check.js';

/** Requests whose replies must all arrive in time and as expected. */
export function answeredFinding(results: readonly RequestResult[]): Finding {
  const sum = (of: (result: RequestResult) => number): number =>
    results.reduce((total, result) => total + of(result), 0);
  const counted = (key: keyof RequestResult['ledger']): number => sum(({ ledger }) => ledger[key]);
  const [sent, delivered, duplicate] = [counted('sent'), counted('delivered'), counted('duplicate')];
  const faults = countsOf({
    late: counted('late'),
    unanswered: counted('unanswered'),
    'not sent': counted('send_failed'),
    corrupt: counted('corrupt'),
    'with a wrong reply': sum(({ wrong }) => wrong),
  });
  if (faults !== '' || delivered < sent) {
    return fail(
      'replies_missing',
      `${delivered} of ${sent} requests were answered in time (${faults})`,
      'The exceptions list them with their positions; the worker’s log shows what happened to them.',
    );
  }
  if (duplicate === 0) return pass(`all ${sent} requests were answered as expected`);
  return warn(
    `all ${sent} requests were answered; ${duplicate} replies arrived twice`,
    'A worker or a connection was replaced during the run; requests may be handled twice.',
  );
}
