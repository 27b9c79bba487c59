import type { Deadline } from '../../../src/base/deadline.js';
import type { Environment } from '../context.js';

/** Which Kafka is wanted. Everything has a default. */
export interface ChooseOptions {
  /** Variables to look at: `PUBSUB_BROKERS`, `KAFKA_VERSION`, `EASY_PUBSUB_KAFKA_PORT`, `PATH`… @default process.env */
  env?: Environment | undefined;
  /** Brokers that the user named otherwise than by `PUBSUB_BROKERS`: a command line option, say. */
  brokers?: readonly string[] | undefined;
  /** Whether a Kafka that is started now goes on running afterwards (`kafka down` ends it). @default false */
  keep?: boolean | undefined;
  /** 1 to 3. @default 1; of one that runs already, any number will do */
  nodes?: number | undefined;
  /** As 3.9.1. @default `KAFKA_VERSION`; of one that runs already, any version will do unless this or the variable is set */
  version?: string | undefined;
  /** The one port to use. @default `EASY_PUBSUB_KAFKA_PORT`, else 9092, else another one if that is taken */
  port?: number | undefined;
  /** Time and signal for all of it, downloads included. @default 300 s */
  deadline?: Deadline | undefined;
  /** Told what is waited for, as short sentences without a full stop. */
  onProgress?: ((sentence: string) => void) | undefined;
}

/** `named` by the user, from the `compose` file, `kept` by `kafka up`, or `embedded` in this process's care. */
export type KafkaKind = 'named' | 'compose' | 'kept' | 'embedded';

/** A Kafka to work with. All but a `named` one is ready when it is handed out; of a named one nothing is known. */
export interface ChosenKafka extends AsyncDisposable {
  readonly kind: KafkaKind;
  /** `host:port`. */
  readonly brokers: readonly string[];
  /** One sentence without a full stop: why this one, and why none of those that come before it. */
  readonly why: string;
  /** Where it is known. */
  readonly version?: string | undefined;
  readonly clusterId?: string | undefined;
  /** Whether it was this call that started it. */
  readonly startedByUs: boolean;
  /** Ends what this call started, unless it is kept; for all others it does nothing. Idempotent. */
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
