import type { Deadline } from '../src/base/deadline.js';
import type { StackDescription } from './describe-stack.js';

export interface InvokeRequest {
  readonly functionName: string;
  /** The event, as JSON. */
  readonly payload: string;
  /** Only checks the permission of the caller: the function is not run. @default false */
  readonly dryRun?: boolean;
}

export interface InvokeAnswer {
  /** What the function returned, or its error, as JSON. */
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

/** What a run against a stack needs of AWS. Every method rejects with a `pubsub_error` for which `isAwsError` holds. */
export interface AwsPort {
  readonly region: string;
  /** Gets credentials, so that missing ones are reported before anything else is tried. */
  credentials(signal: AbortSignal): Promise<void>;
  /** Undefined when there is no such stack. */
  describeStack(name: string, within: Deadline): Promise<StackDescription | undefined>;
  /** One attempt: a second one would be a second run. */
  invoke(request: InvokeRequest, within: Deadline): Promise<InvokeAnswer>;
  logLines(query: LogQuery, within: Deadline): Promise<readonly string[]>;
  close(): void;
}

/** What the functions are invoked through. */
export type InvokePort = Pick<AwsPort, 'invoke' | 'logLines'>;
