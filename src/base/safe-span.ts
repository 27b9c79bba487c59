import { guarded } from './hook.js';
import type { trace_span } from './ports.js';

/**
 * A span of a port: what it throws changes neither the work that runs in it nor what is sent. What is not a span at all
 * fails at each call.
 */
export function safeSpan(span: trace_span | undefined, failed: (thrown: unknown) => void): trace_span | undefined {
  if (span === undefined) return undefined;
  return {
    headers: () => {
      const headers: unknown = guarded(() => span.headers(), failed);
      return guarded(() => texts(headers), failed) ?? {};
    },
    // The work runs exactly once, whatever the port does with it, and its own result or exception is that of this call.
    run: <T>(work: () => T): T => {
      let isStarted = false;
      let outcome!: () => T;
      const once = (): void => {
        if (isStarted) return;
        isStarted = true;
        try {
          const value = work();
          outcome = () => value;
        } catch (thrown) {
          outcome = () => {
            throw thrown;
          };
        }
      };
      guarded(() => span.run(once), failed);
      // A port that did not call it.
      once();
      return outcome();
    },
    end: (outcome) => guarded(() => span.end(outcome), failed),
  };
}

function texts(headers: unknown): Record<string, string> {
  const copy = { ...(headers as Record<string, string>) };
  if (Object.values(copy).some((value) => typeof value !== 'string')) throw new TypeError('headers are strings');
  return copy;
}
