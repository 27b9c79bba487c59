import type { Deadline } from '../../../src/base/deadline.js';
import type { Environment } from '../context.js';

/** The requested Kafka. Every option has a default. */
export interface ChooseOptions {
  /** The environment: `PUBSUB_BROKERS`, `KAFKA_VERSION`, `EASY_PUBSUB_KAFKA_PORT`, `PATH`… @default process.env */
  env?: Environment | undefined;
  /** Brokers that the user named without `PUBSUB_BROKERS`, for example with an option. */
  brokers?: readonly string[] | undefined;
  /** True if a broker that is started now continues to run afterwards (`kafka down` ends it). @default false */
  keep?: boolean | undefined;
  /**
   * True: a Kafka of Maven's jars, which ends with this process however it ends, comes before one of the compose file,
   * which outlives a killed process. @default false
   */
  endsWithProcess?: boolean | undefined;
  /** 1 to 3. @default 1; of a running cluster, any number */
  nodes?: number | undefined;
  /**
   * For example 3.9.1. @default `KAFKA_VERSION`; of a running broker, any version, unless this or the variable is set
   */
  version?: string | undefined;
  /** The only port to use. @default `EASY_PUBSUB_KAFKA_PORT`, or 9092, or another one if that is taken */
  port?: number | undefined;
  /** Time and signal for all of this, including downloads. @default 300 s */
  deadline?: Deadline | undefined;
  /** Called with what is waited for, as short phrases without a full stop. */
  onProgress?: ((sentence: string) => void) | undefined;
}

/** `named` by the user, from the `compose` file, `kept` by `kafka up`, or `embedded`, which ends with this process. */
export type KafkaKind = 'named' | 'compose' | 'kept' | 'embedded';

/** A chosen Kafka. It is ready, except a `named` one, which is not checked. */
export interface ChosenKafka extends AsyncDisposable {
  readonly kind: KafkaKind;
  /** `host:port`. */
  readonly brokers: readonly string[];
  /** A sentence without a full stop: why this one was chosen, and why not the ones before it. */
  readonly why: string;
  /** The version, if known. */
  readonly version?: string | undefined;
  readonly clusterId?: string | undefined;
  /** True if this call started it. */
  readonly startedByUs: boolean;
  /** Ends a broker that this call started, unless it is kept; otherwise does nothing. Idempotent. */
  stop(): Promise<void>;
}

type Parts = Omit<ChosenKafka, 'stop' | typeof Symbol.asyncDispose>;

/** @param stop called at most once */
export function chosen(parts: Parts, stop: () => Promise<void> = () => Promise.resolve()): ChosenKafka {
  let stopped: Promise<void> | undefined;
  const stopOnce = (): Promise<void> => (stopped ??= stop());
  return { ...parts, stop: stopOnce, [Symbol.asyncDispose]: stopOnce };
}

/** "a, b and c" */
export function enumerate(parts: readonly string[]): string {
  if (parts.length < 2) return parts.join('');
  return `${parts.slice(0, -1).join(', ')} and ${parts.at(-1) ?? ''}`;
}
