import * as z from 'zod';
import { keep, runId, timeMs } from './fields.js';

/** Asks a function what it may do on the cluster: when a run has failed, and the missing right is not known. */
export const rightsEvent = z.strictObject({
  action: z.literal('rights'),
  /** Whose groups are meant. The run should be over: its group is deleted, to see whether it may be. */
  run_id: runId,
  keep,
  time_ms: timeMs,
});
export type RightsEvent = z.output<typeof rightsEvent>;
