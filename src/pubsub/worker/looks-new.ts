import type { request_info } from '../../frame/frame-codec.js';
import type { delivery } from '../subscriber/delivery.js';

/**
 * An allowance for the time of a request from the requester to the log, and of a fetch response to this process: this
 * share of the time that the request had, because a requester with a short deadline expects these times to be short.
 */
const SLACK = 0.25;
const MOST_SLACK_MS = 2_000;

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
  const allowedMs = deadline_ms - sent_at_ms;
  return max_age_ms + (wallMs - received_at_ms) + Math.min(MOST_SLACK_MS, SLACK * allowedMs) < allowedMs;
}
