import * as z from 'zod';
import { keep, milliseconds, offsets, runId, step, timeMs } from './fields.js';

/** Collects one run's replies, as the only member of its group. */
export const replyToEvent = z.strictObject({
  run_id: runId,
  step,
  /** Where to start: the positions that the publisher function returned. @default what comes from now on */
  from: offsets.optional(),
  /** Only replies to the requests with this `step` count. @default replies to all requests of the run */
  of_step: z.string().min(1).max(64).optional(),
  /** Ends after this many different requests are answered. */
  count: z.number().int().min(1).max(10_000_000).optional(),
  /** Ends when no reply of the run arrived for this time, counted from the first one. */
  idle_ms: milliseconds.default(10_000),
  /** Continues for this time after the count, to count duplicates. */
  drain_ms: milliseconds.default(0),
  keep,
  time_ms: timeMs,
});

export type ReplyToEvent = z.output<typeof replyToEvent>;
