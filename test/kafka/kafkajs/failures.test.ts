import { createRequire } from 'node:module';
import { describe, expect, test } from 'vitest';
import { pubsub_error } from '../../../src/base/error.js';
import { BrokerError } from '../../../src/kafka/client/broker-error.js';
import { isRefusedLogin, toFailure } from '../../../src/kafka/kafkajs/failures.js';

/** The classes of kafkajs, which it does not export. */
const errors = createRequire(import.meta.url)('kafkajs/src/errors.js') as Record<
  string,
  new (error: unknown, options?: object) => Error
>;
const made = (name: string, message: string, options?: object): Error => new errors[name]!(message, options);

describe('an error of kafkajs becomes', () => {
  test.each([
    ['KafkaJSConnectionError', 'Connection error: x', 'network'],
    ['KafkaJSConnectionClosedError', 'Closed connection', 'closed'],
    ['KafkaJSRequestTimeoutError', 'Request Produce timed out', 'silent'],
    ['KafkaJSSASLAuthenticationError', 'SASL PLAIN authentication failed', 'login_refused'],
    ['KafkaJSSASLAuthenticationError', 'SASL PLAIN mechanism is not supported by the server', 'mechanism_refused'],
    [
      'KafkaJSServerDoesNotSupportApiKey',
      'The Kafka server does not support the requested API version',
      'logins_unsupported',
    ],
    ['KafkaJSNonRetriableError', 'strange', 'unexpected'],
  ])('%s (%s) a failure of the kind %s', (name, message, kind) => {
    expect(toFailure(made(name, message, { host: 'kafka', port: 9092 }), 'kafka:9092')).toMatchObject({
      kind,
      message,
      broker: 'kafka:9092',
    });
  });

  test('a failure with the code of Node, and the broker that it names', () => {
    const error = made('KafkaJSConnectionError', 'x', { broker: 'other:9092', code: 'ECONNREFUSED' });
    expect(toFailure(error, 'kafka:9092')).toMatchObject({ broker: 'other:9092', code: 'ECONNREFUSED', cause: error });
  });

  test('a failure that is retryable if kafkajs says so', () => {
    expect(toFailure(made('KafkaJSError', 'strange'), 'kafka:9092')).toMatchObject({
      kind: 'unexpected',
      retryable: true,
    });
    expect(toFailure(made('KafkaJSNonRetriableError', 'x'), 'kafka:9092')).toMatchObject({ retryable: false });
  });

  test('a failure without a broker to send to, if the peer never answered', () => {
    expect(toFailure(new Error('Broker not connected'), 'kafka:9092')).toMatchObject({ kind: 'no_broker' });
  });

  test('an error of the broker, with its name', () => {
    const error = Object.assign(new Error('refused'), { type: 'ILLEGAL_SASL_STATE', code: 34 });
    const failure = toFailure(error, 'kafka:9092');
    expect(failure).toBeInstanceOf(BrokerError);
    expect(failure).toMatchObject({ type: 'ILLEGAL_SASL_STATE', message: 'refused' });
  });

  test('itself if it is ours: a token that could not be signed', () => {
    const own = new pubsub_error('credentials_missing', 'authenticate', 'no token');
    expect(toFailure(own, 'kafka:9092')).toBe(own);
  });
});

test('a refused login needs new credentials, and no other failure does', () => {
  const refused = (error: unknown): boolean => isRefusedLogin(toFailure(error, 'kafka:9092'));
  expect(refused(made('KafkaJSSASLAuthenticationError', 'Access denied'))).toBe(true);
  expect(refused(Object.assign(new Error('x'), { type: 'SASL_AUTHENTICATION_FAILED' }))).toBe(true);
  expect(refused(made('KafkaJSSASLAuthenticationError', 'SASL PLAIN mechanism is not supported by the server'))).toBe(
    false,
  );
  expect(refused(made('KafkaJSConnectionClosedError', 'Closed connection', {}))).toBe(false);
});
