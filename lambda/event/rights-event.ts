import * as z from 'zod';
import { keep, runId, timeMs } from './fields.js';

/** Asks a function for its rights on the cluster: for a run that failed without naming the missing right. */
export const rightsEvent = z.strictObject({
  action: z.literal('rights'),
  /** Whose groups are meant. The run should be over: its group is deleted, to see whether it may be. */
  run_id: runId,
  keep,
  time_ms: timeMs,
});
export type RightsEvent = z.output<typeof rightsEvent>;
