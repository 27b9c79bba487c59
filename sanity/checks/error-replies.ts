import { answeredOf } from './answered.js';
import { countsOf } from './counts.js';
import { fail, pass } from './check.js';
import type { RunCheck } from './run-check.js';
import { timeUp } from './time-up.js';

/** Requests that must get error replies: from a handler that fails, and from a worker that does not know the command. */
export const errorReplies: RunCheck = {
  id: 'error_reply',
  title: 'failing handlers and unknown commands get error replies',
  function: 'worker',
  step: 'replies',
  judge({ outcome: { replies }, time }) {
    if (replies === undefined) return undefined;
    const codes: Record<string, number> = {};
    for (const { reply_codes } of replies.errors)
      for (const [code, count] of Object.entries(reply_codes)) codes[code] = (codes[code] ?? 0) + count;
    const sent = replies.errors.reduce((sum, { ledger }) => sum + ledger.sent, 0);
    const wrong = replies.errors.reduce((sum, result) => sum + result.wrong, 0);
    const right = (codes['planned_failure'] ?? 0) + (codes['unknown_command'] ?? 0);
    const { undecided, never_sent } = answeredOf(replies.errors);
    if (undecided + never_sent > 0 && wrong === 0 && right + undecided === sent)
      return timeUp(time, `${right} of ${sent + never_sent} error replies had arrived`);
    // One invocation served this check and that of several replies, which shows its time.
    if (right === sent && sent > 0 && wrong === 0)
      return pass(`a failing handler and an unknown command got ${sent} error replies`);
    return fail(
      'error_replies_missing',
      `${right} of ${sent} error replies arrived; their codes: ${countsOf(codes) || 'none'}`,
      'The worker’s log shows what happened to these requests.',
    );
  },
};
