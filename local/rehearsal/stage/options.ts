import type { Deadline } from '../../../src/base/deadline.js';
import type { Answers } from '../answers.js';
import type { Refusal } from '../gateway/index.js';
import type { FunctionModel, StackModel } from '../template/index.js';
import type { Plan } from './plan.js';
import type { StackKafka } from './stack-kafka.js';

/** What a person says about a template: where it is, and what it leaves open. */
export interface GivenOptions {
  /** @default as CDK's manifest says, else after the file */
  readonly stackName?: string;
  /** @default as the template's surroundings and ARNs say (`takePlace`), else eu-west-1 */
  readonly region?: string;
  /** @default as the template's surroundings and ARNs say, else 111122223333, as AWS writes examples */
  readonly account?: string;
  /** Values of the template's parameters. @default their own */
  readonly parameters?: Readonly<Record<string, string>>;
  /** What the template takes from elsewhere. @default asked for, where it decides */
  readonly answers?: Answers;
  /** The cluster that is meant, where the template leaves it open. @default that of its topics, else its own */
  readonly clusterArn?: string;
  /** Topics that are there besides the template's. @default those that it names in some way */
  readonly topics?: readonly string[];
  /** Groups that the functions use. @default those that it names in some way */
  readonly groups?: readonly string[];
  /** Logical ids or names of the functions to run. @default all that work with the cluster */
  readonly functions?: readonly string[];
}

export interface RehearsalOptions extends GivenOptions {
  /**
   * The template's file, with its assets beside it, or a plan that was made of one. A function makes the file in a folder,
   * while the Kafka starts.
   */
  readonly template: string | Plan | ((folder: string, deadline: Deadline) => Promise<string>);
  /** Sees what was read, before anything is run; throws when it will not do. A plan has been seen. */
  readonly accept?: (model: StackModel) => void;
  /** One that was started before and goes on afterwards. @default one of its own */
  readonly kafka?: StackKafka;
  /** Brokers. @default 2 */
  readonly nodes?: number;
  /** @default KAFKA_VERSION */
  readonly version?: string;
  /** @default 3000, as on MSK */
  readonly groupInitialRebalanceDelayMs?: number;
  /** @default that of the token, as on MSK */
  readonly sessionSeconds?: number;
  /** Whether functions are frozen between invocations, and their connections lost meanwhile. @default false */
  readonly freeze?: boolean;
  /** Of the endpoint. @default any free one */
  readonly port?: number;
  readonly deadline: Deadline;
  readonly onProgress: (sentence: string) => void;
  readonly onRefusal?: (refusal: Refusal) => void;
  /** Told in one line each what the gateways refuse, and after each invocation what the brokers denied. */
  readonly onDenied?: (line: string) => void;
  readonly onLog?: (model: StackModel, one: FunctionModel, line: string) => void;
}

export const nodesByDefault = 2;
export const delayOnMskMs = 3_000;
