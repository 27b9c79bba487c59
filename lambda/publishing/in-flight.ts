import type { pubsub_error } from '../../src/base/error.js';

/** The text of the frames that one function has in flight at the same time: several copies of each are in its memory. */
const BYTES_IN_FLIGHT = 16_000_000;
/** Of a frame without its text. */
const FRAME_BYTES = 500;

/** How many frames of this size may be in flight at the same time. At least one. */
export function framesInFlight(most: number, payloadBytes: number): number {
  return Math.max(1, Math.min(most, Math.floor(BYTES_IN_FLIGHT / (payloadBytes + FRAME_BYTES))));
}

/** A timer may fire this much before its time. */
export const CLOCK_MS = 5;

/** Whether an error says only that the time for a request was over, or that it was aborted. */
export function isOutOfTime({ code }: pubsub_error): boolean {
  return code === 'deadline_exceeded' || code === 'aborted';
}
