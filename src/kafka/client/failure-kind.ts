import type { pubsub_error_code } from '../../base/error.js';

/** The operation of the caller, for messages and details. */
export interface ErrorContext {
  topic?: string;
  partition?: number;
  group?: string;
}

/** One kind of failure. `retryable`: the same call may succeed later without any change. */
export interface FailureKind {
  code: pubsub_error_code;
  retryable: boolean;
  sentence: string;
  hint?: string | undefined;
}
