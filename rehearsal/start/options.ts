import type { Deadline } from '../../src/base/deadline.js';
import type { FunctionModel, StackModel } from '../template/index.js';
import type { GivenOptions } from '../plan/given-options.js';
import type { Plan } from '../plan/plan.js';
import type { StackKafka, StackKafkaOptions } from './stack-kafka.js';

/** What the Kafka of a rehearsal is like; it is handed on whole, down to the gateways. */
type KafkaOptions = Pick<
  StackKafkaOptions,
  'nodes' | 'version' | 'groupInitialRebalanceDelayMs' | 'sessionSeconds' | 'onRefusal'
>;

export interface RehearsalOptions extends GivenOptions, Partial<KafkaOptions> {
  /**
   * The template's file, with its assets beside it, or a plan that was made of one. A function makes the file in a folder,
   * while the Kafka starts.
   */
  readonly template: string | Plan | ((folder: string, deadline: Deadline) => Promise<string>);
  /** Sees what was read, before anything is run; throws when it will not do. A plan has been seen. */
  readonly accept?: ((model: StackModel) => void) | undefined;
  /** One that was started before and goes on afterwards. @default one of its own */
  readonly kafka?: StackKafka | undefined;
  /** Whether functions are frozen between invocations, and their connections lost meanwhile. @default false */
  readonly freeze?: boolean | undefined;
  /** Of the endpoint. @default any free one */
  readonly port?: number | undefined;
  readonly deadline: Deadline;
  readonly onProgress: (sentence: string) => void;
  /** Told in one line each what the gateways refuse, and after each invocation what the brokers denied. */
  readonly onDenied?: ((line: string) => void) | undefined;
  readonly onLog?: ((model: StackModel, one: FunctionModel, line: string) => void) | undefined;
}

export const DELAY_ON_MSK_MS = 3_000;
