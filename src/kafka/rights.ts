import type { Deadline } from '../base/deadline.js';
import { createClient, createConsumer, noRetries } from './client.js';
import type { KafkaConnection } from './connection.js';
import { kafkaErrorType, toPubsubError } from './errors.js';
import { explainConnectionFailure } from './explain.js';

/** Rights of MSK's IAM access control that a reader, a writer or a group member needs (AWS: "kafka-actions"). */
export const kafka_rights = [
  'Connect',
  'DescribeTopic',
  'ReadData',
  'WriteData',
  'DescribeGroup',
  'AlterGroup',
  'DeleteGroup',
] as const;
export type KafkaRight = (typeof kafka_rights)[number];

/** One right on one thing: a topic or a group by its name; the cluster, which has none here, by ''. */
export interface WantedRight {
  readonly right: KafkaRight;
  readonly on: string;
}

/** What the brokers say to it. `unknown`: they could not be asked, and `evidence` says why. */
export interface RightFinding extends WantedRight {
  readonly answer: 'granted' | 'denied' | 'unknown';
  /** The brokers' own word: an error's name, or "ok". */
  readonly evidence: string;
}

/**
 * Asks the brokers for each right by itself, by a request that needs just this one and changes nothing: brokers look at
 * rights before they look at anything else (`KafkaApis`, `AuthHelper` of Apache Kafka), so that a request about a
 * partition that cannot exist, or a member that nobody knows, is refused as "not authorized" or as nonsense.
 *
 * The one exception is DeleteGroup, which does delete the group if it is there and has no members: name one that may go.
 *
 * @throws pubsub_error when no broker could be reached; a refused login is a finding
 */
export async function probeRights(
  connection: KafkaConnection,
  wanted: readonly WantedRight[],
  deadline: Deadline,
): Promise<RightFinding[]> {
  const client = createClient(connection, noRetries);
  const { consumer, cluster } = createConsumer(client, { groupId: 'unused', allowAutoTopicCreation: false });
  const subject = { stage: 'metadata', what: 'the brokers’ word on rights' } as const;
  try {
    const login = await deadline.race(logIn(connection, cluster), subject);
    if (login.answer !== 'granted') return wanted.map((one) => withoutLogin(one, login.evidence));
    const broker = (cluster as unknown as WithSeed).brokerPool.seedBroker;
    const findings: RightFinding[] = [];
    for (const one of wanted) findings.push(await deadline.race(ask(broker, one), subject));
    return findings;
  } finally {
    await deadline.race(consumer.disconnect(), subject).catch(() => undefined);
    client.sockets.close();
  }
}

async function logIn(
  connection: KafkaConnection,
  cluster: { connect(): Promise<void> },
): Promise<Pick<RightFinding, 'answer' | 'evidence'>> {
  // kafkajs goes round the bootstrap addresses, one at each attempt.
  for (let attempt = 1; ; attempt += 1) {
    try {
      await cluster.connect();
      return { answer: 'granted', evidence: 'ok' };
    } catch (thrown) {
      const error = toPubsubError(thrown, 'authenticate');
      if (error.code === 'authentication_failed') return { answer: 'denied', evidence: error.raw_message };
      if (attempt >= connection.brokers.length) throw await explainConnectionFailure(connection, error);
    }
  }
}

function withoutLogin(one: WantedRight, evidence: string): RightFinding {
  return one.right === 'Connect'
    ? { ...one, answer: 'denied', evidence }
    : { ...one, answer: 'unknown', evidence: 'not asked: the login was refused' };
}

/** Answers that mean "not allowed"; to any other a broker comes only with the right in hand. */
const denials = new Set(['TOPIC_AUTHORIZATION_FAILED', 'GROUP_AUTHORIZATION_FAILED', 'CLUSTER_AUTHORIZATION_FAILED']);

async function ask(broker: ProbedBroker, one: WantedRight): Promise<RightFinding> {
  try {
    await requests[one.right](broker, one.on);
    return { ...one, answer: 'granted', evidence: 'ok' };
  } catch (thrown) {
    const type = kafkaErrorType(thrown);
    if (type === undefined)
      return { ...one, answer: 'unknown', evidence: thrown instanceof Error ? thrown.message : String(thrown) };
    return { ...one, answer: denials.has(type) ? 'denied' : 'granted', evidence: type };
  }
}

/** No topic has it: partition ids are counted from 0, and no cluster has two billion. */
const NO_PARTITION = 2 ** 31 - 1;
const NOBODY = 'easy-pubsub-nobody';

/** For each right the request that needs it alone, of what kafkajs can encode. */
const requests: Readonly<Record<KafkaRight, (broker: ProbedBroker, on: string) => Promise<unknown>>> = {
  // The login was it.
  Connect: () => Promise.resolve(),
  DescribeTopic: (broker, topic) => broker.metadata([topic]),
  ReadData: async (broker, topic) => {
    const partitions = [{ partition: NO_PARTITION, fetchOffset: '0', maxBytes: 1 }];
    await broker.fetch({ maxWaitTime: 0, minBytes: 0, maxBytes: 1, topics: [{ topic, partitions }] });
  },
  WriteData: (broker, topic) =>
    broker.produce({
      acks: -1,
      timeout: 1_000,
      topicData: [{ topic, partitions: [{ partition: NO_PARTITION, messages: [{ key: null, value: null }] }] }],
    }),
  DescribeGroup: (broker, groupId) => broker.describeGroups({ groupIds: [groupId] }),
  AlterGroup: (broker, groupId) => broker.heartbeat({ groupId, groupGenerationId: 0, memberId: NOBODY }),
  DeleteGroup: async (broker, groupId) => {
    const { results } = await broker.deleteGroups([groupId]);
    for (const { error } of results) if (error !== undefined) throw error;
  },
};

/** Of kafkajs' Broker, what is asked here; its types leave half of it out. */
interface ProbedBroker {
  metadata(topics: string[]): Promise<unknown>;
  fetch(request: object): Promise<unknown>;
  produce(request: object): Promise<unknown>;
  describeGroups(request: { groupIds: string[] }): Promise<unknown>;
  heartbeat(request: { groupId: string; groupGenerationId: number; memberId: string }): Promise<unknown>;
  deleteGroups(groups: string[]): Promise<{ results: { error?: Error }[] }>;
}

/**
 * The broker that the client logged in to. Any broker judges rights; to learn of the others takes metadata, and that of
 * a client without topics is of all topics that it may see.
 */
interface WithSeed {
  readonly brokerPool: { readonly seedBroker: ProbedBroker };
}
