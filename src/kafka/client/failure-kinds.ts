import type { pubsub_error, pubsub_error_code } from '../../base/error.js';
import { kindOfAnswer } from './answer-kinds.js';
import { BrokerError } from './broker-error.js';
import { ConnectionFailure } from './connection-failure.js';
import type { ErrorContext, FailureKind } from './failure-kind.js';
import { kindOfLoginFailure, notOffered, takesNoLogins } from './login-failures.js';

/** The description of a `BrokerError`, a `ConnectionFailure`, or an error of any other class. */
export function failureKind(error: Error, context: ErrorContext): FailureKind {
  if (error instanceof BrokerError) return kindOfAnswer(error.type, error.message, context);
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

/** True: this client did not accept the certificate that the listener sent. */
export function isAboutCertificate({ code, details }: pubsub_error): boolean {
  const { network_error: cause } = details;
  return code === 'tls_failed' && typeof cause === 'string' && /CERT|SELF_SIGNED|VERIFY|ISSUER/.test(cause);
}

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
