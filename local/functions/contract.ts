/** What Lambda answers when a handler throws, or cannot be loaded. */
export interface FunctionError {
  errorType: string;
  errorMessage: string;
  trace?: readonly string[] | undefined;
}

/** What we tell a function's process, and what it tells us. */
export interface RuntimeRequest {
  id: string;
  /** JSON. */
  event: string;
  deadlineMs: number;
  /** Of the function, as it was invoked. */
  arn: string;
}
export type RuntimeAnswer =
  | { tell: 'ready' }
  | { tell: 'init_failed'; error: FunctionError }
  | ({ tell: 'result'; id: string; result: string } & RuntimeFacts)
  | ({ tell: 'error'; id: string; error: FunctionError } & RuntimeFacts);
/** Of a function's process, when it has answered. */
export interface RuntimeFacts {
  memoryMb: number;
  /** Local ports of the TCP connections that it has open. */
  ports: number[];
}

/** Lambda's limit for a synchronous invocation's event, and for its result: 6 MB, and some for its own fields. */
export const PAYLOAD_LIMIT = 6_291_556;
