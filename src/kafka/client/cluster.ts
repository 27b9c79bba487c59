import { onAbort } from '../../base/abort.js';
import type { KafkaConnection } from '../connection.js';
import { FreezeDetector } from './freeze-detector.js';
import { addressOf } from './address.js';
import { connect } from './connect.js';
import type { ApiName, BrokerAddress, BrokerApis, ClusterMetadata, TopicMetadata } from './broker-apis.js';
import type { BrokerConnection, OpenConnection, RequestOptions } from './broker-connection.js';
import { BrokerError } from './broker-error.js';
import { thrownError } from '../../base/thrown.js';

/**
 * What a connection is for. Kafka answers the requests of a connection one after the other: a long poll, a group that
 * rebalances, or a record whose replicas are slow would hold up everything behind it.
 */
export type Purpose = 'data' | 'produce' | 'fetch' | 'group';

/** A broker that keeps a request waiting is asked about elsewhere after this long … */
const SUSPECT_MS = 1_500;
/** … and so is one that should tell about the cluster. */
const HEDGE_MS = 1_000;
const WATCH_MS = 500;
/** A connection that has kept a request waiting for this long is not the first choice. */
const BUSY_MS = 200;

/**
 * The brokers of a cluster as one client sees them: who they are, who leads the partitions of one topic, and the
 * connections to them, which are opened when they are needed.
 *
 * One topic only, because Kafka refuses a client's whole metadata request when one topic in it may not be seen.
 *
 * A broker that hangs (a frozen process, a network that drops packets) still accepts connections. While one keeps
 * requests waiting the others are asked, and once the cluster no longer counts it among its brokers its connections are
 * closed, so that their requests fail and go to whoever took its place.
 */
export class Cluster {
  readonly #settings: KafkaConnection;
  readonly #topic: string | undefined;
  readonly #open: OpenConnection;
  readonly #connections = new Map<string, BrokerConnection>();
  readonly #opening = new Map<string, Opening>();
  readonly #closing = new AbortController();
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
    this.#open = connect(settings);
    this.#nextSeed = Math.floor(Math.random() * settings.brokers.length);
    this.#freeze = new FreezeDetector((ms) => this.dropConnections(`the process stood still for ${ms} ms`));
    this.#watch = setInterval(() => this.#checkSilentBrokers(), WATCH_MS);
    this.#watch.unref();
  }

  /** Connections that are open now; none means that we are cut off. */
  get openConnections(): number {
    let open = 0;
    for (const connection of this.#connections.values()) if (connection.isOpen) open += 1;
    return open;
  }

  /** As of the last refresh. */
  get metadata(): ClusterMetadata | undefined {
    return this.#metadata;
  }

  /** The topic as of the last refresh; undefined before the first. */
  get topic(): TopicMetadata | undefined {
    return this.#metadata?.topics[0];
  }

  /** Milliseconds since the last refresh that was answered. */
  get metadataAgeMs(): number {
    return performance.now() - this.#refreshedAt;
  }

  /** For how long the brokers have kept the oldest request waiting beyond what they may wait themselves. */
  get overdueMs(): number {
    return Math.max(0, ...[...this.#connections.values()].map((connection) => connection.overdueMs()));
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

  async refreshIfOlderThan(ms: number): Promise<void> {
    if (this.metadataAgeMs > ms) await this.refresh();
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
    return (await this.#connection(address, purpose)).request(api, body, options);
  }

  /** Asks the broker at an address, whether or not the metadata know it: a coordinator is told by its address. */
  async askAt<A extends ApiName>(
    address: BrokerAddress,
    purpose: Purpose,
    api: A,
    body: BrokerApis[A]['request'],
    options?: RequestOptions,
  ): Promise<BrokerApis[A]['answer']> {
    this.#freeze.check();
    return (await this.#connection(address, purpose)).request(api, body, options);
  }

  /**
   * Asks any broker: connected ones first, then those that are known, then the addresses of the configuration. When
   * one takes long the next is asked as well, and the first answer counts.
   *
   * @param useful false: the answer is of no use, and the next broker is asked
   */
  askAny<A extends ApiName>(
    api: A,
    body: BrokerApis[A]['request'],
    useful: (answer: BrokerApis[A]['answer']) => boolean = () => true,
  ): Promise<BrokerApis[A]['answer']> {
    this.#freeze.check();
    const candidates = this.#candidates();
    return new Promise((resolve, reject) => {
      let next = 0;
      let asked = 0;
      let failure: unknown;
      let poor: { answer: BrokerApis[A]['answer'] } | undefined;
      let timer: NodeJS.Timeout | undefined;
      const end = (act: () => void): void => {
        clearTimeout(timer);
        next = candidates.length;
        act();
      };
      const failed = (): void => {
        asked -= 1;
        if (next < candidates.length) another();
        else if (asked === 0) end(() => (poor === undefined ? reject(thrownError(failure)) : resolve(poor.answer)));
      };
      const another = (): void => {
        clearTimeout(timer);
        const candidate = candidates[next];
        if (candidate === undefined) return;
        next += 1;
        asked += 1;
        timer = setTimeout(another, HEDGE_MS);
        this.#connection(candidate, 'data')
          .then((connection) => connection.request(api, body))
          .then(
            (answer) => {
              if (useful(answer)) {
                end(() => resolve(answer));
                return;
              }
              poor ??= { answer };
              failed();
            },
            (error: unknown) => {
              // The first failure says most: those after it may come of the same cause by a longer way.
              failure ??= error;
              failed();
            },
          );
      };
      another();
    });
  }

  /** Closes every connection; the next request opens a new one. */
  dropConnections(reason: string): void {
    for (const connection of this.#connections.values()) connection.close(reason);
    this.#connections.clear();
  }

  /** Closes the connections of one purpose to a broker. */
  drop({ host, port }: { host: string; port: number }, purpose: Purpose, reason: string): void {
    const key = keyOf({ host, port }, purpose);
    this.#connections.get(key)?.close(reason);
    this.#connections.delete(key);
  }

  /** How long the connection for a purpose has kept a request waiting, whether or not it may. */
  waitingMs({ host, port }: { host: string; port: number }, purpose: Purpose): number {
    return this.#connections.get(keyOf({ host, port }, purpose))?.waitingMs() ?? 0;
  }

  /** Closes everything; nothing can be asked after that. */
  close(): void {
    this.#freeze.stop();
    clearInterval(this.#watch);
    this.#closing.abort();
    this.dropConnections('this client is closed');
  }

  #connection(address: { host: string; port: number }, purpose: Purpose): Promise<BrokerConnection> {
    const key = keyOf(address, purpose);
    const open = this.#connections.get(key);
    if (open?.isOpen === true) return Promise.resolve(open);
    const under = this.#opening.get(key);
    if (under !== undefined) return under.connection;
    const giveUp = new AbortController();
    const connection = this.#connect(address, key, giveUp.signal).finally(() => this.#opening.delete(key));
    this.#opening.set(key, {
      address: `${address.host}:${address.port}`,
      since: performance.now(),
      connection,
      giveUp,
    });
    return connection;
  }

  async #connect(address: { host: string; port: number }, key: string, giveUp: AbortSignal): Promise<BrokerConnection> {
    const signal = AbortSignal.any([this.#closing.signal, giveUp]);
    if (signal.aborted) throw closed();
    let forget = (): void => undefined;
    const gaveUp = new Promise<never>((_, reject) => (forget = onAbort(signal, () => reject(reasonOf(giveUp)))));
    const opening = this.#open(address);
    // Given up while it was being opened: nothing would use it.
    opening.then(
      (connection) => signal.aborted && connection.close('it was given up'),
      () => undefined,
    );
    try {
      const connection = await Promise.race([opening, gaveUp]);
      this.#connections.get(key)?.close('it was replaced');
      this.#connections.set(key, connection);
      return connection;
    } finally {
      forget();
    }
  }

  /** The addresses of the configuration come last, each time from another one on. */
  #candidates(): { host: string; port: number }[] {
    const known = [...(this.#metadata?.brokers ?? [])].sort(() => Math.random() - 0.5);
    const isConnected = (address: { host: string; port: number }): boolean => {
      const connection = this.#connections.get(keyOf(address, 'data'));
      return connection?.isOpen === true && connection.waitingMs() < BUSY_MS;
    };
    const seeds = this.#settings.brokers.map(addressOf);
    const first = this.#nextSeed;
    this.#nextSeed = (first + 1) % seeds.length;
    const all = [...known, ...seeds.slice(first), ...seeds.slice(0, first)];
    const ordered = [...all.filter(isConnected), ...all.filter((address) => !isConnected(address))];
    const seen = new Set<string>();
    return ordered.filter((address) => {
      const key = keyOf(address, 'data');
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

  /** Something waits for a broker for longer than it should. */
  #isSuspicious(): boolean {
    for (const connection of this.#connections.values()) if (connection.overdueMs() > SUSPECT_MS) return true;
    for (const { since } of this.#opening.values()) if (isLong(since)) return true;
    return false;
  }

  /** A broker that keeps a request waiting may be gone without its connections knowing. */
  #checkSilentBrokers(): void {
    if (this.#closing.signal.aborted || !this.#isSuspicious()) return;
    this.refresh().then(
      ({ brokers }) => {
        const alive = new Set(brokers.map((broker) => `${broker.host}:${broker.port}`));
        const gone = (address: string): string => `${address} is not among the cluster's brokers any more`;
        for (const [key, connection] of this.#connections) {
          if (alive.has(connection.address) || connection.overdueMs() <= SUSPECT_MS) continue;
          connection.close(gone(connection.address));
          this.#connections.delete(key);
        }
        for (const { address, since, giveUp } of this.#opening.values())
          if (!alive.has(address) && isLong(since)) giveUp.abort(new Error(gone(address)));
      },
      () => undefined, // Nobody else answers either: the requests' own time limits decide.
    );
  }
}

/** A connection on its way. */
interface Opening {
  readonly address: string;
  /** Monotonic. */
  readonly since: number;
  readonly connection: Promise<BrokerConnection>;
  readonly giveUp: AbortController;
}

function isLong(since: number): boolean {
  return performance.now() - since > SUSPECT_MS;
}

function reasonOf(giveUp: AbortSignal): Error {
  const { message } = giveUp.aborted ? (giveUp.reason as Error) : closed();
  return Object.assign(new Error(message), { name: 'KafkaJSConnectionClosedError' });
}

function keyOf({ host, port }: { host: string; port: number }, purpose: Purpose): string {
  return `${host}:${port} ${purpose}`;
}

function closed(): Error {
  return Object.assign(new Error('this client is closed'), { name: 'KafkaJSConnectionClosedError' });
}

function unknownBroker(nodeId: number): Error {
  return Object.assign(new Error(`broker ${nodeId} is not known`), { name: 'KafkaJSBrokerNotFound' });
}
