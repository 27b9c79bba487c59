import { PAYLOAD_LIMIT, type FunctionError } from './contract.js';

/** Errors that Lambda creates in place of a function, with Lambda's messages. Pure. */
export const TIMED_OUT = 'Sandbox.Timedout';

export function timedOut(id: string, timeoutMs: number): FunctionError {
  const seconds = (timeoutMs / 1000).toFixed(2);
  return { errorType: TIMED_OUT, errorMessage: `RequestId: ${id} Error: Task timed out after ${seconds} seconds` };
}

export function notLoaded(timeoutMs: number): FunctionError {
  return {
    errorType: TIMED_OUT,
    errorMessage: `the function's code was not loaded within ${(timeoutMs / 1000).toFixed(2)} seconds`,
  };
}

const signals: Readonly<Partial<Record<NodeJS.Signals, string>>> = {
  SIGKILL: 'killed',
  SIGABRT: 'aborted',
  SIGSEGV: 'segmentation fault',
  SIGTERM: 'terminated',
};

/** The process has ended: by a signal, by its own code, or because it could not be started. */
export function exited(id: string, how: { code: number | null; signal: NodeJS.Signals | null } | Error): FunctionError {
  const suffix =
    how instanceof Error
      ? `: ${how.message}`
      : how.signal !== null
        ? ` with error: signal: ${signals[how.signal] ?? how.signal}`
        : how.code === 0
          ? ' without providing a reason'
          : ` with error: exit status ${how.code ?? 'unknown'}`;
  return { errorType: 'Runtime.ExitError', errorMessage: `RequestId: ${id} Error: Runtime exited${suffix}` };
}

/** @returns undefined if the result is small enough */
export function tooLarge(result: string): FunctionError | undefined {
  const bytes = Buffer.byteLength(result);
  if (bytes <= PAYLOAD_LIMIT) return undefined;
  return {
    errorType: 'Function.ResponseSizeTooLarge',
    errorMessage: `Response payload size (${bytes} bytes) exceeded maximum allowed payload size (${PAYLOAD_LIMIT} bytes).`,
  };
}
