import * as z from 'zod';
import { keep, run_id, time_ms } from './fields.js';

/** Asks a function what it may do on the cluster: when a run has failed, and the missing right is not known. */
export const rights_event = z.strictObject({
  action: z.literal('rights'),
  /** Whose groups are meant. The run should be over: its group is deleted, to see whether it may be. */
  run_id,
  keep,
  time_ms,
});
export type rights_event = z.output<typeof rights_event>;
