import type { KafkaConnection } from '../connection.js';
import { FreezeDetector } from './freeze-detector.js';
import { addressKey, addressOf, type HostAndPort } from './address.js';
import { noteClusterId, refuseTwoClusters } from './cluster-identity.js';
import { connect } from './connect.js';
import type { ApiName, BrokerAddress, BrokerApis, ClusterMetadata, TopicMetadata } from './broker-apis.js';
import type { OpenConnection, RequestOptions } from './broker-connection.js';
import { BrokerError } from './broker-error.js';
import { ConnectionFailure } from './connection-failure.js';
import { ConnectionPool, type Purpose } from './connection-pool.js';
import { firstAnswer } from './first-answer.js';
import { withNewestLeaders } from './newest-leaders.js';

/** If a broker has not answered a request about the cluster for this time, another broker is asked as well. */
const HEDGE_MS = 1_000;
const WATCH_MS = 500;

/**
 * The brokers of a cluster as one client sees them: their addresses, the leaders of the partitions of one topic, and
 * the connections, which are opened when they are needed.
 *
 * One topic only, because Kafka refuses a whole metadata request if the client may not see one of its topics.
 *
 * A broker that hangs (a frozen process, a network that drops packets) still accepts connections. While one does not
 * answer, the others are asked. When the cluster no longer lists it, its connections are closed, so that their requests
 * fail and are sent to the broker that replaced it.
 */
export class Cluster {
  readonly #settings: KafkaConnection;
  readonly #topic: string | undefined;
  readonly #pool: ConnectionPool;
  readonly #freeze: FreezeDetector;
  readonly #watch: NodeJS.Timeout;
  #metadata: ClusterMetadata | undefined;
  #seenTopic: TopicMetadata | undefined;
  #leaders: number[] = [];
  #refreshedAt = Number.NEGATIVE_INFINITY;
  #refreshing: Promise<ClusterMetadata> | undefined;
  #listing: Promise<void> | undefined;
  #nextSeed: number;
  readonly #refreshed = new Set<() => void>();

  /** @param topic the topic whose partitions are needed; undefined: none */
  constructor(settings: KafkaConnection, topic?: string, open: OpenConnection = connect(settings)) {
    this.#settings = settings;
    this.#topic = topic;
    this.#pool = new ConnectionPool(open);
    this.#nextSeed = Math.floor(Math.random() * settings.brokers.length);
    this.#freeze = new FreezeDetector((ms) => this.#pool.dropAll(`the process was frozen for ${ms} ms`));
    this.#watch = setInterval(() => this.#checkSilentBrokers(), WATCH_MS);
    this.#watch.unref();
  }

  /** Connections that are open now; none means that no broker is reachable. */
  get openConnections(): number {
    return this.#pool.openCount;
  }

  /** A broker that has not answered for a while, or did not accept a connection; undefined if there is none. */
  get silentAddress(): string | undefined {
    return this.#pool.silentAddress;
  }

  /**
   * The topic when it was last seen; undefined before the first time. A broker that does not know it now, or does not
   * show it, gives neither its id nor its partitions.
   */
  get topic(): TopicMetadata | undefined {
    return this.#seenTopic;
  }

  /** Kafka's name for the error of the topic at the last refresh; undefined: the topic was seen. */
  get topicError(): string | undefined {
    return errorOf(this.#metadata?.topics[0]);
  }

  /** Milliseconds since the last successful refresh. */
  get metadataAgeMs(): number {
    return performance.now() - this.#refreshedAt;
  }

  /** Calls the listener after every response about the cluster. Returns a function that removes it. */
  onRefresh(listener: () => void): () => void {
    this.#refreshed.add(listener);
    return () => this.#refreshed.delete(listener);
  }

  /** Undefined if it is unknown, or if there is none now. */
  leaderOf(partition: number): number | undefined {
    const leader = this.#leaders[partition];
    return leader === undefined || leader < 0 ? undefined : leader;
  }

  /**
   * Monotonic time until which the leader of a partition throttles the connection for this purpose. A quota applies to
   * each broker by itself.
   */
  throttledUntil(partition: number, purpose: Purpose): number {
    const leader = this.leaderOf(partition);
    const address = leader === undefined ? undefined : this.#addressOf(leader);
    return address === undefined ? Number.NEGATIVE_INFINITY : this.#pool.throttledUntil(address, purpose);
  }

  /**
   * Refreshes the leaders. Concurrent callers share one response.
   *
   * @throws BrokerError if the topic does not exist or may not be seen
   */
  async refresh(): Promise<ClusterMetadata> {
    this.#refreshing ??= this.#askForMetadata().finally(() => (this.#refreshing = undefined));
    const metadata = await this.#refreshing;
    const error = errorOf(metadata.topics[0]);
    if (error !== undefined) throw new BrokerError(error);
    return metadata;
  }

  /** Sends a request to one broker. Rejects if it is unknown, cannot be reached, or does not answer. */
  async ask<A extends ApiName>(
    nodeId: number,
    purpose: Purpose,
    api: A,
    body: BrokerApis[A]['request'],
    options?: RequestOptions,
  ): Promise<BrokerApis[A]['answer']> {
    this.#freeze.check();
    const address = this.#addressOf(nodeId);
    if (address === undefined) throw unknownBroker(nodeId);
    return (await this.#pool.get(address, purpose)).request(api, body, options);
  }

  /**
   * Sends a request to the broker at an address, even if the metadata does not contain it: a coordinator is known by
   * its address.
   *
   * @param options a function is called when the request is sent, after a connection was opened. If it throws, the
   *   request is not sent.
   */
  async askAt<A extends ApiName>(
    address: BrokerAddress,
    purpose: Purpose,
    api: A,
    body: BrokerApis[A]['request'],
    options?: RequestOptions | (() => RequestOptions),
  ): Promise<BrokerApis[A]['answer']> {
    this.#freeze.check();
    const connection = await this.#pool.get(address, purpose);
    return connection.request(api, body, typeof options === 'function' ? options() : options);
  }

  /**
   * Sends a request to any broker: connected ones first, then known ones, then the addresses of the configuration. If
   * one takes long, the next one is asked as well, and the first response is used.
   *
   * @param isUseful false: the response is not useful, and the next broker is asked
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

  /** Monotonic time until which a broker throttles the connection for this purpose. */
  throttledUntilAt(address: HostAndPort, purpose: Purpose): number {
    return this.#pool.throttledUntil(address, purpose);
  }

  /** How long a request on the connection for this purpose has waited, even if it may wait. */
  waitingMs(address: HostAndPort, purpose: Purpose): number {
    return this.#pool.waitingMs(address, purpose);
  }

  /** Closes all connections; requests are not possible afterwards. */
  close(): void {
    this.#freeze.stop();
    clearInterval(this.#watch);
    this.#pool.close();
  }

  #addressOf(nodeId: number): BrokerAddress | undefined {
    return this.#metadata?.brokers.find((broker) => broker.nodeId === nodeId);
  }

  /** The addresses of the configuration come last, each time starting with another one. */
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
    // A broker that has just started answers before it knows its topics, or the other brokers.
    const metadata = await this.askAny(
      'metadata',
      { topics, allowAutoTopicCreation },
      (answer) => answer.brokers.length > 0 && answer.topics[0]?.error !== 'UNKNOWN_TOPIC_OR_PARTITION',
    );
    if (this.#metadata === undefined)
      await refuseTwoClusters(this.#settings, metadata, (address) => this.#askOnce(address));
    this.#refreshedAt = performance.now();
    this.#metadata = metadata;
    noteClusterId(this.#settings, metadata.clusterId);
    const topic = metadata.topics[0];
    if (topic !== undefined && errorOf(topic) === undefined) {
      this.#seenTopic = withNewestLeaders(topic, this.#seenTopic);
      this.#leaders = [];
      for (const { partition, leader } of this.#seenTopic.partitions) this.#leaders[partition] = leader;
    }
    for (const tell of [...this.#refreshed]) tell();
    return metadata;
  }

  /** Asks one broker about the cluster. A connection that is opened for this is closed again. */
  async #askOnce(address: HostAndPort): Promise<ClusterMetadata> {
    const wasOpen = this.#pool.isResponsive(address);
    const connection = await this.#pool.get(address, 'data');
    try {
      return await connection.request('metadata', { topics: [], allowAutoTopicCreation: false });
    } finally {
      if (!wasOpen) this.#pool.drop(address, 'data', 'it was needed for one request');
    }
  }

  /** A broker that does not answer may have failed although its connections are still open. */
  #checkSilentBrokers(): void {
    const listed = addressesOf(this.#metadata?.brokers ?? []);
    if (this.#pool.isClosed || !this.#pool.isSuspicious(listed)) return;
    // Leaders may have moved. A failure is reported to those who need the topic.
    this.refresh().catch(() => undefined);
    this.#listing ??= this.#closeSilent().finally(() => (this.#listing = undefined));
  }

  /**
   * Asks for the brokers only, because a refresh of a topic that has an error waits for every broker, and the silent
   * one does not answer. Never rejects.
   */
  async #closeSilent(): Promise<void> {
    const body = { topics: [], allowAutoTopicCreation: false };
    try {
      // A broker that has just started may not know any.
      const { brokers } = await this.askAny('metadata', body, (answer) => answer.brokers.length > 0);
      if (brokers.length > 0) this.#pool.closeSilent(addressesOf(brokers));
    } catch {
      // No other broker answers either: the time limits of the requests apply.
    }
  }
}

function addressesOf(brokers: readonly BrokerAddress[]): Set<string> {
  return new Set(brokers.map(addressKey));
}

/** A topic of which one partition has no leader is there. One that is only being created has no partitions. */
function errorOf(topic: TopicMetadata | undefined): string | undefined {
  const isElecting = topic?.error === 'LEADER_NOT_AVAILABLE' && topic.partitions.length > 0;
  return isElecting ? undefined : topic?.error;
}

function unknownBroker(nodeId: number): Error {
  return new ConnectionFailure('no_broker', `broker ${nodeId} is not known`);
}
