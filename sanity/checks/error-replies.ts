import { answeredOf } from './answered.js';
import { countsOf } from './counts.js';
import { errorCases } from '../steps/plan.js';
import { fail, pass } from './check.js';
import type { RunCheck } from './run-check.js';
import { timeUp } from './time-up.js';

/** Requests that must get error replies: from a handler that fails, and from a worker that does not know the command. */
export const errorReplies: RunCheck = {
  id: 'error_reply',
  title: 'failing handlers and unknown commands get their error codes',
  function: 'worker',
  step: 'replies',
  judge({ outcome: { replies }, time }) {
    if (replies === undefined) return undefined;
    const codes: Record<string, number> = {};
    for (const { reply_codes } of replies.errors)
      for (const [code, count] of Object.entries(reply_codes)) codes[code] = (codes[code] ?? 0) + count;
    const sent = replies.errors.reduce((sum, { ledger }) => sum + ledger.sent, 0);
    const wrong = replies.errors.reduce((sum, result) => sum + result.wrong, 0);
    // Each code counts only for the requests that must get it.
    const cases = errorCases.map(({ code }, index) => {
      const result = replies.errors[index];
      return { sent: result?.ledger.sent ?? 0, correct: result?.reply_codes[code] ?? 0 };
    });
    const correct = cases.reduce((sum, one) => sum + one.correct, 0);
    const { undecided, never_sent } = answeredOf(replies.errors);
    if (undecided + never_sent > 0 && wrong === 0 && correct + undecided === sent)
      return timeUp(time, `${correct} of ${sent + never_sent} error replies had arrived`);
    // One invocation served this check and that of several replies, which shows its time.
    if (wrong === 0 && cases.every((one) => one.sent > 0 && one.correct === one.sent))
      return pass(`all ${sent} requests got their error code: ${countsOf(codes)}`);
    return fail(
      'error_replies_missing',
      `${correct} of ${sent} requests got their error code; all codes: ${countsOf(codes) || 'none'}`,
      'The worker’s log shows what happened to these requests.',
    );
  },
};
