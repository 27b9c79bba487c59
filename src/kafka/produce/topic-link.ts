import { brokerWaitMs } from '../client/broker-wait.js';
import { Cluster } from '../client/cluster.js';
import type { KafkaConnection } from '../connection.js';
import type { Batch, BatchOutcome, ProducePort } from './lanes.js';

/** The longest time until a deleted topic is noticed while nothing is sent to it, whatever the limit for the age of metadata. */
const NOTICE_MS = 5_000;

/** One client's view of one topic: the leaders of its partitions, and produce requests to them. */
export class TopicLink implements ProducePort {
  readonly topic: string;
  readonly #connection: KafkaConnection;
  readonly #cluster: Cluster;
  #partitionCount = 0;

  constructor(connection: KafkaConnection, topic: string) {
    this.topic = topic;
    this.#connection = connection;
    this.#cluster = new Cluster(connection, topic);
    this.#cluster.onRefresh(() => {
      const { topic, topicError } = this.#cluster;
      if (topicError === undefined) this.#partitionCount = topic?.partitions.length ?? 0;
    });
  }

  /** Connections that are open now; none means that no broker is reachable. */
  get openConnections(): number {
    return this.#cluster.openConnections;
  }

  /** True while the leader of a partition throttles the produce requests of this client. */
  isThrottled(partition: number): boolean {
    return this.#cluster.throttledUntil(partition, 'produce') > performance.now();
  }

  /** Kafka's name for the error of the topic at the last refresh; undefined: the topic existed. */
  get topicError(): string | undefined {
    return this.#cluster.topicError;
  }

  /** True if the topic was seen a short time ago, and a connection is open. */
  get isCurrent(): boolean {
    const isFresh = this.#cluster.metadataAgeMs <= Math.min(NOTICE_MS, this.#connection.metadataMaxAgeMs);
    return isFresh && this.openConnections > 0 && this.topicError === undefined;
  }

  /** 0 until `open` has succeeded. */
  get partitionCount(): number {
    return this.#partitionCount;
  }

  /**
   * Connects and reads the partitions of the topic. Fails with UNKNOWN_TOPIC_OR_PARTITION if the topic does not exist.
   */
  async open(): Promise<void> {
    await this.#cluster.refresh();
  }

  leaderOf(partition: number): number | undefined {
    return this.#cluster.leaderOf(partition);
  }

  async refresh(): Promise<void> {
    await this.#cluster.refresh();
  }

  async produce(leader: number, batches: readonly Batch[]): Promise<ReadonlyMap<number, BatchOutcome>> {
    this.#refreshIfOld();
    const timeoutMs = brokerWaitMs(this.#connection);
    return this.#cluster.ask(leader, 'produce', 'produce', { topic: this.topic, batches, timeoutMs });
  }

  /** Closes the connections; requests in flight get no response. */
  close(): void {
    this.#cluster.close();
  }

  /**
   * Runs beside the request, which uses the known leaders; a broker that is no longer the leader reports this itself.
   */
  #refreshIfOld(): void {
    if (this.#cluster.metadataAgeMs > this.#connection.metadataMaxAgeMs) this.#cluster.refresh().catch(() => undefined);
  }
}
