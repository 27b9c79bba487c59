/** Lambda's answer if a handler throws, or cannot be loaded. */
export interface FunctionError {
  errorType: string;
  errorMessage: string;
  trace?: readonly string[] | undefined;
}

/** Messages to and from the process of a function. */
export interface RuntimeRequest {
  id: string;
  /** JSON. */
  event: string;
  deadlineMs: number;
  /** The ARN of the function, as it was invoked. */
  arn: string;
}
export type RuntimeAnswer =
  | { tell: 'ready' }
  | { tell: 'init_failed'; error: FunctionError }
  | ({ tell: 'result'; id: string; result: string } & RuntimeFacts)
  | ({ tell: 'error'; id: string; error: FunctionError } & RuntimeFacts);
/** The resources of a function's process after an answer. */
export interface RuntimeFacts {
  memoryMb: number;
  /** The local ports of its open TCP connections. */
  ports: number[];
}

/** Lambda's limit for a synchronous invocation's event, and for its result: 6 MB, and some for its own fields. */
export const PAYLOAD_LIMIT = 6_291_556;
