import type { FunctionName } from '../../lambda/functions.js';
import type { FailedAnswer } from '../failure.js';

interface AnswerFacts {
  readonly ms: number;
  /** The last lines of the function's log. */
  readonly log: readonly string[];
  /** The part of `ms` for which the invocation was delayed; it does not count against the run's time. @default 0 */
  readonly waitedMs?: number;
}

/** What a function answered. */
export type TargetAnswer =
  | (AnswerFacts & { readonly ok: true; readonly result: unknown })
  | (AnswerFacts & FailedAnswer & { readonly ok: false });

export interface InvokeOptions {
  readonly timeoutMs: number;
  /** In a process that has handled no event yet, where the target can choose. */
  readonly fresh?: boolean;
}

/** A place where the functions run. */
export interface Target {
  readonly kind: 'local' | 'rehearsal' | 'stack';
  /** Clocks of several machines may differ: the report marks hops between machines. */
  readonly clocks: 'one_host' | 'several';
  /** The functions need credentials and rights: one that is missing may be the cause of a failure. */
  readonly canBeDenied: boolean;
  /** Every policy is in effect from the start. @default false: AWS needs a while to apply a new one */
  readonly rightsInForce?: boolean;
  /** The user of its login, where rights are ACLs of Kafka: with SCRAM, PLAIN or a certificate. @default rights are IAM's */
  readonly user?: string | undefined;
  /** The role of each function, where known: named when it lacks a right. */
  readonly roles?: Readonly<Partial<Record<FunctionName, string>>>;
  /** true: invalid records may be written to the topics. Otherwise the reason why not. */
  readonly mayPlant: true | string;
  /** The next step when a topic is missing. @default that of the function's error */
  readonly missingTopicsHint?: string;
  invoke(name: FunctionName, event: object, options: InvokeOptions): Promise<TargetAnswer>;
  /** Asks the functions to end their work. */
  stop(): Promise<void>;
}
