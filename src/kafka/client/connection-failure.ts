/** Why there is no response. */
export type FailureKind =
  /** TCP or TLS failed; `code` is the code of Node's error. */
  | 'network'
  /** The broker closed the connection, or a proxy in between. */
  | 'closed'
  /** This client closed the connection; the message is its reason. */
  | 'dropped'
  /** There was no response in time. */
  | 'silent'
  /** No broker is known that the request could be sent to, or it never answered. */
  | 'no_broker'
  /** The broker refused the credentials; the message is its reason. */
  | 'login_refused'
  /** The listener does not offer this SASL mechanism. */
  | 'mechanism_refused'
  /** The listener does not support logins. */
  | 'logins_unsupported'
  /** The broker does not have this request, in any version that the client library has. */
  | 'request_unsupported'
  /** An error of the client library that has no rule. */
  | 'unexpected';

export interface FailureDetails {
  /** host:port */
  readonly broker?: string | undefined;
  /** Of Node's error: `ECONNREFUSED`… */
  readonly code?: string | undefined;
  /** For `unexpected`: the same call may succeed later without any change. @default false */
  readonly retryable?: boolean | undefined;
  /** The address is not one of the configuration: a broker named it. @default false */
  readonly advertised?: boolean | undefined;
  readonly cause?: unknown;
}

/** A request, a login or an attempt to connect that got no response of a broker. The same for every client library. */
export class ConnectionFailure extends Error {
  readonly kind: FailureKind;
  readonly broker: string | undefined;
  readonly code: string | undefined;
  readonly retryable: boolean;
  readonly advertised: boolean;

  constructor(kind: FailureKind, message: string, details: FailureDetails = {}) {
    const { broker, code, retryable = false, advertised = false, cause } = details;
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'ConnectionFailure';
    this.kind = kind;
    this.broker = broker;
    this.code = code;
    this.retryable = retryable;
    this.advertised = advertised;
  }

  /** The same failure, of an attempt to connect to an address that a broker named. */
  atAdvertised(): ConnectionFailure {
    const { kind, message, broker, code, retryable } = this;
    return new ConnectionFailure(kind, message, { broker, code, retryable, advertised: true, cause: this.cause });
  }
}
