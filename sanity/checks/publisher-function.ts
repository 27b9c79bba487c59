import type { ProcessFacts } from '../../lambda/runtime/shell.js';
import { pass } from './check.js';
import type { RunCheck } from './run-check.js';

export const publisherFunction: RunCheck = {
  id: 'function_publisher',
  title: 'publisher function starts and returns',
  function: 'publisher',
  step: 'start',
  judge({ outcome: { positions } }) {
    if (positions === undefined) return undefined;
    const { ms, result } = positions;
    return { ...pass(`read both topics and returned within ${ms} ms${coldStart(result.process)}`), ms };
  },
};

/** How long a process that was started for this invocation took to load its code. */
function coldStart({ cold, init_ms }: Partial<ProcessFacts> = {}): string {
  return cold === true ? `, ${init_ms ?? 0} ms of them to load its code` : ', in a process that was already running';
}
