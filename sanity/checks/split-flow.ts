import { isErrorCode } from '../causes.js';
import { splitLedger } from '../ledger.js';
import type { RunTime } from '../steps/run-time.js';
import { countsOf } from './counts.js';
import { fail, pass, warn, type Finding } from './check.js';
import type { RunCheck } from './run-check.js';
import { stopReason } from './stop-reason.js';
import type { SplitFacts } from '../steps/outcome.js';
import { timeUp } from './time-up.js';

export const splitFlow: RunCheck = {
  id: 'split_flow',
  title: 'three functions exchange frames: publish, answer, collect',
  function: 'reply_to',
  step: 'split_flow',
  judge({ outcome, time }) {
    const { split, collecting_cut_short } = outcome;
    if (split === undefined) return undefined;
    const finding = splitFinding(split, collecting_cut_short, time);
    return finding === undefined ? undefined : { ...finding, ms: split.ms };
  },
};

function splitFinding({ published, collected }: SplitFacts, isCutShort: boolean, time: RunTime): Finding | undefined {
  if (published === undefined) return undefined;
  const { delivered, late, corrupt, duplicate } = collected.ledger;
  const { stopped_by } = collected;
  const { sent, unanswered, send_failed, undecided } = splitLedger([published], [collected], !isCutShort);
  const faults = countsOf({ late, unanswered, 'not acknowledged': send_failed, corrupt });
  if (faults !== '') {
    const evidence = `${delivered} of ${sent} frames were answered and collected (${faults}); collecting stopped ${stopReason(stopped_by)}`;
    const [first] = published.failures;
    if (first !== undefined && isErrorCode(first.code) && late + unanswered + corrupt === 0)
      return fail(first.code, `${evidence}: ${first.message}`, 'docs/errors.md says what to do about this code.');
    return fail(
      'replies_missing',
      evidence,
      'Check that the reply_to function reads the topic and the partitions that the frames name.',
    );
  }
  const { never_sent } = published;
  if (undecided + never_sent > 0) {
    return timeUp(
      time,
      `${sent} of ${sent + never_sent} frames were published, and ${delivered} replies were collected`,
    );
  }
  if (duplicate === 0)
    return pass(
      `${sent} frames were published by the publisher function, answered by the worker and collected by reply_to`,
    );
  return warn(
    `all ${sent} replies were collected; ${duplicate} arrived twice`,
    'Requests may be handled twice when a worker or a connection is replaced.',
  );
}
