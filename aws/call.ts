import { Deadline } from '../src/base/deadline.js';
import { endpointSetting } from './endpoint.js';
import { awsError, type AwsCall } from './error.js';

/** The time limit of one read: AWS answers within a second. */
const READ_TIMEOUT_MS = 10_000;

export interface CallOptions extends AwsCall {
  /** A time limit within the deadline. @default 10 s */
  readonly timeoutMs?: number;
}

/**
 * Makes one call to AWS. The request ends when its time is over or the caller's signal is aborted.
 *
 * @param send makes the request, and passes the signal on to the client
 * @throws pubsub_error as `awsError` creates it; `aborted`
 */
export async function callAws<T>(
  { timeoutMs = READ_TIMEOUT_MS, ...call }: CallOptions,
  within: Deadline,
  send: (options: { abortSignal: AbortSignal }) => Promise<T>,
): Promise<T> {
  const request = new AbortController();
  const deadline = new Deadline(Math.min(timeoutMs, within.remainingMs()), within.signal);
  const endpoint = endpointSetting(call.action);
  try {
    return await deadline.race(send({ abortSignal: request.signal }), {
      stage: 'aws',
      what: `an answer to ${call.action}`,
      hint:
        endpoint === undefined
          ? 'Check the internet connection, and the proxy if one is needed (HTTPS_PROXY).'
          : `Check what listens at ${endpoint.url} (${endpoint.variable}).`,
      details: () => ({ ...call }),
    });
  } catch (error) {
    request.abort();
    throw awsError(error, call);
  }
}
