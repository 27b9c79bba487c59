import type { Deadline } from '../src/base/deadline.js';

/** A CloudFormation stack, as far as a run needs it. */
export interface StackDescription {
  /** Its ARN: region and account are in it. */
  readonly id: string;
  /** As CloudFormation writes it: CREATE_COMPLETE, UPDATE_IN_PROGRESS… */
  readonly status: string;
  readonly reason: string | undefined;
  readonly outputs: Readonly<Record<string, string>>;
}

export interface InvokeRequest {
  readonly functionName: string;
  /** The event, as JSON. */
  readonly payload: string;
  /** Asks only whether the caller may; nothing is run. @default false */
  readonly dryRun?: boolean;
}

export interface InvokeAnswer {
  /** What the function returned, or its error, as JSON. */
  readonly payload: string;
  /** Set when the function threw, was killed or ran out of time; then the payload is its error. */
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
 * What a run needs of AWS, and nothing else: who implements it decides how credentials are had. Everything rejects with
 * `AwsError` when AWS, or the way to it, says no.
 */
export interface AwsPort {
  readonly region: string;
  /** Gets credentials, so that their absence is told before anything is asked. */
  credentials(deadline: Deadline): Promise<void>;
  describeStack(name: string, deadline: Deadline): Promise<StackDescription>;
  /** One attempt: a second one would be a second run. */
  invoke(request: InvokeRequest, deadline: Deadline): Promise<InvokeAnswer>;
  logLines(query: LogQuery, deadline: Deadline): Promise<readonly string[]>;
  close(): void;
}

/** What the functions are invoked through. */
export type InvokePort = Pick<AwsPort, 'invoke' | 'logLines'>;

/** Actions of the caller's role: all that it needs. */
export type AwsAction = 'lambda:InvokeFunction' | 'cloudformation:DescribeStacks' | 'logs:FilterLogEvents' | 'none';

export interface AwsErrorFacts {
  /** AWS's own name for it, or Node's code for a network failure. */
  readonly name: string;
  readonly message: string;
  /** What was asked for. */
  readonly action: AwsAction;
  readonly region: string;
  /** HTTP status, when a service answered. */
  readonly status?: number | undefined;
  /** Why it throttled, as Lambda says it. */
  readonly reason?: string | undefined;
  readonly retryAfterMs?: number | undefined;
}

/** Name of the error when no answer came in time. */
export const UNANSWERED = 'TimeoutError';

/** A refusal by AWS, or a way to it that is closed. */
export class AwsError extends Error {
  readonly facts: AwsErrorFacts;
  /** As Node has it for a network failure. */
  readonly code: string;

  constructor(facts: AwsErrorFacts, cause?: unknown) {
    super(facts.message, { cause });
    this.name = facts.name;
    this.code = facts.name;
    this.facts = facts;
  }
}
