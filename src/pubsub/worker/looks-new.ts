import type { request_info } from '../../frame/frame-codec.js';
import type { delivery } from '../subscriber/delivery.js';

/** An allowance for the time of a request from the requester to the log, and of a fetch response to this process. */
const SLACK_MS = 2_000;

/**
 * Returns whether a request past its deadline was read soon after brokers began to deliver it: it was readable for less
 * time than it had at the start. This does not prove that clocks differ: brokers deliver a record only when the in-sync
 * replicas have it, so one that is behind delays it.
 */
export function looksNew(
  { max_age_ms, received_at_ms }: Pick<delivery<unknown>, 'max_age_ms' | 'received_at_ms'>,
  { sent_at_ms, deadline_ms }: request_info,
  wallMs: number,
): boolean {
  if (max_age_ms === undefined || sent_at_ms === undefined || deadline_ms === undefined) return false;
  return max_age_ms + (wallMs - received_at_ms) + SLACK_MS < deadline_ms - sent_at_ms;
}
