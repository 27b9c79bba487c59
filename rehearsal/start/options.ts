import type { Deadline } from '../../src/base/deadline.js';
import type { FunctionModel, StackModel } from '../template/index.js';
import type { GivenOptions } from '../plan/given-options.js';
import type { Plan } from '../plan/plan.js';
import type { StackKafka, StackKafkaOptions } from './stack-kafka.js';

/** The options of the Kafka of a rehearsal; passed on as one object to the gateways. */
type KafkaOptions = Pick<
  StackKafkaOptions,
  'nodes' | 'version' | 'groupInitialRebalanceDelayMs' | 'sessionSeconds' | 'onRefusal'
>;

export interface RehearsalOptions extends GivenOptions, Partial<KafkaOptions> {
  /**
   * The template's file, with its assets beside it, or a plan of it. A function creates the file in a folder while
   * the Kafka starts.
   */
  readonly template: string | Plan | ((folder: string, deadline: Deadline) => Promise<string>);
  /** Called with the stack before anything runs; throws if the stack is not suitable. Not called for a plan. */
  readonly accept?: ((model: StackModel) => void) | undefined;
  /** A Kafka that was started before and keeps running afterwards. @default a new one */
  readonly kafka?: StackKafka | undefined;
  /** Whether functions are frozen between invocations, and lose their connections meanwhile. @default false */
  readonly freeze?: boolean | undefined;
  /** The port of the endpoint. @default any free port */
  readonly port?: number | undefined;
  readonly deadline: Deadline;
  readonly onProgress: (sentence: string) => void;
  /**
   * Called with one line for each refusal of the gateways, and, after each invocation, for each denial of the
   * brokers.
   */
  readonly onRefusedOrDenied?: ((line: string) => void) | undefined;
  readonly onLog?: ((model: StackModel, one: FunctionModel, line: string) => void) | undefined;
}

export const DELAY_ON_MSK_MS = 3_000;
