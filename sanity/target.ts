import type { FunctionName } from '../lambda/functions.js';
import type { Failure } from './failure.js';

interface AnswerFacts {
  readonly ms: number;
  /** The last lines of the function's log. */
  readonly log: readonly string[];
  /** How much of `ms` the invocation was put off for; it does not count against the run's time. @default 0 */
  readonly waitedMs?: number;
}

/** What a function answered. */
export type TargetAnswer =
  | (AnswerFacts & { readonly ok: true; readonly result: unknown })
  | (AnswerFacts & {
      readonly ok: false;
      readonly error: { readonly errorType: string; readonly errorMessage: string };
      readonly timedOut: boolean;
      /** Where it was not the function that failed, what did. */
      readonly failure?: Failure;
    });

export interface InvokeOptions {
  readonly timeoutMs: number;
  /** In a process that has served nothing yet, where the target can choose. */
  readonly fresh?: boolean;
}

/** A place where the functions run. */
export interface Target {
  readonly kind: 'local' | 'rehearsal' | 'stack';
  /** Clocks of several machines may differ: hops that span them are shown with that caution. */
  readonly clocks: 'one_host' | 'several';
  /** Logins and rights are needed here: a failure may be one that is missing. */
  readonly mayBeDenied: boolean;
  /** Every policy is in force from the start. @default false: a new one takes a while to spread */
  readonly rightsInForce?: boolean;
  /** The role that each function has, where that is known: for naming it when it lacks a right. */
  readonly roles?: Readonly<Partial<Record<FunctionName, string>>>;
  /** The topics are ours: bad records may be planted. Otherwise the reason why not. */
  readonly mayPlant: true | string;
  /** What a person does where a topic is missing. @default what the function says */
  readonly missingTopicsHint?: string;
  invoke(name: FunctionName, event: object, options: InvokeOptions): Promise<TargetAnswer>;
  /** Asks the functions to end what they are doing. */
  stop(): Promise<void>;
}
