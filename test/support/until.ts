/** Waits until something is so; fails, saying what was waited for, when it does not become so in time. */
export async function until(what: string, holds: () => boolean | Promise<boolean>, timeoutMs = 10_000): Promise<void> {
  const end = performance.now() + timeoutMs;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`${timeoutMs} ms passed, and it is not so: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
