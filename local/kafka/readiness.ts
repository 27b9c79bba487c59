import { randomUUID } from 'node:crypto';
import { Deadline, timedOutSentence } from '../../src/base/deadline.js';
import { pubsub_error } from '../../src/base/error.js';
import { silentLogger, silentMetrics } from '../../src/base/ports.js';
import { BrokerError, throwIfError } from '../../src/kafka/client/broker-error.js';
import { Cluster } from '../../src/kafka/client/cluster.js';
import { toPubsubError } from '../../src/kafka/client/errors.js';
import type { KafkaConnection } from '../../src/kafka/connection.js';

/** The cluster, as one of its brokers describes it. */
export interface ClusterIdentity {
  clusterId: string;
  /** The ids of the running nodes. */
  nodeIds: readonly number[];
}

/** The time for one attempt. After it, new connections are more likely to work. */
const TRY_MS = 5_000;
const PAUSE_MS = 50;
const OFFSETS_TOPIC = '__consumer_offsets';

/**
 * Asks a broker for its cluster id, once.
 *
 * @throws pubsub_error `broker_unavailable`, or `deadline_exceeded` if the server at the address does not answer like
 *   Kafka
 */
export async function readClusterId(brokers: readonly string[], deadline: Deadline): Promise<ClusterIdentity> {
  const cluster = new Cluster(connectionTo(brokers, Math.min(TRY_MS, deadline.remainingMs())));
  try {
    return await deadline.race(identify(cluster), {
      stage: 'metadata',
      what: `an answer from Kafka at ${brokers.join(', ')}`,
    });
  } catch (error) {
    if (pubsub_error.is(error)) throw error;
    throw new pubsub_error('broker_unavailable', 'metadata', `no Kafka answered at ${brokers.join(', ')}`, {
      cause: error,
      retryable: true,
    });
  } finally {
    cluster.close();
  }
}

export interface WarmUpOptions {
  /** The number of nodes that must be running. @default 1 */
  nodes?: number;
  /** The id of a node that must be running. */
  nodeId?: number;
}

/**
 * Resolves when a cluster is ready for programs: the nodes are running, a topic can be created and gets leaders, and
 * groups of any name can be joined. Only `__consumer_offsets` remains afterwards, which this creates. Without it, a new
 * broker answers the first member of the first group with errors that end some clients.
 *
 * All steps are retried until the deadline.
 *
 * @throws pubsub_error `deadline_exceeded` whose cause is the last failure
 */
export async function warmUp(
  brokers: readonly string[],
  deadline: Deadline,
  options: WarmUpOptions = {},
): Promise<ClusterIdentity> {
  const attempts = new Attempts(brokers, deadline);
  const name = `easy-pubsub-readiness-${randomUUID()}`;
  try {
    const identity = await attempts.until('all its nodes', (cluster) => identifyAll(cluster, options));
    await attempts.until('the creation of a topic', (cluster) => createTopic(cluster, name));
    await attempts.until('the leader of a new topic', (cluster) => hasLeaders(cluster, name));
    let joins = 0;
    await attempts.until('a join of a group', async (cluster) => {
      // A failed join may leave a member in the group, for which the next member would have to wait.
      await joinOnce(cluster, `${name}-${++joins}`);
    });
    await attempts.until('every group coordinator', (cluster) => askCoordinators(cluster));
    await attempts.until('the deletion of a topic', (cluster) => removeTraces(cluster, name, joins));
    return identity;
  } finally {
    attempts.end();
  }
}

/**
 * Waits until topics can be created and groups can be joined at the brokers of a Kafka that was started here.
 *
 * @throws pubsub_error `kafka_unavailable`, or `aborted`
 */
export async function waitUntilReady(
  brokers: readonly string[],
  deadline: Deadline,
  options: WarmUpOptions = {},
): Promise<ClusterIdentity> {
  try {
    return await warmUp(brokers, deadline, options);
  } catch (error) {
    if (pubsub_error.is(error) && error.code === 'aborted') throw error;
    const said = pubsub_error.is(error) ? error.raw_message : String(error);
    throw new pubsub_error('kafka_unavailable', 'local_kafka', `Kafka was started but is not ready: ${said}`, {
      cause: error,
      details: { brokers },
    });
  }
}

/** Runs steps repeatedly, on the same connections while these work. */
class Attempts {
  #cluster: Cluster | undefined;

  constructor(
    private readonly brokers: readonly string[],
    private readonly deadline: Deadline,
  ) {}

  async until<T>(what: string, step: (cluster: Cluster) => Promise<T>): Promise<T> {
    const subject = { stage: 'metadata' as const, what: `${what} (Kafka at ${this.brokers.join(', ')})` };
    for (;;) {
      const attempt = new Deadline(Math.min(TRY_MS, this.deadline.remainingMs()), this.deadline.signal);
      try {
        this.#cluster ??= new Cluster(connectionTo(this.brokers, TRY_MS));
        return await attempt.race(step(this.#cluster), subject);
      } catch (error) {
        this.end();
        if (this.deadline.signal?.aborted) this.deadline.check(subject);
        await this.deadline.pause(PAUSE_MS, subject);
        if (this.deadline.over) throw notReady(this.deadline, subject.what, error);
      }
    }
  }

  end(): void {
    this.#cluster?.close();
    this.#cluster = undefined;
  }
}

function notReady(deadline: Deadline, what: string, cause: unknown): pubsub_error {
  const sentence = timedOutSentence(deadline.timeoutMs, what, toPubsubError(cause, 'metadata').raw_message);
  return new pubsub_error('deadline_exceeded', 'metadata', sentence, { cause, retryable: true });
}

async function identify(cluster: Cluster): Promise<ClusterIdentity> {
  const { clusterId, brokers } = await cluster.refresh();
  return { clusterId: clusterId ?? '', nodeIds: brokers.map(({ nodeId }) => nodeId).sort((a, b) => a - b) };
}

async function identifyAll(cluster: Cluster, { nodes, nodeId }: WarmUpOptions): Promise<ClusterIdentity> {
  const identity = await identify(cluster);
  const { nodeIds } = identity;
  if (nodeIds.length < (nodes ?? 1) || (nodeId !== undefined && !nodeIds.includes(nodeId)))
    throw new Error(`only nodes ${nodeIds.join(', ')} of the cluster are running`);
  return identity;
}

/** An attempt that timed out may have succeeded on the broker: only the existence of the topic matters. */
async function createTopic(cluster: Cluster, topic: string): Promise<void> {
  const { error, message } = await cluster.askAny('createTopics', {
    topic,
    partitions: 1,
    replicationFactor: 1,
    configs: {},
    timeoutMs: TRY_MS,
  });
  if (error !== 'TOPIC_ALREADY_EXISTS') throwIfError(error, message);
}

async function partitionsOf(cluster: Cluster, topic: string): Promise<readonly { leader: number }[]> {
  const { topics } = await cluster.askAny('metadata', { topics: [topic], allowAutoTopicCreation: false });
  return topics.flatMap(({ partitions }) => partitions);
}

async function hasLeaders(cluster: Cluster, topic: string): Promise<void> {
  const partitions = await partitionsOf(cluster, topic);
  if (partitions.length === 0 || partitions.some(({ leader }) => leader < 0))
    throw new Error(`${topic} has no leader yet`);
}

/** Joins a group and leaves it. */
async function joinOnce(cluster: Cluster, group: string): Promise<void> {
  const coordinator = await cluster.askAny('findCoordinator', { group });
  throwIfError(coordinator.error);
  let memberId = '';
  for (;;) {
    const { error, ...joined } = await cluster.askAt(coordinator, 'group', 'joinGroup', {
      group,
      memberId,
      // The shortest session time-out that brokers allow by default.
      sessionTimeoutMs: 6_000,
      rebalanceTimeoutMs: 6_000,
      protocol: 'none',
      metadata: Buffer.alloc(0),
    });
    memberId = joined.memberId;
    // Brokers first assign an id to a new member.
    if (error === 'MEMBER_ID_REQUIRED') continue;
    throwIfError(error);
    break;
  }
  throwIfError((await cluster.askAt(coordinator, 'group', 'leaveGroup', { group, memberId })).error);
}

/**
 * Each partition of `__consumer_offsets` has a coordinator that loads separately. The partition of a group is the hash
 * of its name, so one name for each partition checks all coordinators.
 */
async function askCoordinators(cluster: Cluster): Promise<void> {
  const { length } = await partitionsOf(cluster, OFFSETS_TOPIC);
  await Promise.all(
    groupNamePerPartition(length).map(async (group) => {
      const coordinator = await cluster.askAny('findCoordinator', { group });
      throwIfError(coordinator.error);
      const [described] = await cluster.askAt(coordinator, 'data', 'describeGroups', { groups: [group] });
      throwIfError(described?.error);
    }),
  );
}

export function groupNamePerPartition(count: number): string[] {
  const names = new Map<number, string>();
  for (let i = 0; names.size < count; i++) {
    const name = `easy-pubsub-readiness-${i}`;
    const partition = offsetsPartition(name, count);
    if (!names.has(partition)) names.set(partition, name);
  }
  return [...names.values()];
}

/** The partition of `__consumer_offsets` that a group belongs to, as brokers compute it. */
export function offsetsPartition(group: string, count: number): number {
  const hash = javaHash(group);
  return (hash === -(2 ** 31) ? 0 : Math.abs(hash)) % count;
}

/** `String.hashCode()` of Java. */
function javaHash(text: string): number {
  let hash = 0;
  for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0;
  return hash;
}

async function removeTraces(cluster: Cluster, topic: string, tries: number): Promise<void> {
  for (let i = 1; i <= tries; i += 1) {
    const group = `${topic}-${i}`;
    // A group that still has a member is deleted automatically after the member has expired, because it has no offsets.
    const coordinator = await cluster.askAny('findCoordinator', { group });
    if (coordinator.error === undefined) await cluster.askAt(coordinator, 'data', 'deleteGroups', { groups: [group] });
  }
  const error = (await cluster.askAny('deleteTopics', { topics: [topic], timeoutMs: TRY_MS })).get(topic);
  if (error !== undefined && error !== 'UNKNOWN_TOPIC_OR_PARTITION') throw new BrokerError(error);
}

function connectionTo(brokers: readonly string[], timeoutMs: number): KafkaConnection {
  const ms = Math.max(100, timeoutMs);
  return {
    client: 'kafkajs',
    brokers,
    clientId: 'easy-pubsub-readiness',
    login: { mechanism: 'none' },
    tls: undefined,
    connectionTimeoutMs: ms,
    authenticationTimeoutMs: ms,
    requestTimeoutMs: ms,
    metadataMaxAgeMs: 60_000,
    retryDeniedMs: 0,
    allowAutoTopicCreation: false,
    logger: silentLogger,
    metrics: silentMetrics,
  };
}
