import type { request_info } from '../frame/frame-codec.js';
import type { delivery } from './delivery.js';

/** What a request may have taken from the requester to the log, and a broker's answer to this process. */
const SLACK_MS = 2_000;

/**
 * Whether a request that is past its deadline came at once, as far as this process can see: it had so many milliseconds
 * from the start, and was readable for fewer. That is no proof that clocks differ: brokers whose replicas hang hold
 * records back.
 */
export function looksNew(
  { max_age_ms, received_at_ms }: Pick<delivery<unknown>, 'max_age_ms' | 'received_at_ms'>,
  { sent_at_ms, deadline_ms }: request_info,
  wallMs: number,
): boolean {
  if (max_age_ms === undefined || sent_at_ms === undefined || deadline_ms === undefined) return false;
  return max_age_ms + (wallMs - received_at_ms) + SLACK_MS < deadline_ms - sent_at_ms;
}
