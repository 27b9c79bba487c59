import type { Deadline } from '../../src/base/deadline.js';
import { AwsError, UNANSWERED, type AwsAction } from '../../aws/port.js';

/** One request to AWS within its time. Rejects with `AwsError`, whatever was in the way. */
export async function ask<T>(
  action: AwsAction,
  region: string,
  deadline: Deadline,
  send: (abort: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const subject = { stage: 'handle', what: `an answer to ${action}` } as const;
  try {
    return await deadline.race(send(controller.signal), subject);
  } catch (error) {
    controller.abort();
    if (deadline.signal?.aborted) throw error;
    throw awsError(error, action, region);
  }
}

/** The SDK's exceptions, our own deadline, and Node's network errors, as one kind. */
function awsError(thrown: unknown, action: AwsAction, region: string): AwsError {
  const error = thrown as Error & {
    code?: string;
    $metadata?: { httpStatusCode?: number };
    Reason?: string;
    retryAfterSeconds?: string;
    Message?: string;
  };
  // No service answered: then it is Node that says why.
  const network = error.$metadata?.httpStatusCode === undefined ? error.code : undefined;
  const name = network === 'deadline_exceeded' ? UNANSWERED : (network ?? error.name);
  const seconds = Number(error.retryAfterSeconds ?? Number.NaN);
  return new AwsError(
    {
      name,
      // Some have their text under another name than every other error.
      message: error.message || (error.Message ?? name),
      action,
      region,
      status: error.$metadata?.httpStatusCode,
      reason: error.Reason,
      retryAfterMs: Number.isFinite(seconds) ? seconds * 1000 : undefined,
    },
    thrown,
  );
}
