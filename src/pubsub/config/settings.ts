import * as z from 'zod';
import { clientNames, type ClientName } from '../../kafka/connection.js';

export { clientNames, type ClientName };

/**
 * Every setting, in sections. `env` is its environment variable; `consequence` is the sentence that the reference page
 * (docs/configuration.md, generated from here) shows beside the default.
 */
export interface SettingMeta {
  env?: string | undefined;
  consequence: string;
  /** Never printed. */
  secret?: boolean;
  /** The default in words, if it follows from other settings. */
  default_text?: string;
}

const settings = z.registry<SettingMeta>();

export function settingOf(schema: z.ZodType): SettingMeta | undefined {
  return settings.get(schema);
}

function setting<S extends z.ZodType>(
  env: string | undefined,
  consequence: string,
  schema: S,
  more: Pick<SettingMeta, 'secret' | 'default_text'> = {},
): S {
  settings.add(schema, { consequence, env, ...more });
  return schema;
}

const milliseconds = (min: number, max: number): z.ZodNumber => z.number().int().min(min).max(max);
const HOUR_MS = 3_600_000;

// Kafka's own rule for topic names. Groups are limited to ASCII, because other names have no lag metrics on MSK.
const topicName = z
  .string()
  .min(1)
  .max(249)
  .regex(/^[a-zA-Z0-9._-]+$/, 'may only have letters, digits, ".", "_" and "-"')
  .refine((name) => name !== '.' && name !== '..', 'cannot be "." or ".."');
const groupName = z
  .string()
  .min(1)
  .max(255)
  .regex(/^[\x21-\x7e]+$/, 'may only have printable ASCII without spaces');

/** host:port, or [IPv6 address]:port */
const brokerAddress = z
  .string()
  .regex(/^([a-zA-Z0-9._-]+|\[[0-9a-fA-F:.]+\]):\d{1,5}$/, 'must be host:port, for IPv6 [address]:port')
  .refine((address) => {
    const port = Number(address.slice(address.lastIndexOf(':') + 1));
    return port >= 1 && port <= 65_535;
  }, 'has a port outside 1 to 65535');

/** The rules of names and addresses, for options and context values, which other schemas check. */
export const isTopicName = (text: string): boolean => topicName.safeParse(text).success;
export const isBrokerAddress = (text: string): boolean => brokerAddress.safeParse(text).success;

const connectionSection = z.strictObject({
  brokers: setting(
    'PUBSUB_BROKERS',
    'Addresses of brokers, as host:port, separated by commas. One that answers is enough.',
    z.array(brokerAddress).min(1, 'needs at least one host:port').readonly(),
  ),
  client: setting(
    'PUBSUB_CLIENT',
    'The client library: kafkajs, or platformatic (@platformatic/kafka, which you install beside this package: npm install @platformatic/kafka). Both keep the same promises, and members of one group may use different ones.',
    z.enum(clientNames).default('kafkajs'),
  ),
  client_id: setting(
    'PUBSUB_CLIENT_ID',
    "The name in the brokers' logs and quotas.",
    z.string().min(1).max(200).default('easy-pubsub'),
  ),
  auth: setting(
    'PUBSUB_AUTH',
    'How to log in: none, msk_iam (AWS credentials, forces TLS), scram_sha_512, scram_sha_256 or plain.',
    z.enum(['none', 'msk_iam', 'scram_sha_512', 'scram_sha_256', 'plain']).default('none'),
  ),
  region: setting(
    'PUBSUB_REGION',
    'AWS region of the cluster; msk_iam signs for it.',
    z
      .string()
      .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'is not a region like eu-west-1')
      .optional(),
    { default_text: '`AWS_REGION`, then `AWS_DEFAULT_REGION` (with `from_env`)' },
  ),
  username: setting('PUBSUB_USERNAME', 'For scram_* and plain.', z.string().min(1).optional()),
  password: setting('PUBSUB_PASSWORD', 'For scram_* and plain. Never printed.', z.string().min(1).optional(), {
    secret: true,
  }),
  tls: setting('PUBSUB_TLS', 'Encrypt, and verify the broker’s certificate.', z.boolean().default(false)),
  tls_ca: setting(
    'PUBSUB_TLS_CA',
    'A PEM file (or the PEM itself) with the authorities to trust instead of the system’s.',
    z.string().min(1).optional(),
  ),
  tls_cert: setting(
    'PUBSUB_TLS_CERT',
    'A PEM file (or the PEM itself) with the client’s certificate, for brokers that require one (mTLS).',
    z.string().min(1).optional(),
  ),
  tls_key: setting(
    'PUBSUB_TLS_KEY',
    'A PEM file (or the PEM itself) with the key of tls_cert. Never printed.',
    z.string().min(1).optional(),
    { secret: true },
  ),
  connection_timeout_ms: setting(
    'PUBSUB_CONNECTION_TIMEOUT_MS',
    'For TCP and TLS together. A shorter time may end a slow handshake; a longer time delays the error if packets are dropped.',
    milliseconds(100, HOUR_MS).default(8_000),
  ),
  authentication_timeout_ms: setting(
    'PUBSUB_AUTHENTICATION_TIMEOUT_MS',
    'For the token and the SASL exchange of one connection.',
    milliseconds(100, HOUR_MS).default(10_000),
  ),
  broker_request_timeout_ms: setting(
    'PUBSUB_BROKER_REQUEST_TIMEOUT_MS',
    'If a broker does not answer within this time, its connection is closed; the next attempt opens a new one.',
    milliseconds(100, HOUR_MS).default(10_000),
  ),
  metadata_max_age_ms: setting(
    'PUBSUB_METADATA_MAX_AGE_MS',
    'How long it may take until a new partition or a moved leader is noticed if no request fails.',
    milliseconds(1_000, HOUR_MS).default(30_000),
  ),
  retry_denied_ms: setting(
    'PUBSUB_RETRY_DENIED_MS',
    'How long denials are retried, counted from the first denial since the start or the last success: a new policy takes time to take effect. 0: a denial is final.',
    milliseconds(0, HOUR_MS).default(0),
  ),
});

const topicsSection = z.strictObject({
  worker: setting('PUBSUB_WORKER_TOPIC', 'The topic of requests.', topicName.default('worker')),
  reply_to: setting('PUBSUB_REPLY_TO_TOPIC', 'The topic of replies.', topicName.default('reply_to')),
  reply_allowed: setting(
    'PUBSUB_REPLY_TOPICS_ALLOWED',
    'Topics that a worker may reply to, separated by commas. A frame that names another is counted and not answered.',
    z.array(topicName).min(1).readonly().optional(),
    { default_text: 'the `reply_to` topic' },
  ),
  dead_letter: setting(
    'PUBSUB_DEAD_LETTER_TOPIC',
    'The topic to which a worker writes the records that it stops handling: frames whose handler failed at its last attempt, and invalid records, with the position and the reason as headers. It must exist, otherwise connect() fails. Without the setting, the frames are only answered and counted.',
    topicName.optional(),
  ),
});

const groupsSection = z.strictObject({
  worker: setting(
    'PUBSUB_WORKER_GROUP',
    'Workers of one group share the requests; each group gets all of them. All its members read the same topic.',
    groupName.optional(),
    { default_text: '`easy-pubsub-` and the name of the `worker` topic' },
  ),
  reply_to: setting(
    'PUBSUB_REPLY_TO_GROUP',
    'Requesters of one group share the partitions of the reply_to topic (reply_mode shared). With reply_mode own, this is the prefix of the groups.',
    groupName.optional(),
    { default_text: '`easy-pubsub-` and the name of the `reply_to` topic' },
  ),
});

const producerSection = z.strictObject({
  partitioner: setting(
    'PUBSUB_PARTITIONER',
    'How a key chooses its partition: java (murmur2, as other Kafka clients) or kafkajs_legacy (as kafkajs before 2.0). All publishers of a topic must agree, or a path loses its order.',
    z.enum(['java', 'kafkajs_legacy']).default('java'),
  ),
  allow_auto_topic_creation: setting(
    'PUBSUB_ALLOW_AUTO_TOPIC_CREATION',
    'Ask brokers to create a topic that is missing. A misspelt name then creates a topic instead of an error.',
    z.boolean().default(false),
  ),
  send_timeout_ms: setting(
    'PUBSUB_SEND_TIMEOUT_MS',
    'A send that is not acknowledged within this time rejects; the record may have been written.',
    milliseconds(1, HOUR_MS).default(10_000),
  ),
  max_frame_bytes: setting(
    'PUBSUB_MAX_FRAME_BYTES',
    'Larger frames are refused before they are sent. The topic’s own limit (max.message.bytes, 1048588 by default) also applies.',
    z.number().int().min(1).max(100_000_000).default(1_000_000),
  ),
});

const consumerSection = z.strictObject({
  connect_timeout_ms: setting(
    'PUBSUB_CONNECT_TIMEOUT_MS',
    'For connect(): reach a broker, join the group, fix the start positions. A first join takes 3 s on MSK.',
    milliseconds(1, HOUR_MS).default(30_000),
  ),
  session_timeout_ms: setting(
    'PUBSUB_SESSION_TIMEOUT_MS',
    'A member that sends no heartbeat for this time loses its partitions. Brokers refuse less than 6000 by default.',
    milliseconds(1_000, HOUR_MS).default(10_000),
  ),
  heartbeat_interval_ms: setting(
    'PUBSUB_HEARTBEAT_INTERVAL_MS',
    'The time between heartbeats: how long it may take until a member notices that another one joins or leaves.',
    milliseconds(50, 600_000).default(1_000),
  ),
  rebalance_timeout_ms: setting(
    'PUBSUB_REBALANCE_TIMEOUT_MS',
    'How long a group waits for its members when one joins or leaves.',
    milliseconds(1_000, HOUR_MS).default(20_000),
  ),
  fetch_max_wait_ms: setting(
    'PUBSUB_FETCH_MAX_WAIT_MS',
    'The longest an idle fetch waits at the broker. Frames that arrive do not wait for it. A partition that is assigned meanwhile does, and a smaller value uses more CPU while nothing arrives.',
    milliseconds(5, 60_000).default(500),
  ),
  fetch_max_bytes: setting(
    'PUBSUB_FETCH_MAX_BYTES',
    'The size of one fetch response, which is in memory as a whole while it is decoded. A larger value does not reduce a lag faster, and uses several times its size in memory.',
    z.number().int().min(10_000).max(100_000_000).default(131_072),
  ),
  queue_max_frames: setting(
    'PUBSUB_QUEUE_MAX_FRAMES',
    'Frames that wait in memory for their reader. At this limit fetching pauses, below half of it fetching continues. A larger value uses more memory.',
    z.number().int().min(1).max(1_000_000).default(256),
  ),
  queue_max_bytes: setting(
    'PUBSUB_QUEUE_MAX_BYTES',
    'The same limit in bytes of record values.',
    z.number().int().min(1_000).max(1_000_000_000).default(8_388_608),
  ),
});

const workerSection = z.strictObject({
  start: setting(
    'PUBSUB_WORKER_START',
    'Where a group without commits begins: earliest (nothing is lost) or latest (earlier records are skipped).',
    z.enum(['earliest', 'latest']).default('earliest'),
  ),
  concurrency: setting(
    'PUBSUB_WORKER_CONCURRENCY',
    'Handlers that run at the same time, each for another path. Handlers of one path never overlap.',
    z.number().int().min(1).max(100_000).default(64),
  ),
  max_unacknowledged_frames: setting(
    'PUBSUB_WORKER_MAX_UNACKNOWLEDGED_FRAMES',
    'Frames that were started and whose replies are not acknowledged yet. At the limit no handler starts. After a crash, at most this many frames are handled again. With 1, no frame starts before the replies to the last one are acknowledged.',
    z.number().int().min(1).max(10_000).default(2_048),
  ),
  max_unacknowledged_bytes: setting(
    'PUBSUB_WORKER_MAX_UNACKNOWLEDGED_BYTES',
    'The same limit in bytes of requests and replies, which are in memory until they are acknowledged.',
    z.number().int().min(1_000).max(1_000_000_000).default(16_777_216),
  ),
  handler_timeout_ms: setting(
    'PUBSUB_HANDLER_TIMEOUT_MS',
    'A handler that takes longer is aborted, and its request gets an error reply.',
    milliseconds(1, HOUR_MS).default(30_000),
  ),
  abort_at_deadline: setting(
    'PUBSUB_ABORT_AT_DEADLINE',
    'Whether the deadline of a request aborts the signal of its handler, because its requester does not wait any longer. The next request of the path starts when the handler has ended; a handler that ignores its signal keeps its whole time, and its replies are late.',
    z.boolean().default(true),
  ),
  retry_attempts: setting(
    'PUBSUB_RETRY_ATTEMPTS',
    'How many times a frame is handled at most, if its handler fails unexpectedly or takes too long. A handler_error and payload_invalid are answers, and are not retried. No attempt starts after the deadline of the request. 1: no retry.',
    z.number().int().min(1).max(1_000).default(1),
  ),
  retry_backoff_ms: setting(
    'PUBSUB_RETRY_BACKOFF_MS',
    'The pause before the second attempt; it doubles before each further one.',
    milliseconds(1, HOUR_MS).default(1_000),
  ),
  retry_max_backoff_ms: setting(
    'PUBSUB_RETRY_MAX_BACKOFF_MS',
    'The longest pause between two attempts.',
    milliseconds(1, HOUR_MS).default(30_000),
  ),
  retry_order: setting(
    'PUBSUB_RETRY_ORDER',
    'path_waits: the next frame of the path starts after the last attempt, and the order of the path is kept. path_goes_on: it starts during the pause, and a failing frame delays no other.',
    z.enum(['path_waits', 'path_goes_on']).default('path_waits'),
  ),
  expose_errors: setting(
    'PUBSUB_EXPOSE_ERRORS',
    'What the requester gets if a handler fails with an unexpected exception. false: an id; the worker’s log has the text under this id. true: the text, for development.',
    z.boolean().default(false),
  ),
  commit_interval_ms: setting(
    'PUBSUB_COMMIT_INTERVAL_MS',
    'How long after its acknowledgement a frame’s offset is committed; what was not committed is handled again after a crash.',
    milliseconds(10, 1_000).default(500),
  ),
});

const requesterSection = z.strictObject({
  reply_mode: setting(
    'PUBSUB_REPLY_MODE',
    'shared: requesters of one group share the reply partitions. own: each has its own group and reads all of them (no rebalance, more traffic).',
    z.enum(['shared', 'own']).default('shared'),
  ),
  request_timeout_ms: setting(
    'PUBSUB_REQUEST_TIMEOUT_MS',
    'A request that gets no reply within this time rejects. Workers skip a request whose time is over.',
    milliseconds(1, HOUR_MS).default(10_000),
  ),
  max_in_flight: setting(
    'PUBSUB_MAX_IN_FLIGHT',
    'Requests that may wait for replies at the same time; one more rejects with `overloaded`.',
    z.number().int().min(1).max(10_000_000).default(10_000),
  ),
});

const disposalSection = z.strictObject({
  dispose_timeout_ms: setting(
    'PUBSUB_DISPOSE_TIMEOUT_MS',
    'For draining, committing, leaving the group and disconnecting. What is not finished within this time is dropped and logged.',
    milliseconds(1, HOUR_MS).default(5_000),
  ),
});

/** The sections by their names in `config`. */
export const configSections = {
  connection: connectionSection,
  topics: topicsSection,
  groups: groupsSection,
  producer: producerSection,
  consumer: consumerSection,
  worker: workerSection,
  requester: requesterSection,
  disposal: disposalSection,
} as const;
