import type { Deadline } from '../../src/base/deadline.js';
import type { Refusal } from '../gateway/index.js';
import type { FunctionModel, StackModel } from '../template/index.js';
import type { GivenOptions } from '../plan/given-options.js';
import type { Plan } from '../plan/plan.js';
import type { StackKafka } from './stack-kafka.js';

export interface RehearsalOptions extends GivenOptions {
  /**
   * The template's file, with its assets beside it, or a plan that was made of one. A function makes the file in a folder,
   * while the Kafka starts.
   */
  readonly template: string | Plan | ((folder: string, deadline: Deadline) => Promise<string>);
  /** Sees what was read, before anything is run; throws when it will not do. A plan has been seen. */
  readonly accept?: ((model: StackModel) => void) | undefined;
  /** One that was started before and goes on afterwards. @default one of its own */
  readonly kafka?: StackKafka | undefined;
  /** Brokers. @default 2 */
  readonly nodes?: number | undefined;
  /** @default KAFKA_VERSION */
  readonly version?: string | undefined;
  /** @default 3000, as on MSK */
  readonly groupInitialRebalanceDelayMs?: number | undefined;
  /** @default that of the token, as on MSK */
  readonly sessionSeconds?: number | undefined;
  /** Whether functions are frozen between invocations, and their connections lost meanwhile. @default false */
  readonly freeze?: boolean | undefined;
  /** Of the endpoint. @default any free one */
  readonly port?: number | undefined;
  readonly deadline: Deadline;
  readonly onProgress: (sentence: string) => void;
  readonly onRefusal?: ((refusal: Refusal) => void) | undefined;
  /** Told in one line each what the gateways refuse, and after each invocation what the brokers denied. */
  readonly onDenied?: ((line: string) => void) | undefined;
  readonly onLog?: ((model: StackModel, one: FunctionModel, line: string) => void) | undefined;
}

export const nodesByDefault = 2;
export const delayOnMskMs = 3_000;
