import { setTimeout as sleep } from 'node:timers/promises';
import { Kafka, logLevel, type Admin } from 'kafkajs';
import { startEmbedded, type EmbeddedKafka, type EmbeddedNode } from '../../local/kafka/index.js';
import { Parts } from '../../local/os/parts.js';
import { Proxies } from '../network/proxies.js';
import { activeController, electPreferredLeaders } from './ask-broker.js';
import { offsetsPartition } from './groups.js';

/** How clients reach the brokers. */
export type Network = 'direct' | 'proxied' | 'named';

export const NAME_SUFFIX = '.drill.test';
export const NODE_COUNT = 3;
const OFFSETS_TOPIC = '__consumer_offsets';
const HEAL_MS = 45_000;

/** Three brokers, which can be reached directly, through proxies, and through proxies with host names. */
export class DrillCluster implements AsyncDisposable {
  private constructor(
    readonly kafka: EmbeddedKafka,
    readonly proxies: Proxies,
    readonly namedProxies: Proxies,
  ) {}

  static async start(onProgress: (sentence: string) => void): Promise<DrillCluster> {
    const [proxies, namedProxies] = await Promise.all([Proxies.listen(NODE_COUNT), Proxies.listen(NODE_COUNT)]);
    try {
      const kafka = await startEmbedded({
        nodes: NODE_COUNT,
        onProgress,
        listeners: [
          { name: 'PROXIED', protocol: 'PLAINTEXT', advertised: proxies.ports.map((port) => `127.0.0.1:${port}`) },
          { name: 'NAMED', protocol: 'PLAINTEXT', advertised: named(namedProxies.ports) },
        ],
      });
      proxies.lead(kafka.brokersOf('PROXIED'));
      namedProxies.lead(kafka.brokersOf('NAMED'));
      return new DrillCluster(kafka, proxies, namedProxies);
    } catch (error) {
      return await new Parts(proxies, namedProxies).undo(error);
    }
  }

  brokers(network: Network): string[] {
    switch (network) {
      case 'direct':
        return [...this.kafka.brokers];
      case 'proxied':
        return this.proxies.ports.map((port) => `127.0.0.1:${port}`);
      case 'named':
        return named(this.namedProxies.ports);
    }
  }

  node(id: number): EmbeddedNode {
    return this.kafka.nodes.find((node) => node.id === id)!;
  }

  withAdmin<T>(act: (admin: Admin) => Promise<T>): Promise<T> {
    return withAdmin(this.kafka.brokers, act);
  }

  /** The node that is the active controller. */
  async controller(): Promise<number> {
    for (const broker of this.kafka.brokers) {
      const found = await activeController(broker).catch(() => undefined);
      if (found !== undefined) return found;
    }
    throw new Error('no broker knows the active controller');
  }

  /** By partition of the offsets topic: its leader, which coordinates its groups. */
  async coordinators(): Promise<number[]> {
    const topics = await this.withAdmin((admin) => admin.fetchTopicMetadata({ topics: [OFFSETS_TOPIC] }));
    const partitions = [...(topics.topics[0]?.partitions ?? [])].sort((a, b) => a.partitionId - b.partitionId);
    return partitions.map(({ leader }) => leader);
  }

  async coordinatorOf(group: string): Promise<number> {
    const leaders = await this.coordinators();
    return leaders[offsetsPartition(group, leaders.length)]!;
  }

  /**
   * A broker to break: it coordinates groups, and is not the active controller, which is another node on real clusters.
   * The brokers must have been healed, because a pending election would give its groups to another one.
   */
  async victim(): Promise<{ id: number; coordinators: readonly number[] }> {
    const end = performance.now() + HEAL_MS;
    for (;;) {
      const [controller, coordinators] = await Promise.all([this.controller(), this.coordinators()]);
      const id = coordinators.find((leader) => leader !== controller);
      if (id !== undefined) return { id, coordinators };
      // A broker that has just restarted may not know the latest elections.
      if (performance.now() > end) throw new Error('the active controller coordinates all groups');
      await sleep(500);
    }
  }

  /** Repairs everything that a drill may have left broken. Throws if this fails. */
  async heal(): Promise<void> {
    for (const node of this.kafka.nodes) {
      if (node.pid === undefined) await this.kafka.startNode(node.id);
      else this.kafka.signalNode(node.id, 'SIGCONT');
    }
    await this.untilWhole(HEAL_MS);
    let tries = 0;
    // Another broker is asked each time: one that was stopped may not reach the controller yet.
    await this.#untilWhole(HEAL_MS, () => electPreferredLeaders(this.kafka.brokers[tries++ % NODE_COUNT]!));
  }

  /** Waits until all brokers run and every partition has all of its replicas in sync. */
  async untilWhole(timeoutMs: number): Promise<void> {
    await this.#untilWhole(timeoutMs, undefined);
  }

  /** @param elect if given, also waits for the preferred leaders, and calls this until partitions have them */
  async #untilWhole(timeoutMs: number, elect: (() => Promise<void>) | undefined): Promise<void> {
    const end = performance.now() + timeoutMs;
    for (;;) {
      let refusal = '';
      await elect?.().catch((error: unknown) => (refusal = ` (${String(error)})`));
      const missing = await this.#missing(elect !== undefined).catch((error: unknown) => String(error));
      if (missing === undefined) return;
      if (performance.now() > end)
        throw new Error(`the cluster is not complete after ${timeoutMs / 1_000} s: ${missing}${refusal}`);
      await sleep(elect === undefined ? 100 : 500);
    }
  }

  /** As every broker sees it: one that was away may name former leaders for a while. */
  async #missing(preferred: boolean): Promise<string | undefined> {
    const views = await Promise.all(this.kafka.brokers.map((broker) => missingIn(broker, preferred)));
    return views.find((missing) => missing !== undefined);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await new Parts(this.proxies, this.namedProxies, this.kafka)[Symbol.asyncDispose]();
  }
}

function missingIn(broker: string, preferred: boolean): Promise<string | undefined> {
  return withAdmin([broker], async (admin) => {
    const { brokers } = await admin.describeCluster();
    if (brokers.length < NODE_COUNT) return `${brokers.length} brokers`;
    const { topics } = await admin.fetchTopicMetadata();
    for (const { name, partitions } of topics) {
      for (const { partitionId, isr, replicas, leader } of partitions) {
        if (leader < 0 || isr.length < replicas.length) return `${name}:${partitionId} has ${isr.length} in sync`;
        if (preferred && leader !== replicas[0]) return `${name}:${partitionId} is led by ${leader}`;
      }
    }
    return undefined;
  });
}

function named(ports: readonly number[]): string[] {
  return ports.map((port, i) => `broker-${i + 1}${NAME_SUFFIX}:${port}`);
}

/** Temporary errors while brokers stop and start: the same task may succeed when it is repeated. */
const passing = /Connection|RequestTimeout|NumberOfRetries|BrokerNotFound|CoordinatorNotFound|not connected/;
const ADMIN_TRIES = 10;

/**
 * An administrator for one task, so that faults since the last task have no effect. If a broker stops during a request,
 * the task is repeated.
 */
export async function withAdmin<T>(brokers: readonly string[], act: (admin: Admin) => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      // Another broker is asked first each time, because one that hangs accepts connections and does not answer.
      const first = tries % brokers.length;
      return await administer([...brokers.slice(first), ...brokers.slice(0, first)], act);
    } catch (error) {
      const isPassing = error instanceof Error && passing.test(`${error.name} ${error.message}`);
      if (!isPassing || tries === ADMIN_TRIES) throw error;
      await sleep(500);
    }
  }
}

async function administer<T>(brokers: readonly string[], act: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = new Kafka({
    clientId: 'drill-admin',
    brokers: [...brokers],
    logLevel: logLevel.NOTHING,
    connectionTimeout: 3_000,
    requestTimeout: 10_000,
    retry: { retries: 5, initialRetryTime: 100, maxRetryTime: 1_000 },
  }).admin();
  try {
    await admin.connect();
    return await act(admin);
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}
