import * as z from 'zod';

/** Names one sanity run. It is part of group names, and is in a header of every record. */
export const runId = z.string().regex(/^[a-zA-Z0-9-]{1,64}$/, 'takes 1 to 64 letters, digits and "-"');

/** Partition → offset, as JSON has it: {"0": 12, "1": 7}. */
export const offsets = z.record(z.string().regex(/^\d+$/, 'is not a partition'), z.number().int().min(0));

/** Names a part of a run, and is in its correlation ids. A function serves each part of a run once. */
export const step = z.string().min(1).max(64).default('main');

export const milliseconds = z.number().int().min(0).max(900_000);

/** How long this invocation may take, if this is less than the function's time-out. */
export const timeMs = milliseconds.optional();

/** Keeps the run's group, so that its offsets can be inspected. */
export const keep = z.boolean().default(false);

export function offsetMap(given: Record<string, number> | undefined): Map<number, number> | undefined {
  if (given === undefined) return undefined;
  return new Map(Object.entries(given).map(([partition, offset]) => [Number(partition), offset]));
}
