/** Lambda's answer for a failed function. */
export interface FunctionErrorBody {
  readonly errorType: string;
  readonly errorMessage: string;
}

/** Reads the payload of a failed invocation. A payload that is not JSON of that shape becomes the message. */
export function functionErrorOf(payload: string, functionError: string): FunctionErrorBody & { timedOut: boolean } {
  let body: Partial<FunctionErrorBody> = {};
  try {
    const parsed = JSON.parse(payload) as unknown;
    if (typeof parsed === 'object' && parsed !== null) body = parsed;
  } catch {
    body = { errorMessage: payload };
  }
  const errorType = body.errorType ?? functionError;
  const errorMessage = body.errorMessage ?? payload;
  // Older answers have no errorType for a time-out.
  const timedOut = errorType === 'Sandbox.Timedout' || /Task timed out after [\d.]+ seconds/.test(errorMessage);
  return { errorType, errorMessage, timedOut };
}
