/**
 * How much longer operations may take here than on a quiet machine: measured at the start of a run
 * (`vitest.config.ts`). Time limits of tests are for a quiet machine, and go through `patient`.
 */
const FACTOR = Number(process.env['TEST_PATIENCE'] ?? '2');

/** @param ms the limit on a quiet machine */
export function patient(ms: number): number {
  return Math.round(ms * FACTOR);
}
