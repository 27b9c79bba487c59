import type { Deadline } from '../src/base/deadline.js';
import { awsDetails, isAwsError } from './error.js';
import type { InvokeAnswer, InvokePort, InvokeRequest } from './port.js';

/** Lambda may take this long to create the network interfaces of a function that was idle for weeks. */
const WAIT_MS = 120_000;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 5_000;

/** How often, how long and why invocations were delayed. */
export interface Waits {
  count: number;
  ms: number;
  reasons: Set<string>;
}

export function noWaits(): Waits {
  return { count: 0, ms: 0, reasons: new Set() };
}

export function sumOf(one: Waits, other: Waits): Waits {
  return {
    count: one.count + other.count,
    ms: one.ms + other.ms,
    reasons: new Set([...one.reasons, ...other.reasons]),
  };
}

/** Errors that Lambda answers before it starts a function: another attempt is not a second run. */
const notStarted =
  /^(TooManyRequestsException|ResourceConflictException|ResourceNotReadyException|CodeArtifactUserPendingException)$/;

/**
 * Invokes a function once. Tries again only after errors that come before the function is started (throttled, Pending
 * or Inactive), for two minutes at most; each wait is counted.
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
      const details = isAwsError(error) ? awsDetails(error) : undefined;
      const isOver = performance.now() - began >= WAIT_MS || within.waiting.over;
      if (details === undefined || !notStarted.test(details.aws_error) || isOver) throw error;
      const why = details.reason ?? details.aws_error;
      waits.count += 1;
      waits.reasons.add(why);
      onWait(why);
      const pausedAt = performance.now();
      // Random, so that invocations that were throttled together do not return together.
      const ms = details.retry_after_ms ?? pause * (0.75 + Math.random() / 2);
      const subject = { stage: 'handle', what: `${request.functionName} to be ready` } as const;
      await within.waiting.pause(Math.min(ms, WAIT_MS - (pausedAt - began)), subject);
      waits.ms += performance.now() - pausedAt;
    }
  }
}
