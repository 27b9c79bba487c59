import type { clock } from '../../base/ports.js';
import type { request_info } from '../../frame/frame-codec.js';

/**
 * How long the requester of a frame still waits, by the clock of this process. Both clocks must be synchronized.
 *
 * @returns milliseconds; negative: the deadline is over; undefined: the request has none
 */
export function msLeft(
  { deadline_ms }: Pick<request_info, 'deadline_ms'>,
  clock: Pick<clock, 'wall_ms'>,
): number | undefined {
  return deadline_ms === undefined ? undefined : deadline_ms - clock.wall_ms();
}
