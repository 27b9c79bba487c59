import type { KafkaConnection } from '../connection.js';
import { FreezeDetector } from './freeze-detector.js';
import { addressKey, addressOf, type HostAndPort } from './address.js';
import { connect } from './connect.js';
import type { ApiName, BrokerAddress, BrokerApis, ClusterMetadata, TopicMetadata } from './broker-apis.js';
import type { RequestOptions } from './broker-connection.js';
import { BrokerError } from './broker-error.js';
import { ConnectionPool, type Purpose } from './connection-pool.js';
import { firstAnswer } from './first-answer.js';

/** A broker that has not answered a question about the cluster for this long gets company: another one is asked too. */
const HEDGE_MS = 1_000;
const WATCH_MS = 500;

/**
 * The brokers of a cluster as one client sees them: who they are, who leads the partitions of one topic, and the
 * connections to them, which are opened when they are needed.
 *
 * One topic only, because Kafka refuses a client's whole metadata request when one topic in it may not be seen.
 *
 * A broker that hangs (a frozen process, a network that drops packets) still accepts connections. While one keeps
 * requests waiting the others are asked, and once the cluster no longer counts it among its brokers its connections are
 * closed, so that their requests fail and are sent to the broker that replaced it.
 */
export class Cluster {
  readonly #settings: KafkaConnection;
  readonly #topic: string | undefined;
  readonly #pool: ConnectionPool;
  readonly #freeze: FreezeDetector;
  readonly #watch: NodeJS.Timeout;
  #metadata: ClusterMetadata | undefined;
  #leaders: number[] = [];
  #refreshedAt = Number.NEGATIVE_INFINITY;
  #refreshing: Promise<ClusterMetadata> | undefined;
  #nextSeed: number;
  readonly #refreshed = new Set<() => void>();

  /** @param topic whose partitions are of interest; undefined: no topic's */
  constructor(settings: KafkaConnection, topic?: string) {
    this.#settings = settings;
    this.#topic = topic;
    this.#pool = new ConnectionPool(connect(settings));
    this.#nextSeed = Math.floor(Math.random() * settings.brokers.length);
    this.#freeze = new FreezeDetector((ms) => this.#pool.dropAll(`the process stood still for ${ms} ms`));
    this.#watch = setInterval(() => this.#checkSilentBrokers(), WATCH_MS);
    this.#watch.unref();
  }

  /** Connections that are open now; none means that we are cut off. */
  get openConnections(): number {
    return this.#pool.openCount;
  }

  /** The topic as of the last refresh; undefined before the first. */
  get topic(): TopicMetadata | undefined {
    return this.#metadata?.topics[0];
  }

  /** Milliseconds since the last refresh that was answered. */
  get metadataAgeMs(): number {
    return performance.now() - this.#refreshedAt;
  }

  /** Calls back after every answer about the cluster. Returns the function that ends it. */
  onRefresh(listener: () => void): () => void {
    this.#refreshed.add(listener);
    return () => this.#refreshed.delete(listener);
  }

  /** Undefined: it is not known, or there is none at the moment. */
  leaderOf(partition: number): number | undefined {
    const leader = this.#leaders[partition];
    return leader === undefined || leader < 0 ? undefined : leader;
  }

  /**
   * Asks who leads what. Callers at the same time share one answer.
   *
   * @throws BrokerError when the topic does not exist or may not be seen
   */
  async refresh(): Promise<ClusterMetadata> {
    this.#refreshing ??= this.#askForMetadata().finally(() => (this.#refreshing = undefined));
    const metadata = await this.#refreshing;
    const error = metadata.topics[0]?.error;
    // One that is being elected has partitions all the same.
    if (error !== undefined && error !== 'LEADER_NOT_AVAILABLE') throw new BrokerError(error);
    return metadata;
  }

  /** Asks one broker. Rejects when it is not known, cannot be connected to, or does not answer. */
  async ask<A extends ApiName>(
    nodeId: number,
    purpose: Purpose,
    api: A,
    body: BrokerApis[A]['request'],
    options?: RequestOptions,
  ): Promise<BrokerApis[A]['answer']> {
    this.#freeze.check();
    const address = this.#metadata?.brokers.find((broker) => broker.nodeId === nodeId);
    if (address === undefined) throw unknownBroker(nodeId);
    return (await this.#pool.get(address, purpose)).request(api, body, options);
  }

  /** Asks the broker at an address, whether or not the metadata know it: a coordinator is known by its address. */
  async askAt<A extends ApiName>(
    address: BrokerAddress,
    purpose: Purpose,
    api: A,
    body: BrokerApis[A]['request'],
    options?: RequestOptions,
  ): Promise<BrokerApis[A]['answer']> {
    this.#freeze.check();
    return (await this.#pool.get(address, purpose)).request(api, body, options);
  }

  /**
   * Asks any broker: connected ones first, then those that are known, then the addresses of the configuration. When
   * one takes long the next is asked as well, and the first answer counts.
   *
   * @param isUseful false: the answer is of no use, and the next broker is asked
   */
  askAny<A extends ApiName>(
    api: A,
    body: BrokerApis[A]['request'],
    isUseful: (answer: BrokerApis[A]['answer']) => boolean = () => true,
  ): Promise<BrokerApis[A]['answer']> {
    this.#freeze.check();
    return firstAnswer(
      this.#candidates(),
      async (address) => (await this.#pool.get(address, 'data')).request(api, body),
      { isUseful, hedgeMs: HEDGE_MS },
    );
  }

  /** Closes the connection of one purpose to a broker. */
  drop(address: HostAndPort, purpose: Purpose, reason: string): void {
    this.#pool.drop(address, purpose, reason);
  }

  /** How long the connection for a purpose has kept a request waiting, whether or not it may. */
  waitingMs(address: HostAndPort, purpose: Purpose): number {
    return this.#pool.waitingMs(address, purpose);
  }

  /** Closes everything; nothing can be asked after that. */
  close(): void {
    this.#freeze.stop();
    clearInterval(this.#watch);
    this.#pool.close();
  }

  /** The addresses of the configuration come last, each time from another one on. */
  #candidates(): HostAndPort[] {
    const known = [...(this.#metadata?.brokers ?? [])].sort(() => Math.random() - 0.5);
    const isConnected = (address: HostAndPort): boolean => this.#pool.isResponsive(address);
    const seeds = this.#settings.brokers.map(addressOf);
    const first = this.#nextSeed;
    this.#nextSeed = (first + 1) % seeds.length;
    const all = [...known, ...seeds.slice(first), ...seeds.slice(0, first)];
    const ordered = [...all.filter(isConnected), ...all.filter((address) => !isConnected(address))];
    const seen = new Set<string>();
    return ordered.filter((address) => {
      const key = addressKey(address);
      return !seen.has(key) && seen.add(key);
    });
  }

  async #askForMetadata(): Promise<ClusterMetadata> {
    const topics = this.#topic === undefined ? [] : [this.#topic];
    const { allowAutoTopicCreation } = this.#settings;
    // A broker that has just started answers before it knows its topics, or the others.
    const metadata = await this.askAny(
      'metadata',
      { topics, allowAutoTopicCreation },
      (answer) => answer.brokers.length > 0 && answer.topics[0]?.error !== 'UNKNOWN_TOPIC_OR_PARTITION',
    );
    this.#refreshedAt = performance.now();
    this.#metadata = metadata;
    const topic = metadata.topics[0];
    if (topic !== undefined && topic.error === undefined) {
      this.#leaders = [];
      for (const { partition, leader } of topic.partitions) this.#leaders[partition] = leader;
    }
    for (const tell of [...this.#refreshed]) tell();
    return metadata;
  }

  /** A broker that keeps a request waiting may be gone without its connections knowing. */
  #checkSilentBrokers(): void {
    if (this.#pool.isClosed || !this.#pool.isSuspicious) return;
    this.refresh().then(
      ({ brokers }) => this.#pool.closeSilent(new Set(brokers.map(addressKey))),
      () => undefined, // No other broker answers either: the requests' own time limits decide.
    );
  }
}

function unknownBroker(nodeId: number): Error {
  return Object.assign(new Error(`broker ${nodeId} is not known`), { name: 'KafkaJSBrokerNotFound' });
}
