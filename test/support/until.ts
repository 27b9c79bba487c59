import { patient } from './patience.js';
/** Waits until something is so; fails, saying what was waited for, when it does not become so in time.
 *
 * @param timeoutMs on a quiet machine
 */
export async function until(what: string, holds: () => boolean | Promise<boolean>, timeoutMs = 10_000): Promise<void> {
  const limitMs = patient(timeoutMs);
  const end = performance.now() + limitMs;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`${limitMs} ms passed, and it is not so: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
