/**
 * On SIGTERM, the current work is ended, open clients are closed, and the process exits. Lambda sends SIGTERM only if
 * an extension runs, and then with little time, so no promise depends on it. A local run ends its functions this way,
 * so that they leave their groups.
 */
const controller = new AbortController();
const closers: (() => Promise<void>)[] = [];
let underWay: Promise<unknown> = Promise.resolve();

export const shutdownSignal: AbortSignal = controller.signal;

/** Registers the current work of this process. */
export function busyWith<T>(work: Promise<T>): Promise<T> {
  underWay = work;
  return work;
}

/** For clients that are used by several invocations. */
export function closeAtShutdown(close: () => Promise<void>): void {
  closers.push(close);
}

process.once('SIGTERM', () => {
  controller.abort(new Error('SIGTERM was received'));
  const work = Promise.allSettled([underWay]).then(() => Promise.allSettled(closers.map((close) => close())));
  work.finally(() => process.exit(0)).catch(() => process.exit(1));
});
