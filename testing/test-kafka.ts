import { randomUUID } from 'node:crypto';
import { chooseKafka } from '../local/kafka/index.js';
import { Deadline } from '../src/base/deadline.js';
import {
  config,
  pubsub_error,
  type AirCoreFrame,
  type config_input,
  type config_ports,
  type frame_codec,
  type wait_options,
} from '../src/index.js';
import { deployedTopics } from '../src/pubsub/config/new-topics.js';
import { settingRows } from '../src/pubsub/config/setting-rows.js';
import { kafkaConnection } from '../src/pubsub/kafka-connection.js';
import { StandIn, standInKey } from './stand-in.js';
import type { test_changes, test_kafka_options, test_settings_options } from './test-kafka-options.js';
import { checkReached, createMissing, groupsOf, removeTraces, type Traces } from './test-topics.js';

const START_TIMEOUT_MS = 180_000;
const TOPICS_TIMEOUT_MS = 20_000;
const STOP_TIMEOUT_MS = 60_000;
const ATTACH_TIMEOUT_MS = 30_000;

/**
 * A real Kafka for tests, and settings with topics of their own for each test.
 *
 * @example
 * let kafka: test_kafka;
 * beforeAll(async () => void (kafka = await test_kafka.start()), 180_000);
 * afterAll(() => kafka.stop());
 */
export class test_kafka implements AsyncDisposable {
  /** Addresses of its brokers, as host:port. */
  readonly brokers: readonly string[];
  /** Why it is this Kafka, as a sentence without a full stop. */
  readonly why: string;
  readonly #connection: config_input['connection'];
  /** Ends the brokers; undefined if others started them. */
  readonly #end: (() => Promise<void>) | undefined;
  readonly #traces: Traces[] = [];
  readonly #standIns: string[] = [];
  readonly #creating = new Set<Promise<void>>();
  #stopped: Promise<void> | undefined;

  private constructor(connection: config_input['connection'], why: string, end?: () => Promise<void>) {
    this.#connection = connection;
    this.#end = end;
    this.brokers = Object.freeze([...connection.brokers]);
    this.why = why;
  }

  /**
   * Uses the brokers that `PUBSUB_BROKERS` names (with the other `PUBSUB_` variables of the connection), or those that
   * `easy-pubsub kafka up` keeps, or starts a Kafka: from Maven's jars on the installed Java, or else with Docker.
   * Resolves when it is ready. A Kafka on Java ends with this process, however that ends. Each call starts its own.
   *
   * @throws pubsub_error `kafka_unavailable` if none can be started here, or the port is taken; `connection_refused`
   *   and others if the named brokers cannot be reached; `config_invalid`, `argument_invalid`, `aborted`
   */
  static async start(options: test_kafka_options = {}): Promise<test_kafka> {
    const { env = process.env, version, nodes, port, on_progress } = options;
    const deadline = Deadline.of(options, START_TIMEOUT_MS);
    const named = connectionIn(env);
    if (named !== undefined) return test_kafka.#attached(named, deadline, 'PUBSUB_BROKERS names it');
    const kafka = await chooseKafka({
      env,
      version,
      nodes,
      port,
      deadline,
      onProgress: on_progress,
      endsWithProcess: true,
    });
    const end = kafka.startedByUs ? () => kafka.stop() : undefined;
    return new test_kafka({ brokers: [...kafka.brokers] }, kafka.why, end);
  }

  /**
   * Uses brokers that run already. `stop` deletes the topics and groups of the tests, and leaves the brokers alone.
   *
   * @param connection addresses as host:port, or the section `connection` of the configuration
   * @param options.timeout_ms @default 30 000
   * @throws pubsub_error `connection_refused` and others if no broker can be reached, `config_invalid`
   */
  static attach(
    connection: readonly string[] | config_input['connection'],
    options: wait_options = {},
  ): Promise<test_kafka> {
    const section = 'brokers' in connection ? connection : { brokers: [...connection] };
    return test_kafka.#attached(section, Deadline.of(options, ATTACH_TIMEOUT_MS), 'the test names it');
  }

  static async #attached(connection: config_input['connection'], deadline: Deadline, why: string): Promise<test_kafka> {
    await checkReached(config.create({ connection }), deadline);
    return new test_kafka(connection, why);
  }

  /**
   * Settings with topics of their own, and so with groups of their own: tests on one Kafka do not see each other. The
   * topics exist when this resolves, and are deleted by `stop`. So is a topic or a group that `changes` names, if it was
   * missing.
   *
   * @param changes settings that differ from the defaults
   * @throws pubsub_error `config_invalid`, `disposed` after `stop`, or why the topics cannot be created
   */
  settings(changes?: test_changes, options?: test_settings_options<AirCoreFrame>): Promise<config>;
  settings<F>(
    changes: test_changes,
    options: test_settings_options<F> & { frame_codec: frame_codec<F> },
  ): Promise<config<F>>;
  async settings<F>(changes: test_changes = {}, options: test_settings_options<F> = {}): Promise<config<F>> {
    if (this.#stopped !== undefined) {
      throw new pubsub_error('disposed', 'local_kafka', 'the Kafka of this test was stopped', {
        hint: 'Call settings() before stop(), for example in the test itself.',
      });
    }
    const { partitions = deployedTopics.partitions, dead_letter = false, timeout_ms, signal, ...ports } = options;
    if (!Number.isInteger(partitions) || partitions < 1) throw notPartitions(partitions);
    const deadline = Deadline.of({ timeout_ms, signal }, TOPICS_TIMEOUT_MS);
    const name = `test-${randomUUID().slice(0, 13)}`;
    const topics = {
      worker: `${name}-worker`,
      reply_to: `${name}-reply-to`,
      ...(dead_letter ? { dead_letter: `${name}-dead-letters` } : {}),
      ...changes.topics,
    };
    const connection = { ...this.#connection, ...changes.connection };
    // The overloads promise a codec for every frame class but the default one.
    const settings = config.create<F>(
      { ...changes, connection, topics },
      ports as config_ports<F> & { frame_codec: frame_codec<F> },
    );
    const creating = this.#create(settings, name, partitions, deadline);
    this.#creating.add(creating);
    try {
      await creating;
    } finally {
      this.#creating.delete(creating);
    }
    return settings;
  }

  /**
   * Ends a Kafka that `start` started, with all its data. On another one it deletes the topics and groups of its
   * settings. What waits in `expect_request` rejects. Idempotent.
   *
   * @param options.timeout_ms @default 60 000
   * @throws pubsub_error that names the topics and groups that could not be deleted; `deadline_exceeded` if members of a
   *   test's group are still there after 3 s: dispose them first
   */
  stop(options: wait_options = {}): Promise<void> {
    this.#stopped ??= this.#stop(Deadline.of(options, STOP_TIMEOUT_MS));
    return this.#stopped;
  }

  /** The same as `stop`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #create<F>(settings: config<F>, name: string, partitions: number, deadline: Deadline): Promise<void> {
    const isGroup = await groupsOf(settings, `easy-pubsub-${name}-`, this.#end === undefined, deadline);
    const topics = await createMissing(settings, partitions, deadline);
    this.#traces.push({ connection: kafkaConnection(settings), topics, isGroup });
    this.#standIns.push(standInKey(settings));
  }

  async #stop(deadline: Deadline): Promise<void> {
    const subject = { stage: 'cleanup', what: 'the end of the Kafka of this test' } as const;
    await deadline.race(Promise.allSettled(this.#creating), subject);
    await deadline.race(StandIn.endAll(this.#standIns), subject);
    if (this.#end !== undefined) await deadline.race(this.#end(), subject);
    else await removeTraces(this.#traces, deadline);
  }
}

/** The section `connection` of the `PUBSUB_` variables, if they name brokers. */
function connectionIn(env: Readonly<Record<string, string | undefined>>): config_input['connection'] | undefined {
  if (!env['PUBSUB_BROKERS']?.trim()) return undefined;
  const names = ['AWS_REGION', 'AWS_DEFAULT_REGION', ...settingRows.flatMap(ofConnection)];
  return config.from_env(Object.fromEntries(names.map((name) => [name, env[name]]))).connection;
}

function ofConnection({ section, env }: (typeof settingRows)[number]): string[] {
  return section === 'connection' && env !== undefined ? [env] : [];
}

function notPartitions(partitions: unknown): pubsub_error {
  const sentence = `partitions is ${String(partitions)}; a topic has a whole number of partitions, at least 1`;
  return new pubsub_error('argument_invalid', 'config', sentence, { details: { field: 'partitions' } });
}
