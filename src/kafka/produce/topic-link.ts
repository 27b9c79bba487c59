import { Cluster } from '../client/cluster.js';
import type { KafkaConnection } from '../connection.js';
import type { Batch, BatchOutcome, ProducePort } from './lanes.js';

/** One client's view of one topic: who leads which partition, and produce requests to those leaders. */
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
      const { topic: found } = this.#cluster;
      if (found?.error === undefined) this.#partitionCount = found?.partitions.length ?? 0;
    });
  }

  /** Connections that are open now; none means that we are cut off. */
  get openConnections(): number {
    return this.#cluster.openConnections;
  }

  /** Kafka's name of what kept the last refresh from seeing the topic; undefined: it was there. */
  get topicError(): string | undefined {
    const error = this.#cluster.topic?.error;
    // A partition of it is being elected a leader for.
    return error === 'LEADER_NOT_AVAILABLE' ? undefined : error;
  }

  /** True while the topic was seen a short while ago, and a connection is open. */
  get isCurrent(): boolean {
    const isFresh = this.#cluster.metadataAgeMs <= this.#connection.metadataMaxAgeMs;
    return isFresh && this.openConnections > 0 && this.topicError === undefined;
  }

  /** 0 until `open` has succeeded. */
  get partitionCount(): number {
    return this.#partitionCount;
  }

  /** Connects and learns the topic's partitions. Fails with UNKNOWN_TOPIC_OR_PARTITION when there is no such topic. */
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
    const timeoutMs = this.#connection.requestTimeoutMs;
    return this.#cluster.ask(leader, 'produce', 'produce', { topic: this.topic, batches, timeoutMs });
  }

  /** Ends the connections; requests in flight get no answer. */
  close(): void {
    this.#cluster.close();
  }

  /** Beside the request: what is known serves it, and a leader that has moved says so itself. */
  #refreshIfOld(): void {
    if (this.#cluster.metadataAgeMs > this.#connection.metadataMaxAgeMs) this.#cluster.refresh().catch(() => undefined);
  }
}
