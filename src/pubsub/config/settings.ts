import * as z from 'zod';
import { clientNames, type ClientName } from '../../kafka/connection.js';

export { clientNames, type ClientName };

/**
 * Every setting, in sections. `env` is its environment variable. What a setting does is in scripts/docs/consequences.ts,
 * because the code that runs has no use for it.
 */
export interface SettingMeta {
  env?: string | undefined;
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
  schema: S,
  more: Pick<SettingMeta, 'secret' | 'default_text'> = {},
): S {
  settings.add(schema, { env, ...more });
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
  brokers: setting('PUBSUB_BROKERS', z.array(brokerAddress).min(1, 'needs at least one host:port').readonly()),
  client: setting('PUBSUB_CLIENT', z.enum(clientNames).default('kafkajs')),
  client_id: setting('PUBSUB_CLIENT_ID', z.string().min(1).max(200).default('easy-pubsub')),
  auth: setting('PUBSUB_AUTH', z.enum(['none', 'msk_iam', 'scram_sha_512', 'scram_sha_256', 'plain']).default('none')),
  region: setting(
    'PUBSUB_REGION',
    z
      .string()
      .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'is not a region like eu-west-1')
      .optional(),
    { default_text: '`AWS_REGION`, then `AWS_DEFAULT_REGION` (with `from_env`)' },
  ),
  username: setting('PUBSUB_USERNAME', z.string().min(1).optional()),
  password: setting('PUBSUB_PASSWORD', z.string().min(1).optional(), {
    secret: true,
  }),
  tls: setting('PUBSUB_TLS', z.boolean().default(false)),
  tls_ca: setting('PUBSUB_TLS_CA', z.string().min(1).optional()),
  tls_cert: setting('PUBSUB_TLS_CERT', z.string().min(1).optional()),
  tls_key: setting('PUBSUB_TLS_KEY', z.string().min(1).optional(), { secret: true }),
  connection_timeout_ms: setting('PUBSUB_CONNECTION_TIMEOUT_MS', milliseconds(100, HOUR_MS).default(8_000)),
  authentication_timeout_ms: setting('PUBSUB_AUTHENTICATION_TIMEOUT_MS', milliseconds(100, HOUR_MS).default(10_000)),
  broker_request_timeout_ms: setting('PUBSUB_BROKER_REQUEST_TIMEOUT_MS', milliseconds(100, HOUR_MS).default(10_000)),
  metadata_max_age_ms: setting('PUBSUB_METADATA_MAX_AGE_MS', milliseconds(1_000, HOUR_MS).default(30_000)),
  retry_denied_ms: setting('PUBSUB_RETRY_DENIED_MS', milliseconds(0, HOUR_MS).default(0)),
});

const topicsSection = z.strictObject({
  worker: setting('PUBSUB_WORKER_TOPIC', topicName.default('worker')),
  reply_to: setting('PUBSUB_REPLY_TO_TOPIC', topicName.default('reply_to')),
  reply_allowed: setting('PUBSUB_REPLY_TOPICS_ALLOWED', z.array(topicName).min(1).readonly().optional(), {
    default_text: 'the `reply_to` topic',
  }),
  dead_letter: setting('PUBSUB_DEAD_LETTER_TOPIC', topicName.optional()),
});

const groupsSection = z.strictObject({
  worker: setting('PUBSUB_WORKER_GROUP', groupName.optional(), {
    default_text: '`easy-pubsub-` and the name of the `worker` topic',
  }),
  reply_to: setting('PUBSUB_REPLY_TO_GROUP', groupName.optional(), {
    default_text: '`easy-pubsub-` and the name of the `reply_to` topic',
  }),
});

const producerSection = z.strictObject({
  partitioner: setting('PUBSUB_PARTITIONER', z.enum(['java', 'kafkajs_legacy']).default('java')),
  allow_auto_topic_creation: setting('PUBSUB_ALLOW_AUTO_TOPIC_CREATION', z.boolean().default(false)),
  send_timeout_ms: setting('PUBSUB_SEND_TIMEOUT_MS', milliseconds(1, HOUR_MS).default(10_000)),
  max_frame_bytes: setting('PUBSUB_MAX_FRAME_BYTES', z.number().int().min(1).max(100_000_000).default(1_000_000)),
});

const consumerSection = z.strictObject({
  connect_timeout_ms: setting('PUBSUB_CONNECT_TIMEOUT_MS', milliseconds(1, HOUR_MS).default(30_000)),
  session_timeout_ms: setting('PUBSUB_SESSION_TIMEOUT_MS', milliseconds(1_000, HOUR_MS).default(10_000)),
  heartbeat_interval_ms: setting('PUBSUB_HEARTBEAT_INTERVAL_MS', milliseconds(50, 600_000).default(1_000)),
  rebalance_timeout_ms: setting('PUBSUB_REBALANCE_TIMEOUT_MS', milliseconds(1_000, HOUR_MS).default(20_000)),
  fetch_max_wait_ms: setting('PUBSUB_FETCH_MAX_WAIT_MS', milliseconds(5, 60_000).default(500)),
  fetch_max_bytes: setting('PUBSUB_FETCH_MAX_BYTES', z.number().int().min(10_000).max(100_000_000).default(131_072)),
  queue_max_frames: setting('PUBSUB_QUEUE_MAX_FRAMES', z.number().int().min(1).max(1_000_000).default(256)),
  queue_max_bytes: setting('PUBSUB_QUEUE_MAX_BYTES', z.number().int().min(1_000).max(1_000_000_000).default(8_388_608)),
});

const workerSection = z.strictObject({
  start: setting('PUBSUB_WORKER_START', z.enum(['earliest', 'latest']).default('earliest')),
  concurrency: setting('PUBSUB_WORKER_CONCURRENCY', z.number().int().min(1).max(100_000).default(64)),
  max_unacknowledged_frames: setting(
    'PUBSUB_WORKER_MAX_UNACKNOWLEDGED_FRAMES',
    z.number().int().min(1).max(10_000).default(2_048),
  ),
  max_unacknowledged_bytes: setting(
    'PUBSUB_WORKER_MAX_UNACKNOWLEDGED_BYTES',
    z.number().int().min(1_000).max(1_000_000_000).default(16_777_216),
  ),
  handler_timeout_ms: setting('PUBSUB_HANDLER_TIMEOUT_MS', milliseconds(1, HOUR_MS).default(30_000)),
  abort_at_deadline: setting('PUBSUB_ABORT_AT_DEADLINE', z.boolean().default(true)),
  retry_attempts: setting('PUBSUB_RETRY_ATTEMPTS', z.number().int().min(1).max(1_000).default(1)),
  retry_backoff_ms: setting('PUBSUB_RETRY_BACKOFF_MS', milliseconds(1, HOUR_MS).default(1_000)),
  retry_max_backoff_ms: setting('PUBSUB_RETRY_MAX_BACKOFF_MS', milliseconds(1, HOUR_MS).default(30_000)),
  retry_order: setting('PUBSUB_RETRY_ORDER', z.enum(['path_waits', 'path_goes_on']).default('path_waits')),
  expose_errors: setting('PUBSUB_EXPOSE_ERRORS', z.boolean().default(false)),
  commit_interval_ms: setting('PUBSUB_COMMIT_INTERVAL_MS', milliseconds(10, 1_000).default(500)),
});

const requesterSection = z.strictObject({
  reply_mode: setting('PUBSUB_REPLY_MODE', z.enum(['shared', 'own']).default('shared')),
  request_timeout_ms: setting('PUBSUB_REQUEST_TIMEOUT_MS', milliseconds(1, HOUR_MS).default(10_000)),
  max_in_flight: setting('PUBSUB_MAX_IN_FLIGHT', z.number().int().min(1).max(10_000_000).default(10_000)),
});

const disposalSection = z.strictObject({
  dispose_timeout_ms: setting('PUBSUB_DISPOSE_TIMEOUT_MS', milliseconds(1, HOUR_MS).default(5_000)),
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
