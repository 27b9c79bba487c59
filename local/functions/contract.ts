/** The functions that this project deploys, by their names everywhere. */
export const function_names = ['publisher', 'worker', 'reply_to'] as const;
export type FunctionName = (typeof function_names)[number];

/** What Lambda answers when a handler throws, or cannot be loaded. */
export interface FunctionError {
  errorType: string;
  errorMessage: string;
  trace?: readonly string[];
}

/** What we tell a function's process, and what it tells us. */
export type RuntimeRequest = { ask: 'invoke'; id: string; event: string; deadlineMs: number };
export type RuntimeAnswer =
  | { tell: 'ready' }
  | { tell: 'init_failed'; error: FunctionError }
  | { tell: 'result'; id: string; result: string }
  | { tell: 'error'; id: string; error: FunctionError };
