import * as z from 'zod';
import { keep, runId, timeMs } from './fields.js';

/** Returns the rights of a function on the cluster, for a run that failed without naming the missing right. */
export const rightsEvent = z.strictObject({
  action: z.literal('rights'),
  /** The run whose groups are tested. It should be over, because its group is deleted to test this right. */
  run_id: runId,
  keep,
  time_ms: timeMs,
});
export type RightsEvent = z.output<typeof rightsEvent>;
