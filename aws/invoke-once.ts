import type { Deadline } from '../src/base/deadline.js';
import { isRefusedForNow } from '../sanity/aws/failures.js';
import { AwsError, type InvokePort, type InvokeAnswer, type InvokeRequest } from './port.js';

/** Lambda takes up to this long to make the network interfaces of a function that was idle for weeks. */
const WAIT_MS = 120_000;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 5_000;

/** How often, how long and why an invocation was put off. */
export interface Waits {
  count: number;
  ms: number;
  reasons: Set<string>;
}

export function noWaits(): Waits {
  return { count: 0, ms: 0, reasons: new Set() };
}

/**
 * Invokes a function once. Only refusals that come before anything was started are waited for (429, a function that is
 * Pending or Inactive), two minutes at most; each wait is counted.
 *
 * @param within for the waits, and for one attempt
 */
export async function invokeOnce(
  aws: InvokePort,
  request: InvokeRequest,
  within: { waiting: Deadline; attempt: () => Deadline },
  waits: Waits,
  onWait: (why: string) => void = () => undefined,
): Promise<InvokeAnswer> {
  const began = performance.now();
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    try {
      return await aws.invoke(request, within.attempt());
    } catch (error) {
      const over = performance.now() - began >= WAIT_MS || within.waiting.over;
      if (!(error instanceof AwsError) || !isRefusedForNow(error) || over) throw error;
      const { name, reason, retryAfterMs } = error.facts;
      const why = reason ?? name;
      waits.count += 1;
      waits.reasons.add(why);
      onWait(why);
      const pausedAt = performance.now();
      // Several that were refused at once do not come back at once.
      const ms = retryAfterMs ?? pause * (0.75 + Math.random() / 2);
      const subject = { stage: 'handle', what: `${request.functionName} being ready` } as const;
      await within.waiting.pause(Math.min(ms, WAIT_MS - (pausedAt - began)), subject);
      waits.ms += performance.now() - pausedAt;
    }
  }
}
