import type { ErrorContext, FailureKind } from './failure-kind.js';
import { kindOfLoginFailure, notOffered, takesNoLogins } from './login-failures.js';

export const NO_LEADER_HINT = 'Brokers with an in-sync replica of it are down: start one.';

const TOPIC_RIGHTS = 'kafka-cluster:DescribeTopic with WriteData or ReadData on the topic';

/** What a broker's error means. */
export function kindOfAnswer(type: string, message: string, context: ErrorContext): FailureKind {
  const topic = context.topic === undefined ? 'the topic' : `topic ${context.topic}`;
  const group = context.group === undefined ? 'the group' : `group ${context.group}`;
  switch (type) {
    case 'UNKNOWN_TOPIC_OR_PARTITION':
    case 'UNKNOWN_TOPIC_ID':
      return {
        code: 'topic_unknown',
        retryable: false,
        sentence: `${topic} does not exist, or this identity is not allowed to describe it`,
        hint: `Create it (npx easy-pubsub topics create ${context.topic ?? 'NAME'}), or correct its name in the configuration.`,
      };
    case 'INVALID_TOPIC_EXCEPTION':
      return { code: 'topic_unknown', retryable: false, sentence: `${topic} is not a valid Kafka name` };
    case 'TOPIC_AUTHORIZATION_FAILED':
      return denied(`access to ${topic}`, TOPIC_RIGHTS, 'Describe, and Read or Write, on the topic');
    case 'GROUP_AUTHORIZATION_FAILED':
      return denied(
        `access to ${group}`,
        'kafka-cluster:DescribeGroup and AlterGroup on the group',
        'Read on the group',
      );
    case 'CLUSTER_AUTHORIZATION_FAILED':
      return denied(
        'an operation on the cluster',
        'the matching kafka-cluster action on the cluster',
        'the matching operation on the cluster',
      );
    case 'TRANSACTIONAL_ID_AUTHORIZATION_FAILED':
      return denied(
        'idempotent writing',
        'kafka-cluster:WriteDataIdempotently on the cluster',
        'Write on the transactional id',
      );
    case 'MESSAGE_TOO_LARGE':
    case 'RECORD_LIST_TOO_LARGE':
      return {
        code: 'frame_too_large',
        retryable: false,
        sentence: `the record is larger than ${topic} allows`,
        hint: 'Raise max.message.bytes of the topic, or send smaller frames.',
      };
    case 'INVALID_RECORD':
      return {
        code: 'broker_refused',
        retryable: false,
        sentence: `${topic} does not accept the record (INVALID_RECORD)`,
        hint: 'A topic with cleanup.policy=compact accepts only records with a key, and replies have none: set cleanup.policy=delete.',
      };
    case 'SASL_AUTHENTICATION_FAILED':
      return kindOfLoginFailure(message);
    case 'UNSUPPORTED_SASL_MECHANISM':
      return notOffered;
    case 'ILLEGAL_SASL_STATE':
      return takesNoLogins;
    case 'INCONSISTENT_GROUP_PROTOCOL':
      return {
        code: 'group_refused',
        retryable: false,
        sentence: `${group} has members that use another assignment protocol`,
        hint: 'Another program uses this group id: use a different one here.',
      };
    case 'INVALID_SESSION_TIMEOUT':
      return {
        code: 'group_refused',
        retryable: false,
        sentence: 'the brokers do not accept this session time-out',
        hint: 'Keep consumer.session_timeout_ms within group.min/max.session.timeout.ms of the brokers (6000 to 1800000).',
      };
    case 'INVALID_TIMESTAMP':
      return {
        code: 'broker_refused',
        retryable: false,
        sentence: `the broker refused the time of the record for ${topic} (INVALID_TIMESTAMP)`,
        hint: 'The clocks of this machine and of the broker differ by more than message.timestamp.before.max.ms or .after.max.ms of the topic allow: set the clocks.',
      };
    case 'INVALID_GROUP_ID':
      return {
        code: 'group_refused',
        retryable: false,
        sentence: `${group} has a name that the brokers do not accept`,
        hint: 'Correct PUBSUB_WORKER_GROUP or PUBSUB_REPLY_TO_GROUP.',
      };
    case 'GROUP_MAX_SIZE_REACHED':
      return {
        code: 'group_refused',
        // It passes when another member leaves.
        retryable: true,
        sentence: `${group} has as many members as the brokers allow`,
        hint: 'Stop other members, or raise group.max.size of the brokers.',
      };
    case 'LEADER_NOT_AVAILABLE':
      return {
        code: 'broker_unavailable',
        retryable: true,
        sentence: message === type ? `a partition of ${topic} has no leader` : message,
        hint: NO_LEADER_HINT,
      };
    default:
      return transientAnswers.has(type)
        ? {
            code: 'broker_unavailable',
            retryable: true,
            sentence: `a broker answered ${type}`,
            hint: lastingHints[type],
          }
        : {
            code: 'broker_refused',
            retryable: false,
            sentence: message === type ? `a broker answered ${type}` : `a broker answered ${type}: ${message}`,
          };
  }
}

function denied(what: string, actions: string, operations: string): FailureKind {
  return {
    code: 'not_authorized',
    retryable: false,
    sentence: `the brokers denied ${what}`,
    hint: rightsHint(actions, operations),
  };
}

const NO_REPLICAS_HINT =
  'Fewer replicas are in sync than min.insync.replicas of the topic: brokers are down or behind. Start them.';

/** What to look for if a temporary error lasts. */
const lastingHints: Readonly<Record<string, string | undefined>> = {
  NOT_ENOUGH_REPLICAS: NO_REPLICAS_HINT,
  NOT_ENOUGH_REPLICAS_AFTER_APPEND: NO_REPLICAS_HINT,
  COORDINATOR_NOT_AVAILABLE:
    'If this lasts, __consumer_offsets cannot be created (offsets.topic.replication.factor is more than there are brokers), or its partition for this group has no leader: see the logs of the brokers.',
};

/** Temporary errors: leaders move, coordinators load, replicas return. */
const transientAnswers = new Set([
  'NOT_LEADER_OR_FOLLOWER',
  'REPLICA_NOT_AVAILABLE',
  'REQUEST_TIMED_OUT',
  'NETWORK_EXCEPTION',
  'COORDINATOR_LOAD_IN_PROGRESS',
  'COORDINATOR_NOT_AVAILABLE',
  'NOT_COORDINATOR',
  'NOT_ENOUGH_REPLICAS',
  'NOT_ENOUGH_REPLICAS_AFTER_APPEND',
  'REBALANCE_IN_PROGRESS',
  'ILLEGAL_GENERATION',
  'UNKNOWN_MEMBER_ID',
  'NOT_CONTROLLER',
  'KAFKA_STORAGE_ERROR',
  'FENCED_LEADER_EPOCH',
  'UNKNOWN_LEADER_EPOCH',
  'LISTENER_NOT_FOUND',
  'PREFERRED_LEADER_NOT_AVAILABLE',
  'BROKER_NOT_AVAILABLE',
  'CORRUPT_MESSAGE',
  'OFFSET_NOT_AVAILABLE',
  'OFFSET_OUT_OF_RANGE',
  'FETCH_SESSION_ID_NOT_FOUND',
  'INVALID_FETCH_SESSION_EPOCH',
  'FETCH_SESSION_TOPIC_ID_ERROR',
  'ELIGIBLE_LEADERS_NOT_AVAILABLE',
  'UNSTABLE_OFFSET_COMMIT',
  'INCONSISTENT_TOPIC_ID',
  'NEW_LEADER_ELECTED',
  'UNKNOWN_SERVER_ERROR',
  'THROTTLING_QUOTA_EXCEEDED',
]);

/** What a denied operation needs: as IAM's actions, and as operations in an ACL, because Kafka does not say which it is. */
export function rightsHint(actions: string, operations: string): string {
  return `On MSK with IAM this needs ${actions}; with other logins, an ACL that allows ${operations}.`;
}
