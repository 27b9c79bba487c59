import type { config_input, config_ports, wait_options } from '../src/index.js';

/** How a Kafka for tests is found or started. Every option has a default. */
export interface test_kafka_options extends wait_options {
  /** Milliseconds for everything, downloads included: the first start of a version takes longer. @default 180 000 */
  timeout_ms?: number | undefined;
  /** The version of Kafka, such as 3.9.1. @default KAFKA_VERSION, or the one that this package is tested with */
  version?: string | undefined;
  /** The number of brokers, 1 to 3. @default 1 */
  nodes?: number | undefined;
  /** The port of the first broker. If it is taken, `start` rejects. @default a free one */
  port?: number | undefined;
  /** The environment: `PUBSUB_BROKERS`, `KAFKA_VERSION`, `JAVA_HOME`, `PATH`, … @default process.env */
  env?: Readonly<Record<string, string | undefined>> | undefined;
  /** Called with what `start` waits for, as short phrases: to see what a first start downloads. @default nothing */
  on_progress?: ((phrase: string) => void) | undefined;
}

/** Settings that a test chooses. Brokers and topics are those of the test unless it names others. */
export type test_changes = Omit<Partial<config_input>, 'connection'> & {
  /** How to connect; `brokers` may be left out. @default the brokers of the test, without a login */
  connection?: Partial<config_input['connection']>;
};

/** In addition to settings: the ports of `config.create`, and how their topics are made. */
export interface test_settings_options<F> extends config_ports<F>, wait_options {
  /** Milliseconds for the creation of the topics. @default 20 000 */
  timeout_ms?: number | undefined;
  /** The number of partitions of each topic. @default 3 */
  partitions?: number | undefined;
  /** True: there is a topic for dead letters, too. @default false */
  dead_letter?: boolean | undefined;
}
