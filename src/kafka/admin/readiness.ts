import { randomUUID } from 'node:crypto';
import { Kafka, logLevel, type Admin, type Consumer } from 'kafkajs';
import { Deadline } from '../../base/deadline.js';
import { pubsub_error } from '../../base/error.js';

/** What a broker says about the cluster that it belongs to. */
export interface ClusterIdentity {
  clusterId: string;
  /** Node ids that are up. */
  nodeIds: readonly number[];
}

/** One try, after which a fresh connection is the better idea. */
const tryTimeoutMs = 5_000;
const pauseMs = 50;
const offsetsTopic = '__consumer_offsets';

/**
 * Asks a broker for its cluster id, once.
 *
 * @throws pubsub_error `broker_unavailable`, or `deadline_exceeded` if whoever listens there does not answer as Kafka would
 */
export async function readClusterId(brokers: readonly string[], deadline: Deadline): Promise<ClusterIdentity> {
  const admin = client(brokers, Math.min(tryTimeoutMs, deadline.remainingMs())).admin();
  try {
    return await deadline.race(identify(admin), {
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
    await leave(admin);
  }
}

export interface WarmUpOptions {
  /** All of them have to be up. @default 1 */
  nodes?: number;
  /** One that has to be among them. */
  nodeId?: number;
}

/**
 * Resolves when a cluster does what programs want of it: the nodes are up, a topic can be created and gets leaders, and
 * groups can be joined, whatever their name. It leaves no trace but `__consumer_offsets`, which it made exist; a fresh
 * broker answers the first member of the first group with errors that some clients give up on.
 *
 * Everything is tried again until the deadline.
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
  const identity = await attempts.until('all its nodes', (admin) => identifyAll(admin, options));
  await attempts.until('a topic to be created', (admin) => createTopic(admin, name));
  await attempts.until('the leader of a new topic', (admin) => hasLeaders(admin, name));
  let joins = 0;
  await attempts.until('a group to be joined', async () => {
    // A failed join may leave a member behind, for which the next member of the same group would have to wait.
    const group = `${name}-${++joins}`;
    await joinOnce(brokers, group, name, new Deadline(Math.min(tryTimeoutMs, deadline.remainingMs()), deadline.signal));
  });
  await attempts.until('every group coordinator', (admin) => askCoordinators(admin));
  await attempts.until('a topic to be deleted', (admin) => removeTraces(admin, name, joins));
  await attempts.end();
  return identity;
}

/** Runs steps again and again, on one connection as long as it is good. */
class Attempts {
  #admin: Admin | undefined;

  constructor(
    private readonly brokers: readonly string[],
    private readonly deadline: Deadline,
  ) {}

  async until<T>(what: string, step: (admin: Admin) => Promise<T>): Promise<T> {
    const subject = { stage: 'metadata' as const, what: `${what} (Kafka at ${this.brokers.join(', ')})` };
    for (;;) {
      try {
        return await this.deadline.race(this.#attempt(step), subject);
      } catch (error) {
        await this.end();
        if (this.deadline.over) {
          if (pubsub_error.is(error)) throw error;
          throw new pubsub_error(
            'deadline_exceeded',
            'metadata',
            `${Math.round(this.deadline.timeoutMs)} ms passed without ${subject.what}`,
            { cause: error, retryable: true },
          );
        }
        await this.deadline.pause(pauseMs, subject);
      }
    }
  }

  async end(): Promise<void> {
    const admin = this.#admin;
    this.#admin = undefined;
    if (admin !== undefined) await leave(admin);
  }

  async #attempt<T>(step: (admin: Admin) => Promise<T>): Promise<T> {
    if (this.#admin === undefined) {
      const admin = client(this.brokers, tryTimeoutMs).admin();
      this.#admin = admin;
      await admin.connect();
    }
    return step(this.#admin);
  }
}

async function identify(admin: Admin): Promise<ClusterIdentity> {
  await admin.connect();
  const { clusterId, brokers } = await admin.describeCluster();
  return { clusterId, nodeIds: brokers.map(({ nodeId }) => nodeId).sort((a, b) => a - b) };
}

async function identifyAll(admin: Admin, { nodes, nodeId }: WarmUpOptions): Promise<ClusterIdentity> {
  const { clusterId, brokers } = await admin.describeCluster();
  const nodeIds = brokers.map((broker) => broker.nodeId).sort((a, b) => a - b);
  if (nodeIds.length < (nodes ?? 1) || (nodeId !== undefined && !nodeIds.includes(nodeId))) {
    throw new Error(`of the cluster's nodes only ${nodeIds.join(', ')} are up`);
  }
  return { clusterId, nodeIds };
}

/** A try that timed out may have succeeded on the broker: the topic being there is all that counts. */
async function createTopic(admin: Admin, topic: string): Promise<void> {
  try {
    await admin.createTopics({
      topics: [{ topic, numPartitions: 1, replicationFactor: 1 }],
      waitForLeaders: false,
    });
  } catch (error) {
    if (!(await admin.listTopics()).includes(topic)) throw error;
  }
}

async function hasLeaders(admin: Admin, topic: string): Promise<void> {
  const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
  const partitions = topics.flatMap((found) => found.partitions);
  if (partitions.length === 0 || partitions.some(({ leader }) => leader < 0))
    throw new Error(`${topic} has no leader yet`);
}

/** Joins a group and leaves it. */
async function joinOnce(brokers: readonly string[], groupId: string, topic: string, deadline: Deadline): Promise<void> {
  const consumer = client(brokers, tryTimeoutMs, 10).consumer({
    groupId,
    // The shortest that brokers allow by default.
    sessionTimeout: 6_000,
    rebalanceTimeout: 6_000,
    maxWaitTimeInMs: 20,
    allowAutoTopicCreation: false,
    // A crash is ours to handle: we build a new consumer.
    retry: { initialRetryTime: 20, maxRetryTime: 250, retries: 10, restartOnFailure: () => Promise.resolve(false) },
  });
  const outcome = new Promise<void>((resolve, reject) => {
    consumer.on(consumer.events.GROUP_JOIN, () => resolve());
    consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
  });
  outcome.catch(() => undefined);
  // run() resolves also when the join failed, and to disconnect before it has leaves a consumer that cannot be ended.
  const joined = consumer
    .subscribe({ topics: [topic] })
    .then(() => consumer.run({ autoCommit: false, eachBatch: () => Promise.resolve() }))
    .then(() => outcome);
  const left = joined.finally(() => leave(consumer));
  await deadline.race(left, { stage: 'join', what: 'a group to be joined' });
}

/**
 * `__consumer_offsets` has partitions, each with a coordinator that loads by itself. A group's partition is the hash of
 * its name: one name for each partition asks them all.
 */
async function askCoordinators(admin: Admin): Promise<void> {
  const { topics } = await admin.fetchTopicMetadata({ topics: [offsetsTopic] });
  const count = topics[0]?.partitions.length ?? 0;
  // Throws what a coordinator answers that is not ready: 14, 15 or 16.
  await admin.describeGroups(groupNamePerPartition(count));
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

/** The partition of `__consumer_offsets` that a group's coordinator leads, as brokers compute it. */
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

async function removeTraces(admin: Admin, name: string, tries: number): Promise<void> {
  const groups = Array.from({ length: tries }, (_, i) => `${name}-${i + 1}`);
  // One that somebody seems to be in yet goes by itself when its member has expired: it holds no offsets.
  await admin.deleteGroups(groups).catch(() => undefined);
  try {
    await admin.deleteTopics({ topics: [name] });
  } catch (error) {
    if (!isUnknownTopic(error)) throw error;
  }
}

/** kafkajs names its error classes in its types only. */
function isUnknownTopic(error: unknown): boolean {
  return error instanceof Error && 'type' in error && error.type === 'UNKNOWN_TOPIC_OR_PARTITION';
}

/** kafkajs always begins with the first broker and needs a retry to go on to the next: enough for all, from anywhere. */
function client(brokers: readonly string[], timeoutMs: number, retries = 0): Kafka {
  const first = Math.floor(Math.random() * brokers.length);
  const ms = Math.max(100, timeoutMs);
  return new Kafka({
    clientId: 'easy-pubsub-readiness',
    brokers: [...brokers.slice(first), ...brokers.slice(0, first)],
    logLevel: logLevel.NOTHING,
    connectionTimeout: ms,
    requestTimeout: ms,
    retry: { initialRetryTime: 20, maxRetryTime: 250, retries: Math.max(retries, brokers.length - 1) },
  });
}

/** The outcome of a leave is of no interest to anybody: what was asked has been answered. */
async function leave(connected: Admin | Consumer): Promise<void> {
  await connected.disconnect().catch(() => undefined);
}
