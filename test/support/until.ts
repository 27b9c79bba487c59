import { patient } from './patience.js';
/**
 * Waits until a condition holds; if it does not hold in time, fails with the name of the condition.
 *
 * @param timeoutMs on a quiet machine
 */
export async function until(what: string, holds: () => boolean | Promise<boolean>, timeoutMs = 10_000): Promise<void> {
  const limitMs = patient(timeoutMs);
  const end = performance.now() + limitMs;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`${limitMs} ms passed, and this is still not true: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
