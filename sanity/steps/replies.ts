import { severalReplies } from '../checks/several-replies.js';
import { partsOf } from '../ledger.js';
import type { RunContext } from './context.js';

/** Requests with several replies, and requests that fail: one invocation, because each join of a group takes time. */
export async function replies(run: RunContext): Promise<void> {
  if (!run.hasTimeFor(severalReplies)) return;
  run.say('several replies to one request, and error replies');
  const answered = await run.request(run.plan.cases, severalReplies);
  const [several, ...errors] = answered === undefined ? [] : partsOf(answered.result);
  if (answered === undefined || several === undefined) return;
  run.outcome.replies = { several, errors, ms: answered.ms };
}
