import type { Deadline } from '../../base/deadline.js';
import { pubsub_error } from '../../base/error.js';
import type { BrokerConnection } from '../client/broker-connection.js';
import { connect } from '../client/connect.js';
import { addressOf } from '../client/address.js';
import type { KafkaConnection } from '../connection.js';
import { toPubsubError } from '../client/errors.js';
import { explainConnectionFailure } from '../client/explain.js';
import { thrownText } from '../../base/thrown.js';

/** Rights of MSK's IAM access control that a reader, a writer or a group member needs (AWS: "kafka-actions"). */
export const kafkaRights = [
  'Connect',
  'DescribeTopic',
  'ReadData',
  'WriteData',
  'DescribeGroup',
  'AlterGroup',
  'DeleteGroup',
] as const;
export type KafkaRight = (typeof kafkaRights)[number];

/** One right on one resource: a topic or a group by its name; the cluster by ''. */
export interface WantedRight {
  readonly right: KafkaRight;
  readonly on: string;
}

/** The answer of the brokers. `unknown`: they could not be asked, and `evidence` says why. */
export interface RightFinding extends WantedRight {
  readonly answer: 'granted' | 'denied' | 'unknown';
  /** The brokers' answer: the name of an error, or "ok". */
  readonly evidence: string;
}

/**
 * Tests each right separately, with a request that needs only this right and changes nothing. Brokers check rights
 * first (`KafkaApis`, `AuthHelper` of Apache Kafka), so a request about a partition that cannot exist, or an unknown
 * member, fails either as "not authorized" or as invalid.
 *
 * The only exception is DeleteGroup, which deletes the group if it exists and has no members: name a group that may be
 * deleted.
 *
 * @throws pubsub_error if no broker could be reached; a refused login is a result, not an error
 */
export async function probeRights(
  connection: KafkaConnection,
  wanted: readonly WantedRight[],
  deadline: Deadline,
): Promise<RightFinding[]> {
  const subject = { stage: 'metadata', what: 'the brokers’ answers about rights' } as const;
  const loggingIn = logIn(connection);
  const login = await deadline.race(loggingIn, subject).catch((error: unknown) => {
    loggingIn.then(
      (late) => 'broker' in late && late.broker.close('too late'),
      () => undefined,
    );
    throw error;
  });
  if ('refused' in login) return wanted.map((one) => withoutLogin(one, login.refused));
  const { broker } = login;
  try {
    const findings: RightFinding[] = [];
    for (const one of wanted) findings.push(await deadline.race(ask(broker, one), subject));
    return findings;
  } finally {
    broker.close('every right was asked for');
  }
}

/** Any broker can check rights: the first of the configured addresses that answers is used. */
async function logIn(connection: KafkaConnection): Promise<{ broker: BrokerConnection } | { refused: string }> {
  const open = connect(connection);
  let failure: pubsub_error | undefined;
  for (const address of connection.brokers) {
    try {
      return { broker: await open(addressOf(address)) };
    } catch (thrown) {
      const error = toPubsubError(thrown, 'authenticate');
      if (error.code === 'authentication_failed') return { refused: error.raw_message };
      failure ??= error;
    }
  }
  throw await explainConnectionFailure(
    connection,
    failure ?? new pubsub_error('internal', 'connect', 'no broker is configured'),
  );
}

function withoutLogin(one: WantedRight, evidence: string): RightFinding {
  return one.right === 'Connect'
    ? { ...one, answer: 'denied', evidence }
    : { ...one, answer: 'unknown', evidence: 'not asked: the login was refused' };
}

/** Answers that mean "not allowed"; a broker gives any other answer only if the right exists. */
const denials = new Set(['TOPIC_AUTHORIZATION_FAILED', 'GROUP_AUTHORIZATION_FAILED', 'CLUSTER_AUTHORIZATION_FAILED']);

async function ask(broker: BrokerConnection, one: WantedRight): Promise<RightFinding> {
  try {
    const error = await requests[one.right](broker, one.on);
    const evidence = error ?? 'ok';
    return { ...one, answer: error !== undefined && denials.has(error) ? 'denied' : 'granted', evidence };
  } catch (thrown) {
    return { ...one, answer: 'unknown', evidence: thrownText(thrown) };
  }
}

/** A partition that no topic has: ids start at 0, and no cluster has two billion partitions. */
const NO_PARTITION = 2 ** 31 - 1;
const UNKNOWN_MEMBER = 'easy-pubsub-unknown-member';

/** For each right, a request that needs only this right, and the error with which the broker answers. */
const requests: Readonly<Record<KafkaRight, (broker: BrokerConnection, on: string) => Promise<string | undefined>>> = {
  // The login was the test.
  Connect: () => Promise.resolve(undefined),
  DescribeTopic: async (broker, topic) => {
    const { topics } = await broker.request('metadata', { topics: [topic], allowAutoTopicCreation: false });
    return topics[0]?.error;
  },
  ReadData: async (broker, topic) => {
    const partitions = [{ partition: NO_PARTITION, offset: 0, lastEpoch: -1 }];
    const request = { topic, topicId: undefined, maxWaitMs: 0, maxBytes: 1, partitions };
    const answer = await broker.request('fetch', request);
    return answer.error ?? answer.partitions[0]?.error;
  },
  WriteData: async (broker, topic) => {
    const records = [{ key: null, value: null, headers: undefined }];
    const batches = [{ partition: NO_PARTITION, records }];
    return (await broker.request('produce', { topic, batches, timeoutMs: 1_000 })).get(NO_PARTITION)?.error;
  },
  DescribeGroup: async (broker, group) => (await broker.request('describeGroups', { groups: [group] }))[0]?.error,
  AlterGroup: async (broker, group) =>
    (await broker.request('heartbeat', { group, generation: 0, memberId: UNKNOWN_MEMBER })).error,
  DeleteGroup: async (broker, group) => (await broker.request('deleteGroups', { groups: [group] })).get(group),
};
