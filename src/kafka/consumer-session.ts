import type { Consumer } from 'kafkajs';
import type { Deadline } from '../base/deadline.js';
import { pubsub_error } from '../base/error.js';
import { createClient, createConsumer } from './client.js';
import type { KafkaConnection } from './connection.js';
import { listenTo } from './consumer-events.js';
import { coordinatorRefusal } from './coordinator-refusal.js';
import { kafkaErrorType, toPubsubError } from './errors.js';
import { FreezeDetector } from './freeze-detector.js';
import type { MemberData } from './member-data.js';
import type { SessionHooks, SessionOptions } from './session-contract.js';
import { connectRetries, runRetries } from './session-retries.js';
import type { Sockets } from './sockets.js';
import { readMetadata, stickyAssigner } from './sticky-assigner.js';
import { TopicOffsets } from './topic-offsets.js';

/**
 * One life of a kafkajs consumer: from connecting to the end by `stop` or by a crash. kafkajs' own restarts are off;
 * whoever owns the session makes a new one, so that what happened is counted and shown.
 */
export class ConsumerSession {
  readonly #options: SessionOptions;
  readonly #connection: KafkaConnection;
  readonly #hooks: SessionHooks;
  readonly #consumer: Consumer;
  readonly #offsets: TopicOffsets;
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
    this.#offsets = new TopicOffsets(cluster, options, this.stopSignal);
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

  partitionIds(): number[] {
    return this.#offsets.partitionIds();
  }

  /** What the group has committed for these partitions; undefined where nothing is. */
  committed(partitions: readonly number[]): Promise<Map<number, number | undefined>> {
    return this.#offsets.committed(partitions);
  }

  /** The offset that the next record gets, per partition. */
  endOffsets(partitions: readonly number[]): Promise<Map<number, number>> {
    return this.#offsets.ends(partitions);
  }

  startOffsets(partitions: readonly number[]): Promise<Map<number, number>> {
    return this.#offsets.starts(partitions);
  }

  /** The first offset whose record is not older than this wall-clock time; partitions without one are left out. */
  offsetsSince(partitions: readonly number[], wallMs: number): Promise<Map<number, number>> {
    return this.#offsets.since(partitions, wallMs);
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
    listenTo(this.#consumer, this.#options.topic, {
      alive: () => (this.#lastAlive = performance.now()),
      committed: () => (this.#committed += 1),
      joined: ({ memberId, isLeader, partitions }) =>
        this.#hooks.joined({ memberId, partitions, alone: isLeader && this.#memberCount === 1 }),
      joinFailed: (error) => this.#fail(pubsub_error.from(error, 'join', 'handling an assignment failed')),
      crashed: (error) => this.#fail(this.#translate(error)),
    });
  }

  #fail(error: pubsub_error): void {
    if (this.#crash !== undefined) return;
    this.#crash = error;
    this.#running = false;
    this.#end(error);
  }

  async #explain(error: pubsub_error): Promise<pubsub_error> {
    if (error.code !== 'group_refused' || kafkaErrorType(error.cause) !== undefined) return error;
    const cause = await coordinatorRefusal(this.#connection, this.#options.groupId, this.stopSignal);
    return cause === undefined ? error : this.#translate(cause);
  }

  #translate(error: unknown): pubsub_error {
    return toPubsubError(error, this.#running ? 'receive' : 'join', {
      topic: this.#options.topic,
      group: this.#options.groupId,
    });
  }
}
