import * as z from 'zod';
import { LATEST_START_MS } from '../../lambda/names/scheduled-sanity.js';
import { defaultOptions } from '../options.js';

/** Starts a run. The scheduler's events have the first two fields; a person may leave out all of them. */
export const scheduledEvent = z.strictObject({
  /** When the run was due; it is skipped when that is too long ago. */
  scheduled_time: z.iso.datetime().optional(),
  /** The same for two deliveries of one event. */
  execution_id: z.string().min(1).max(200).optional(),
  /** Counted requests. */
  count: z.number().int().min(1).max(10_000).default(defaultOptions.count),
  concurrency: z.number().int().min(1).max(1_000).default(defaultOptions.concurrency),
  payload_bytes: z.number().int().min(0).max(900_000).default(defaultOptions.payloadBytes),
});

export type ScheduledEvent = z.output<typeof scheduledEvent>;

/**
 * Why a run is skipped; undefined: it is not. Pure. Runs are far enough apart for one that starts in time to be over when
 * the next one starts.
 *
 * @param served whether this process has had an event with this id
 */
export function skipReason(
  { scheduled_time, execution_id }: ScheduledEvent,
  nowMs: number,
  served: (id: string) => boolean,
): string | undefined {
  const lateMs = scheduled_time === undefined ? 0 : nowMs - Date.parse(scheduled_time);
  if (lateMs > LATEST_START_MS) {
    return `the run was due ${Math.round(lateMs / 1000)} s ago, and would overlap with the next one`;
  }
  if (execution_id !== undefined && served(execution_id))
    return 'the event was delivered twice, and its run was already done';
  return undefined;
}
