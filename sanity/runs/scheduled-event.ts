import * as z from 'zod';
import { LATEST_START_MS } from '../../lambda/names/scheduled-sanity.js';
import { default_options } from '../options.js';

/** What makes a run: an event of the scheduler, which has the first two, or one of a person, who may leave all out. */
export const scheduled_event = z.strictObject({
  /** When the run was due; it is refused when that is too long ago. */
  scheduled_time: z.iso.datetime().optional(),
  /** The same for two deliveries of one event. */
  execution_id: z.string().min(1).max(200).optional(),
  /** Requests that are counted. */
  count: z.number().int().min(1).max(10_000).default(default_options.count),
  concurrency: z.number().int().min(1).max(1_000).default(default_options.concurrency),
  payload_bytes: z.number().int().min(0).max(900_000).default(default_options.payloadBytes),
});

export type scheduled_event = z.output<typeof scheduled_event>;

/**
 * Why a run is not made now; undefined: it is. Runs are far enough apart for one that starts in time to be over when the
 * next one begins. Pure.
 *
 * @param served tells whether this process has had an event of this id
 */
export function refusal(
  { scheduled_time, execution_id }: scheduled_event,
  now_ms: number,
  served: (id: string) => boolean,
): string | undefined {
  const late_ms = scheduled_time === undefined ? 0 : now_ms - Date.parse(scheduled_time);
  if (late_ms > LATEST_START_MS) {
    return `the run was due ${Math.round(late_ms / 1000)} s ago, and would reach into the time of the next one`;
  }
  if (execution_id !== undefined && served(execution_id)) return 'the event was delivered before: one run is enough';
  return undefined;
}
