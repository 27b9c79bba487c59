import type { request_info } from '../frame/frame-codec.js';
import type { delivery } from './delivery.js';

/** What a request may have taken from the requester to the log, and a broker's answer to this process. */
const SLACK_MS = 2_000;

/**
 * How far this process' clock is ahead of the requester's, at least, when a request looks past its deadline although it
 * cannot be: it had so many milliseconds from the start, and was in the log for fewer. Undefined: it may be late, or
 * nothing can be said.
 */
export function clock_ahead_ms(
  { max_age_ms, received_at_ms }: Pick<delivery<unknown>, 'max_age_ms' | 'received_at_ms'>,
  { sent_at_ms, deadline_ms }: request_info,
  wall_ms: number,
): number | undefined {
  if (max_age_ms === undefined || sent_at_ms === undefined || deadline_ms === undefined) return undefined;
  const had_ms = deadline_ms - sent_at_ms;
  const used_ms = max_age_ms + (wall_ms - received_at_ms) + SLACK_MS;
  return used_ms < had_ms && wall_ms > deadline_ms ? wall_ms - sent_at_ms - used_ms : undefined;
}
