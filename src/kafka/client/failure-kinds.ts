import type { pubsub_error, pubsub_error_code } from '../../base/error.js';
import { BrokerError } from './broker-error.js';
import { ConnectionFailure } from './connection-failure.js';
import { NO_LOGINS_HINT, OTHER_MECHANISM_HINT, refusedLoginHint, TOO_MANY_LOGINS_HINT } from './login-hints.js';

/** The operation of the caller, for messages and details. */
export interface ErrorContext {
  topic?: string;
  partition?: number;
  group?: string;
}

/** One kind of failure. `retryable`: the same call may succeed later without any change. */
export interface FailureKind {
  code: pubsub_error_code;
  retryable: boolean;
  sentence: string;
  hint?: string;
}

/** The description of a `BrokerError`, a `ConnectionFailure`, or an error of any other class. */
export function failureKind(error: Error, context: ErrorContext): FailureKind {
  if (error instanceof BrokerError) return kindOfBrokerAnswer(error.type, error.message, context);
  if (error instanceof ConnectionFailure) {
    const kind = kindOfConnectionFailure(error);
    return error.advertised && isAboutAddress(kind) ? { ...kind, hint: ADVERTISED_HINT } : kind;
  }
  return { code: 'internal', retryable: false, sentence: error.message };
}

/**
 * The hint for an address that is not in the configuration. It may be that of a broker that is down, or one that only
 * other clients can use, such as the name of a container.
 */
export const ADVERTISED_HINT =
  'The address is not in PUBSUB_BROKERS; a broker named it. Either this broker is down, or its advertised.listeners has an address that cannot be used from here.';

function isAboutAddress({ code }: FailureKind): boolean {
  return addressFailures.has(code);
}

const addressFailures: ReadonlySet<pubsub_error_code> = new Set<pubsub_error_code>([
  'host_not_found',
  'connection_refused',
  'connection_timeout',
  'connection_closed',
  'broker_unavailable',
]);

function kindOfConnectionFailure(failure: ConnectionFailure): FailureKind {
  const { kind, message, broker: at = 'a broker', retryable } = failure;
  switch (kind) {
    case 'network':
      return kindOfSocketFailure(failure, at);
    case 'closed':
      return { code: 'connection_closed', retryable: true, sentence: `${at} closed the connection` };
    case 'dropped':
      return {
        code: 'connection_closed',
        retryable: true,
        sentence: `this client closed the connection to ${at}: ${message}`,
      };
    case 'silent':
      return { code: 'broker_unavailable', retryable: true, sentence: `${at} did not answer: ${message}` };
    case 'no_broker':
      return { code: 'broker_unavailable', retryable: true, sentence: `no broker is available: ${message}` };
    case 'login_refused':
      return kindOfLoginFailure(message);
    case 'mechanism_refused':
      return notOffered;
    case 'logins_unsupported':
      return takesNoLogins;
    case 'request_unsupported':
      return { code: 'broker_refused', retryable: false, sentence: message, hint: OLD_BROKER_HINT };
    case 'unexpected':
      return { code: 'internal', retryable, sentence: message };
  }
}

function kindOfSocketFailure({ code = '', message }: ConnectionFailure, at: string): FailureKind {
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return {
      code: 'host_not_found',
      retryable: code === 'EAI_AGAIN',
      sentence: `the host of ${at} does not resolve (${code})`,
      hint: 'Check the address; names of MSK brokers resolve inside their VPC only.',
    };
  }
  if (code === 'ECONNREFUSED') {
    return {
      code: 'connection_refused',
      retryable: true,
      sentence: `${at} refused the connection`,
      hint: 'Nothing listens there: is Kafka running, and is the port right? `npx easy-pubsub kafka up` starts one here.',
    };
  }
  if (/CERT|SELF_SIGNED|VERIFY|ISSUER|SSL|TLS|EPROTO/.test(code)) {
    return {
      code: 'tls_failed',
      retryable: false,
      sentence: `TLS with ${at} failed: ${code}`,
      hint: /WRONG_VERSION|EPROTO/.test(code)
        ? 'The port uses plain text: set PUBSUB_TLS=false, or use the TLS port.'
        : 'Name the authority that signed the broker’s certificate in PUBSUB_TLS_CA, and use a host name that is in the certificate.',
    };
  }
  if (code === 'ETIMEDOUT' || /timeout|timed out/i.test(message)) {
    return {
      code: 'connection_timeout',
      retryable: true,
      sentence: `${at} did not accept a connection in time`,
      hint: 'The usual cause is a firewall or security group that drops packets, or a TLS port behind a slow network.',
    };
  }
  return {
    code: 'connection_closed',
    retryable: true,
    sentence: `the connection to ${at} broke (${code || message})`,
  };
}

const OLD_BROKER_HINT = 'Upgrade the brokers to Kafka 3.5 or later, or use the other client library (PUBSUB_CLIENT).';

export const NO_LEADER_HINT = 'Brokers with an in-sync replica of it are down: start one.';

const takesNoLogins: FailureKind = {
  code: 'authentication_failed',
  retryable: false,
  sentence: 'the listener does not support logins',
  hint: NO_LOGINS_HINT,
};

const notOffered: FailureKind = {
  code: 'authentication_failed',
  retryable: false,
  sentence: 'the listener does not offer this login mechanism',
  hint: OTHER_MECHANISM_HINT,
};

/** True if the mechanism is wrong, not the credentials: the listener can be asked which mechanisms it offers. */
export function isAboutMechanism({ hint }: pubsub_error): boolean {
  return hint === NO_LOGINS_HINT || hint === OTHER_MECHANISM_HINT;
}

function kindOfLoginFailure(message: string): FailureKind {
  if (/too many connects/i.test(message)) {
    return {
      code: 'broker_unavailable',
      retryable: true,
      sentence: 'the broker temporarily refuses more logins (Too many connects)',
      hint: TOO_MANY_LOGINS_HINT,
    };
  }
  return {
    code: 'authentication_failed',
    retryable: false,
    sentence: `the broker refused the login: ${message}`,
    hint: refusedLoginHint(message),
  };
}

const TOPIC_RIGHTS = 'kafka-cluster:DescribeTopic with WriteData or ReadData on the topic';

function kindOfBrokerAnswer(type: string, message: string, context: ErrorContext): FailureKind {
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
        ? { code: 'broker_unavailable', retryable: true, sentence: `a broker answered ${type}`, ...hintFor(type) }
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

function hintFor(type: string): Pick<FailureKind, 'hint'> {
  const hint = lastingHints[type];
  return hint === undefined ? {} : { hint };
}

/** Temporary errors: leaders move, coordinators load, replicas return. */
const transientAnswers = new Set([
  'NOT_LEADER_OR_FOLLOWER',
  'NOT_ENOUGH_REPLICAS',
  'NOT_ENOUGH_REPLICAS_AFTER_APPEND',
  'REPLICA_NOT_AVAILABLE',
  'REQUEST_TIMED_OUT',
  'NETWORK_EXCEPTION',
  'COORDINATOR_LOAD_IN_PROGRESS',
  'COORDINATOR_NOT_AVAILABLE',
  'NOT_COORDINATOR',
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
