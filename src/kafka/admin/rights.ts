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
 * partition that cannot exist, or an unknown member, is rejected as "not authorized" or as invalid.
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
  const subject = { stage: 'metadata', what: 'the brokers’ word on rights' } as const;
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

/** Any broker judges rights: the first of the configured addresses that answers. */
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

/** Answers that mean "not allowed"; to any other a broker comes only with the right in hand. */
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

/** No topic has it: partition ids are counted from 0, and no cluster has two billion. */
const NO_PARTITION = 2 ** 31 - 1;
const UNKNOWN_MEMBER = 'easy-pubsub-unknown-member';

/** For each right the request that needs it alone, and the error that the broker answers with. */
const requests: Readonly<Record<KafkaRight, (broker: BrokerConnection, on: string) => Promise<string | undefined>>> = {
  // The login was it.
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
