import { pubsub_error } from '../../base/error.js';
import { thrownError } from '../../base/thrown.js';
import { BrokerError } from '../client/broker-error.js';
import { ConnectionFailure, type FailureKind } from '../client/connection-failure.js';

/** The fields of kafkajs' errors of any class. */
interface KafkajsError extends Error {
  type?: string;
  code?: string | number;
  broker?: string;
  retriable?: boolean;
}

/** A plain error of kafkajs: the server accepted the connection, and then sent no valid response. */
const NEVER_CONNECTED = 'Broker not connected';

const kinds: Readonly<Record<string, FailureKind>> = {
  KafkaJSConnectionError: 'network',
  KafkaJSConnectionClosedError: 'closed',
  KafkaJSRequestTimeoutError: 'silent',
  KafkaJSSASLAuthenticationError: 'login_refused',
  // Only for SaslHandshake; the versions of other requests are chosen here.
  KafkaJSServerDoesNotSupportApiKey: 'logins_unsupported',
};

/** Translates what a connection of kafkajs throws: `ConnectionFailure`, `BrokerError`, or a `pubsub_error` of ours. */
export function toFailure(thrown: unknown, address: string): Error {
  const error: KafkajsError = thrownError(thrown);
  // A token that could not be signed.
  if (pubsub_error.is(error) || error instanceof ConnectionFailure || error instanceof BrokerError) return error;
  if (error.type !== undefined) return new BrokerError(error.type, error.message);
  const details = {
    // Only some errors of kafkajs name their broker.
    broker: error.broker ?? address,
    code: error.code === undefined ? undefined : String(error.code),
    retryable: error.retriable,
    cause: error,
  };
  return new ConnectionFailure(kindOf(error), error.message, details);
}

function kindOf({ name, message }: KafkajsError): FailureKind {
  const kind = kinds[name];
  if (kind === 'login_refused' && /mechanism is not supported/.test(message)) return 'mechanism_refused';
  return kind ?? (message === NEVER_CONNECTED ? 'no_broker' : 'unexpected');
}

/** True if the broker refused the credentials: the next attempt needs new ones. */
export function isRefusedLogin(failure: Error): boolean {
  if (failure instanceof BrokerError) return failure.type === 'SASL_AUTHENTICATION_FAILED';
  return failure instanceof ConnectionFailure && failure.kind === 'login_refused';
}
