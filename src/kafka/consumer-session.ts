import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster, Consumer } from 'kafkajs';
import type { Deadline } from '../base/deadline.js';
import { pubsub_error } from '../base/error.js';
import { createClient, createConsumer } from './client.js';
import type { KafkaConnection } from './connection.js';
import { kafkaErrorType, toPubsubError } from './errors.js';
import { FreezeDetector } from './freeze-detector.js';
import type { MemberData } from './member-data.js';
import type { SessionHooks, SessionOptions } from './session-contract.js';
import { connectRetries, runRetries } from './session-retries.js';
import type { Sockets } from './sockets.js';
import { readMetadata, stickyAssigner } from './sticky-assigner.js';

const LIST_OFFSETS_ATTEMPTS = 6;

/**
 * One life of a kafkajs consumer: from connecting to the end by `stop` or by a crash. kafkajs' own restarts are off;
 * whoever owns the session makes a new one, so that what happened is counted and shown.
 */
export class ConsumerSession {
  readonly #options: SessionOptions;
  readonly #connection: KafkaConnection;
  readonly #hooks: SessionHooks;
  readonly #consumer: Consumer;
  readonly #cluster: Cluster;
  readonly #sockets: Sockets;
  readonly #freeze: FreezeDetector;
  readonly #stopping = new AbortController();
  #run: Promise<void> = Promise.resolve();
  #running = false;
  #crash: pubsub_error | undefined;
  #memberCount = 0;
  #lastAlive = 0;
  #committed = 0;
  #end: (error: pubsub_error | undefined) => void = () => undefined;
  #start: (started: boolean) => void = () => undefined;

  /** Resolves once offsets can be committed: true; or when the session ended before that: false. */
  readonly started: Promise<boolean>;

  /** Resolves when the session is over: with the error that ended it, or undefined after `stop`. */
  readonly ended: Promise<pubsub_error | undefined>;

  constructor(connection: KafkaConnection, options: SessionOptions, hooks: SessionHooks) {
    this.#connection = connection;
    this.#options = options;
    this.#hooks = hooks;
    this.started = new Promise((resolve) => (this.#start = resolve));
    this.ended = new Promise((resolve) => {
      this.#end = (error) => {
        this.#start(false);
        resolve(error);
      };
    });
    const client = createClient(connection, connectRetries);
    this.#sockets = client.sockets;
    const { consumer, cluster } = createConsumer(client, {
      groupId: options.groupId,
      retry: runRetries,
      sessionTimeout: options.sessionTimeoutMs,
      heartbeatInterval: options.heartbeatIntervalMs,
      rebalanceTimeout: options.rebalanceTimeoutMs,
      maxWaitTimeInMs: options.fetchMaxWaitMs,
      maxBytes: options.fetchMaxBytes,
      maxBytesPerPartition: options.fetchMaxBytes,
      metadataMaxAge: connection.metadataMaxAgeMs,
      allowAutoTopicCreation: connection.allowAutoTopicCreation,
      partitionAssigners: [
        stickyAssigner(options.topic, {
          joining: () => this.#hooks.joining(),
          leading: (members) => (this.#memberCount = members.length),
        }),
      ],
    });
    this.#consumer = consumer;
    this.#cluster = cluster;
    this.#listen();
    this.#freeze = new FreezeDetector((ms) => this.#sockets.destroyAll(`the process stood still for ${ms} ms`));
  }

  /** Given when `stop` is called: whatever waits inside a batch ends. */
  get stopSignal(): AbortSignal {
    return this.#stopping.signal;
  }

  get openSockets(): number {
    return this.#sockets.open;
  }

  /** Monotonic time of the last fetch or heartbeat that a broker answered. */
  get lastAlive(): number {
    return this.#lastAlive;
  }

  /** Connects and learns the topic. Offsets can be read from here on. */
  async open(): Promise<void> {
    try {
      await this.#consumer.connect();
      // Where a group without commits begins is decided by the owner; after records were deleted underneath us, the
      // oldest that is left loses least.
      await this.#consumer.subscribe({ topic: this.#options.topic, fromBeginning: true });
    } catch (error) {
      throw this.#translate(error);
    }
  }

  /** Joins the group and starts fetching. */
  async run(): Promise<void> {
    this.#run = this.#consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: 1,
      eachBatch: (payload) => this.#hooks.batch(payload),
    });
    await this.#run;
    // kafkajs resolves although the join failed; only the event says so.
    if (this.#crash !== undefined) throw await this.#explain(this.#crash);
    if (this.#stopping.signal.aborted) throw new pubsub_error('disposed', 'join', 'stopped while joining');
    this.#running = true;
    this.#start(true);
  }

  /** Moves a partition's next fetch. */
  seek(partition: number, offset: number): void {
    this.#consumer.seek({ topic: this.#options.topic, partition, offset: String(offset) });
  }

  pause(partitions: readonly number[]): void {
    if (partitions.length > 0) this.#consumer.pause([{ topic: this.#options.topic, partitions: [...partitions] }]);
  }

  resume(partitions: readonly number[]): void {
    if (partitions.length > 0) this.#consumer.resume([{ topic: this.#options.topic, partitions: [...partitions] }]);
  }

  /**
   * Commits offsets under the current generation.
   *
   * @returns false when the session was over before a broker could answer: kafkajs then says nothing.
   */
  async commit(offsets: ReadonlyMap<number, number>): Promise<boolean> {
    if (!this.#running || this.#crash !== undefined) return false;
    const before = this.#committed;
    try {
      await this.#consumer.commitOffsets(
        [...offsets].map(([partition, offset]) => ({ topic: this.#options.topic, partition, offset: String(offset) })),
      );
    } catch (error) {
      throw toPubsubError(error, 'commit', { group: this.#options.groupId, topic: this.#options.topic });
    }
    return this.#committed > before;
  }

  /** What the group has committed for these partitions; undefined where nothing is. */
  async committed(partitions: readonly number[]): Promise<Map<number, number | undefined>> {
    const { topic, groupId } = this.#options;
    const coordinator = await this.#cluster.findGroupCoordinator({ groupId });
    const { responses } = await coordinator.offsetFetch({
      groupId,
      topics: [{ topic, partitions: partitions.map((partition) => ({ partition, offset: '0' })) }],
    });
    const found = new Map<number, number | undefined>(partitions.map((partition) => [partition, undefined]));
    for (const { partition, offset } of responses[0]?.partitions ?? []) {
      if (Number(offset) >= 0) found.set(partition, Number(offset));
    }
    return found;
  }

  partitionIds(): number[] {
    return this.#cluster.findTopicPartitionMetadata(this.#options.topic).map(({ partitionId }) => partitionId);
  }

  /** The offset that the next record gets, per partition. */
  endOffsets(partitions: readonly number[]): Promise<Map<number, number>> {
    return this.#listOffsets(partitions, { fromBeginning: false });
  }

  startOffsets(partitions: readonly number[]): Promise<Map<number, number>> {
    return this.#listOffsets(partitions, { fromBeginning: true });
  }

  /** The first offset whose record is not older than this wall-clock time; partitions without one are left out. */
  async offsetsSince(partitions: readonly number[], wallMs: number): Promise<Map<number, number>> {
    const found = await this.#listOffsets(partitions, { fromTimestamp: Math.floor(wallMs) });
    return new Map([...found].filter(([, offset]) => offset >= 0));
  }

  /** What every member said when it joined; undefined while the group is rebalancing again. */
  async members(): Promise<MemberData[] | undefined> {
    const { state, members } = await this.#consumer.describeGroup();
    return state === 'Stable' ? members.map(({ memberMetadata }) => readMetadata(memberMetadata)) : undefined;
  }

  /**
   * Leaves the group and disconnects. Waits for a join that is under way, because kafkajs goes on joining after a
   * disconnect and would stay in the group; at the deadline the connections are cut, which ends it too.
   */
  async stop(deadline: Deadline): Promise<void> {
    this.#stopping.abort();
    this.#freeze.stop();
    const subject = { stage: 'dispose', what: 'the group to be left' } as const;
    try {
      await deadline.race(this.#run, subject);
      await deadline.race(this.#consumer.disconnect(), subject);
    } catch (error) {
      this.#connection.logger.warn('a consumer was cut off instead of leaving its group', {
        group: this.#options.groupId,
        error: error instanceof Error ? error.message : String(error),
      });
    } finally {
      this.#running = false;
      this.#sockets.close();
      this.#end(this.#crash);
    }
  }

  #listen(): void {
    const consumer = this.#consumer;
    const alive = (): void => void (this.#lastAlive = performance.now());
    consumer.on(consumer.events.FETCH, alive);
    consumer.on(consumer.events.HEARTBEAT, alive);
    consumer.on(consumer.events.COMMIT_OFFSETS, () => void (this.#committed += 1));
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
      alive();
      const partitions = [...(payload.memberAssignment[this.#options.topic] ?? [])].sort((a, b) => a - b);
      try {
        this.#hooks.joined({
          memberId: payload.memberId,
          partitions,
          alone: payload.isLeader && this.#memberCount === 1,
        });
      } catch (error) {
        // A throw here would end the consumer for good, without a word.
        this.#fail(pubsub_error.from(error, 'join', 'handling an assignment failed'));
      }
    });
    consumer.on(consumer.events.CRASH, ({ payload }) => this.#fail(this.#translate(payload.error)));
  }

  #fail(error: pubsub_error): void {
    if (this.#crash !== undefined) return;
    this.#crash = error;
    this.#running = false;
    this.#end(error);
  }

  async #listOffsets(
    partitions: readonly number[],
    from: { fromBeginning: boolean } | { fromTimestamp: number },
  ): Promise<Map<number, number>> {
    if (partitions.length === 0) return new Map();
    const { topic } = this.#options;
    for (let attempt = 1; ; attempt += 1) {
      try {
        const [answer] = await this.#cluster.fetchTopicsOffset([
          { topic, partitions: partitions.map((partition) => ({ partition })), ...from },
        ]);
        return new Map((answer?.partitions ?? []).map(({ partition, offset }) => [partition, Number(offset)]));
      } catch (thrown) {
        // A new topic's leader may need a moment longer than the metadata that names it.
        const error = toPubsubError(thrown, 'positions', { topic });
        if (!error.retryable || attempt === LIST_OFFSETS_ATTEMPTS) throw error;
        await sleep(50 * attempt, undefined, { signal: this.stopSignal }).catch(() => undefined);
        await this.#cluster.refreshMetadata();
      }
    }
  }

  /** kafkajs swallows why no coordinator was found: ask again, and see. */
  async #explain(error: pubsub_error): Promise<pubsub_error> {
    if (error.code !== 'group_refused' || kafkaErrorType(error.cause) !== undefined) return error;
    try {
      const [nodeId] = this.#cluster.getNodeIds();
      const broker = (await this.#cluster.findBroker({ nodeId: String(nodeId) })) as unknown as CoordinatorLookup;
      await broker.findGroupCoordinator({ groupId: this.#options.groupId, coordinatorType: 0 });
      return error;
    } catch (cause) {
      return this.#translate(cause);
    }
  }

  #translate(error: unknown): pubsub_error {
    return toPubsubError(error, this.#running ? 'receive' : 'join', {
      topic: this.#options.topic,
      group: this.#options.groupId,
    });
  }
}

/** A method of kafkajs' Broker that its types leave out. */
interface CoordinatorLookup {
  findGroupCoordinator(request: { groupId: string; coordinatorType: number }): Promise<unknown>;
}
