/**
 * SIGTERM ends the work that is under way, closes what was kept open, and then the process. Lambda sends it only where
 * an extension runs, and then with little time: nothing that is promised rests on it. A local run ends its functions
 * this way, so that they leave their groups.
 */
const controller = new AbortController();
const closers: (() => Promise<void>)[] = [];
let underWay: Promise<unknown> = Promise.resolve();

export const shutdownSignal: AbortSignal = controller.signal;

/** Remembers what this process is busy with. */
export function busyWith<T>(work: Promise<T>): Promise<T> {
  underWay = work;
  return work;
}

/** For clients that outlive an invocation. */
export function closeAtShutdown(close: () => Promise<void>): void {
  closers.push(close);
}

process.once('SIGTERM', () => {
  controller.abort(new Error('SIGTERM was received'));
  const work = Promise.allSettled([underWay]).then(() => Promise.allSettled(closers.map((close) => close())));
  work.finally(() => process.exit(0)).catch(() => process.exit(1));
});
