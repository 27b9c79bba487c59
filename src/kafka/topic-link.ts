import type { Cluster, Consumer, Message } from 'kafkajs';
import { onAbort } from '../base/abort.js';
import { createClient, createConsumer, noRetries } from './client.js';
import type { KafkaConnection } from './connection.js';
import { FreezeDetector } from './freeze-detector.js';
import type { Batch, ProducePort } from './lanes.js';
import type { Sockets } from './sockets.js';

/**
 * One client's view of one topic: who leads which partition, and produce requests to those leaders.
 *
 * One topic only, because Kafka refuses a client's whole metadata request when one topic in it may not be seen.
 * kafkajs' own producer is not used: it loses records when a leader moves during a retry, drops what goes to an unknown
 * partition, and copies its batches quadratically. The `Broker.produce` below it does none of this.
 */
export class TopicLink implements ProducePort {
  readonly topic: string;
  readonly #connection: KafkaConnection;
  readonly #consumer: Consumer;
  readonly #cluster: Cluster;
  readonly #sockets: Sockets;
  readonly #freeze: FreezeDetector;
  #metadata: readonly { partitionId: number; leader: number }[] = [];
  #leaders: number[] = [];

  constructor(connection: KafkaConnection, topic: string) {
    const client = createClient(connection, noRetries);
    const { consumer, cluster } = createConsumer(client, {
      // Never joined: the consumer is only asked for its cluster.
      groupId: 'unused',
      allowAutoTopicCreation: connection.allowAutoTopicCreation,
      metadataMaxAge: connection.metadataMaxAgeMs,
    });
    this.topic = topic;
    this.#connection = connection;
    this.#consumer = consumer;
    this.#cluster = cluster;
    this.#sockets = client.sockets;
    this.#freeze = new FreezeDetector((ms) => client.sockets.destroyAll(`the process stood still for ${ms} ms`));
  }

  /** Sockets that are open now; none means that we are cut off. */
  get openSockets(): number {
    return this.#sockets.open;
  }

  /** 0 until `open` has succeeded. */
  get partitionCount(): number {
    this.#readMetadata();
    return this.#leaders.length;
  }

  /** Connects and learns the topic's partitions. Fails with UNKNOWN_TOPIC_OR_PARTITION when there is no such topic. */
  async open(): Promise<void> {
    await this.#cluster.connect();
    await this.#cluster.addMultipleTargetTopics([this.topic]);
    this.#readMetadata();
  }

  leaderOf(partition: number): number | undefined {
    this.#readMetadata();
    return this.#leaders[partition];
  }

  async refresh(): Promise<void> {
    if (!this.#cluster.isConnected()) await this.#cluster.connect();
    await this.#cluster.refreshMetadata();
  }

  async produce(leader: number, batches: readonly Batch[]): Promise<ReadonlyMap<number, number>> {
    this.#freeze.check();
    await this.#refreshIfOld();
    try {
      const broker = await this.#cluster.findBroker({ nodeId: String(leader) });
      const answer = (await broker.produce({
        acks: -1,
        timeout: this.#connection.requestTimeoutMs,
        topicData: [
          {
            topic: this.topic,
            partitions: batches.map(({ partition, records }) => ({
              partition,
              messages: records as readonly Message[] as Message[],
            })),
          },
        ],
      })) as ProduceAnswer;
      return this.#offsets(answer);
    } catch (error) {
      this.#forgetBroker(error);
      throw error;
    }
  }

  /** The first offset that a record written from now on can get, per partition. */
  async endOffsets(): Promise<Map<number, number>> {
    return this.#listOffsets({ fromBeginning: false });
  }

  /** The oldest offset that is still there, per partition. */
  async startOffsets(): Promise<Map<number, number>> {
    return this.#listOffsets({ fromBeginning: true });
  }

  /** Ends the connections after the requests that are in flight, or at once when `signal` is given. */
  async close(signal: AbortSignal): Promise<void> {
    this.#freeze.stop();
    const cut = (): void => this.#sockets.close();
    const forget = onAbort(signal, cut);
    try {
      await this.#consumer.disconnect();
    } finally {
      forget();
      cut();
    }
  }

  async #listOffsets(from: { fromBeginning: boolean }): Promise<Map<number, number>> {
    this.#readMetadata();
    const partitions = this.#leaders.map((_, partition) => ({ partition }));
    const [answer] = await this.#cluster.fetchTopicsOffset([{ topic: this.topic, partitions, ...from }]);
    return new Map((answer?.partitions ?? []).map(({ partition, offset }) => [partition, Number(offset)]));
  }

  #offsets({ topics }: ProduceAnswer): Map<number, number> {
    const offsets = new Map<number, number>();
    for (const { partitions } of topics) {
      for (const { partition, errorCode, baseOffset } of partitions)
        if (errorCode === 0) offsets.set(partition, Number(baseOffset));
    }
    return offsets;
  }

  async #refreshIfOld(): Promise<void> {
    try {
      await this.#cluster.refreshMetadataIfNecessary();
    } catch {
      // One partition without a leader fails the whole answer. What we knew before still serves the others, and a
      // leader that has moved says so itself.
    }
  }

  /** kafkajs keeps a broker whose connection was closed, and would go on failing with it. */
  #forgetBroker(error: unknown): void {
    if (!(error instanceof Error) || error.name !== 'KafkaJSConnectionClosedError') return;
    const { host, port } = error as Error & { host: string; port: number };
    this.#cluster.removeBroker({ host, port });
  }

  #readMetadata(): void {
    let metadata: readonly { partitionId: number; leader: number }[];
    try {
      metadata = this.#cluster.findTopicPartitionMetadata(this.topic);
    } catch {
      return; // before the first answer
    }
    if (metadata === this.#metadata || metadata.length === 0) return;
    this.#metadata = metadata;
    this.#leaders = [];
    for (const { partitionId, leader } of metadata) this.#leaders[partitionId] = leader;
  }
}

interface ProduceAnswer {
  topics: { topicName: string; partitions: { partition: number; errorCode: number; baseOffset: string }[] }[];
}
