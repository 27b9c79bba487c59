import type { Deadline } from '../src/base/deadline.js';
import type { StackDescription } from './describe-stack.js';

export interface InvokeRequest {
  readonly functionName: string;
  /** The event, as JSON. */
  readonly payload: string;
  /** Only checks whether the caller may invoke it; the function does not run. @default false */
  readonly dryRun?: boolean;
}

export interface InvokeAnswer {
  /** The result of the function, or its error, as JSON. */
  readonly payload: string;
  /** Set when the function threw, was killed or timed out; then the payload is its error. */
  readonly functionError: string | undefined;
  /** The last 4 kB of the function's log. */
  readonly log: readonly string[];
}

export interface LogQuery {
  readonly logGroup: string;
  readonly since: Date;
  readonly limit: number;
}

/**
 * The AWS calls of a run against a stack. Every method rejects with a `pubsub_error` for which `isAwsError` is true.
 */
export interface AwsPort {
  readonly region: string;
  /** Gets credentials, so that missing ones are reported first. */
  credentials(signal: AbortSignal): Promise<void>;
  /** Undefined if the stack does not exist. */
  describeStack(name: string, within: Deadline): Promise<StackDescription | undefined>;
  /** One attempt: a second one would be a second run. */
  invoke(request: InvokeRequest, within: Deadline): Promise<InvokeAnswer>;
  logLines(query: LogQuery, within: Deadline): Promise<readonly string[]>;
  close(): void;
}

/** The client with which the functions are invoked. */
export type InvokePort = Pick<AwsPort, 'invoke' | 'logLines'>;
