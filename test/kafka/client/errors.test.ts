import { describe, expect, test } from 'vitest';
import { pubsub_error } from '../../../src/base/error.js';
import { isConnectionFailure, kafkaErrorType, toPubsubError } from '../../../src/kafka/client/errors.js';
import { ConnectionFailure, type FailureKind } from '../../../src/kafka/client/connection-failure.js';
import { answered, connectionBroke } from '../produce/scripted-port.js';

const failure = (kind: FailureKind, message = 'this is why'): Error =>
  new ConnectionFailure(kind, message, { broker: 'kafka:9092' });
const socket = (code: string | undefined, message = `Connection error: ${code ?? ''}`): Error =>
  new ConnectionFailure('network', message, { broker: 'kafka:9092', code });
const login = (message: string): Error => failure('login_refused', message);

describe('what a request rejected with becomes a pubsub_error:', () => {
  test.each([
    // the connection to a broker
    ['a host that does not resolve', socket('ENOTFOUND'), 'host_not_found', false, /kafka:9092 does not resolve/],
    ['a name server that does not answer', socket('EAI_AGAIN'), 'host_not_found', true, /EAI_AGAIN/],
    ['a closed port', socket('ECONNREFUSED'), 'connection_refused', true, /kafka:9092 refused/],
    ['a packet filter', socket('ETIMEDOUT'), 'connection_timeout', true, /did not accept a connection in time/],
    ["a client's own limit", socket(undefined, 'Connection timeout'), 'connection_timeout', true, /in time/],
    ['a reset', socket('ECONNRESET'), 'connection_closed', true, /broke \(ECONNRESET\)/],
    [
      'a broken connection without a code',
      socket(undefined, 'Failed to connect: oops'),
      'connection_closed',
      true,
      /oops/,
    ],
    ['a closed connection', connectionBroke(), 'connection_closed', true, /kafka:9092 closed the connection/],
    [
      'a connection that this client closed',
      failure('dropped', 'no answer to heartbeat within 3333 ms'),
      'connection_closed',
      true,
      /^this client closed the connection to kafka:9092: no answer to heartbeat/,
    ],
    [
      'a client that is closed',
      new ConnectionFailure('dropped', 'this client is closed'),
      'connection_closed',
      true,
      /^this client closed the connection to a broker: this client is closed$/,
    ],
    [
      "another client's own limit",
      socket(undefined, 'Connection to kafka:9092 timed out.'),
      'connection_timeout',
      true,
      /in time/,
    ],
    [
      'no answer',
      failure('silent', 'no answer to produce'),
      'broker_unavailable',
      true,
      /kafka:9092 did not answer: no answer to produce/,
    ],
    [
      'a broker that was removed',
      failure('no_broker', 'broker 3 is not known'),
      'broker_unavailable',
      true,
      /no broker is available: broker 3/,
    ],
    // TLS
    ['an unknown certificate authority', socket('UNABLE_TO_GET_ISSUER_CERT_LOCALLY'), 'tls_failed', false, /ISSUER/],
    ['a self-signed certificate', socket('DEPTH_ZERO_SELF_SIGNED_CERT'), 'tls_failed', false, /SELF_SIGNED/],
    ['an expired certificate', socket('CERT_HAS_EXPIRED'), 'tls_failed', false, /CERT_HAS_EXPIRED/],
    ['a certificate without its chain', socket('UNABLE_TO_VERIFY_LEAF_SIGNATURE'), 'tls_failed', false, /VERIFY/],
    ['a certificate for another name', socket('ERR_TLS_CERT_ALTNAME_INVALID'), 'tls_failed', false, /ALTNAME/],
    ['plain text', socket('EPROTO'), 'tls_failed', false, /EPROTO/],
    ['a wrong TLS version', socket('ERR_SSL_WRONG_VERSION_NUMBER'), 'tls_failed', false, /WRONG_VERSION/],
    // identity and rights
    [
      'a wrong password',
      login('SASL PLAIN authentication failed'),
      'authentication_failed',
      false,
      /refused the login/,
    ],
    ['a full broker of MSK', login('[id]: Too many connects'), 'broker_unavailable', true, /Too many connects/],
    [
      'a login refused with an error code',
      answered('SASL_AUTHENTICATION_FAILED'),
      'authentication_failed',
      false,
      /login/,
    ],
    ['an unknown mechanism', answered('UNSUPPORTED_SASL_MECHANISM'), 'authentication_failed', false, /login/],
    [
      'a listener without SASL',
      answered('ILLEGAL_SASL_STATE'),
      'authentication_failed',
      false,
      /does not support logins/,
    ],
    [
      'a listener without SASL, of old brokers',
      failure('logins_unsupported'),
      'authentication_failed',
      false,
      /does not support logins/,
    ],
    [
      'a mechanism that is not offered',
      failure('mechanism_refused'),
      'authentication_failed',
      false,
      /does not offer this login/,
    ],
    ['a topic denied', answered('TOPIC_AUTHORIZATION_FAILED'), 'not_authorized', false, /access to topic worker/],
    ['a group denied', answered('GROUP_AUTHORIZATION_FAILED'), 'not_authorized', false, /access to group g/],
    ['the cluster denied', answered('CLUSTER_AUTHORIZATION_FAILED'), 'not_authorized', false, /the cluster/],
    ['transactions denied', answered('TRANSACTIONAL_ID_AUTHORIZATION_FAILED'), 'not_authorized', false, /idempotent/],
    // topics and records
    ['an unknown topic', answered('UNKNOWN_TOPIC_OR_PARTITION'), 'topic_unknown', false, /topic worker does not exist/],
    ['an invalid name', answered('INVALID_TOPIC_EXCEPTION'), 'topic_unknown', false, /not a valid Kafka name/],
    ['a large record', answered('MESSAGE_TOO_LARGE'), 'frame_too_large', false, /larger than topic worker allows/],
    ['a large batch', answered('RECORD_LIST_TOO_LARGE'), 'frame_too_large', false, /larger than topic worker allows/],
    // groups
    [
      'another assignment protocol',
      answered('INCONSISTENT_GROUP_PROTOCOL'),
      'group_refused',
      false,
      /another assignment protocol/,
    ],
    ['a session time-out', answered('INVALID_SESSION_TIMEOUT'), 'group_refused', false, /session time-?out/],
    ['an invalid group', answered('INVALID_GROUP_ID'), 'group_refused', false, /group g has a name that/],
    ['a full group', answered('GROUP_MAX_SIZE_REACHED'), 'group_refused', true, /group g has as many members/],
    // others
    ['a partition without a leader', answered('LEADER_NOT_AVAILABLE'), 'broker_unavailable', true, /LEADER_NOT/],
    ['a record without a key', answered('INVALID_RECORD'), 'broker_refused', false, /topic worker does not accept/],
    ['a time that is out of range', answered('INVALID_TIMESTAMP'), 'broker_refused', false, /time of the record/],
    [
      'an error code without a rule',
      answered('INVALID_REQUIRED_ACKS'),
      'broker_refused',
      false,
      /INVALID_REQUIRED_ACKS: this is/,
    ],
    ['a request that the broker does not have', failure('request_unsupported'), 'broker_refused', false, /this is why/],
    [
      'a temporary error of the client',
      new ConnectionFailure('unexpected', 'strange', { retryable: true }),
      'internal',
      true,
      /strange/,
    ],
    ['a final error of the client', failure('unexpected', 'strange'), 'internal', false, /strange/],
    ['a bug', new TypeError('x is not a function'), 'internal', false, /x is not a function/],
    ['a thrown text', 'text', 'internal', false, /text/],
  ] as const)('%s', (_what, thrown, code, retryable, sentence) => {
    const error = toPubsubError(thrown, 'send', { topic: 'worker', group: 'g' });
    expect(error).toBeInstanceOf(pubsub_error);
    expect(error).toMatchObject({ code, retryable, stage: 'send', cause: thrown });
    expect(error.raw_message).toMatch(sentence);
  });

  test.each([
    ...['NOT_LEADER_OR_FOLLOWER', 'OFFSET_OUT_OF_RANGE', 'REPLICA_NOT_AVAILABLE', 'REQUEST_TIMED_OUT'],
    ...['NETWORK_EXCEPTION', 'COORDINATOR_LOAD_IN_PROGRESS', 'COORDINATOR_NOT_AVAILABLE', 'NOT_COORDINATOR'],
    ...['NOT_ENOUGH_REPLICAS', 'NOT_ENOUGH_REPLICAS_AFTER_APPEND', 'REBALANCE_IN_PROGRESS', 'ILLEGAL_GENERATION'],
    ...['UNKNOWN_MEMBER_ID', 'NOT_CONTROLLER', 'KAFKA_STORAGE_ERROR', 'FENCED_LEADER_EPOCH', 'UNKNOWN_LEADER_EPOCH'],
    ...['LISTENER_NOT_FOUND', 'PREFERRED_LEADER_NOT_AVAILABLE', 'BROKER_NOT_AVAILABLE', 'CORRUPT_MESSAGE'],
    ...['OFFSET_NOT_AVAILABLE'],
  ])('%s, which is retryable', (type) => {
    expect(toPubsubError(answered(type), 'send')).toMatchObject({
      code: 'broker_unavailable',
      retryable: true,
      raw_message: `a broker answered ${type}`,
    });
  });

  test('with details: the operation, the broker, and the messages of Kafka and of the network', () => {
    expect(toPubsubError(answered('NOT_ENOUGH_REPLICAS'), 'send', { topic: 't', partition: 3 }).details).toEqual({
      topic: 't',
      partition: 3,
      kafka_error: 'NOT_ENOUGH_REPLICAS',
    });
    expect(toPubsubError(socket('ECONNREFUSED'), 'connect').details).toEqual({
      broker: 'kafka:9092',
      network_error: 'ECONNREFUSED',
    });
  });

  test('unchanged if it is one: a token that could not be signed', () => {
    const own = new pubsub_error('credentials_missing', 'authenticate', 'no token');
    expect(toPubsubError(own, 'send')).toBe(own);
  });

  test('with a hint, if there is a next step', () => {
    const hint = (thrown: unknown): string | undefined => toPubsubError(thrown, 'send').hint;
    expect(hint(socket('ENOTFOUND'))).toMatch(/^Check the address; /);
    expect(hint(socket('ECONNREFUSED'))).toMatch(/kafka up/);
    expect(hint(socket('EPROTO'))).toMatch(/PUBSUB_TLS=false/);
    expect(hint(socket('CERT_HAS_EXPIRED'))).toMatch(/PUBSUB_TLS_CA/);
    expect(hint(answered('TOPIC_AUTHORIZATION_FAILED'))).toMatch(/DescribeTopic/);
    expect(hint(answered('GROUP_AUTHORIZATION_FAILED'))).toMatch(/AlterGroup/);
    expect(hint(answered('INVALID_SESSION_TIMEOUT'))).toMatch(/session_timeout_ms/);
    expect(hint(answered('INVALID_RECORD'))).toMatch(/cleanup.policy=delete/);
    expect(hint(answered('NOT_ENOUGH_REPLICAS'))).toMatch(/min.insync.replicas/);
    expect(hint(answered('COORDINATOR_NOT_AVAILABLE'))).toMatch(/__consumer_offsets/);
    expect(hint(connectionBroke())).toBeUndefined();
  });

  test('with a hint about the address, if a broker named it', () => {
    const error = toPubsubError(
      new ConnectionFailure('network', 'Failed', { code: 'ECONNREFUSED', broker: 'b:1' }).atAdvertised(),
      'send',
    );
    expect(error).toMatchObject({ code: 'connection_refused', details: { broker: 'b:1', advertised: true } });
    expect(error.hint).toMatch(/advertised.listeners/);
    const certificate = new ConnectionFailure('network', 'Failed', { code: 'CERT_HAS_EXPIRED' }).atAdvertised();
    expect(toPubsubError(certificate, 'send').hint).toMatch(/PUBSUB_TLS_CA/);
  });

  test('with a general message if the topic or group is unknown', () => {
    expect(toPubsubError(answered('UNKNOWN_TOPIC_OR_PARTITION'), 'send').raw_message).toMatch(/^the topic does not/);
    expect(toPubsubError(answered('GROUP_AUTHORIZATION_FAILED'), 'send').raw_message).toMatch(/access to the group/);
    expect(toPubsubError(new ConnectionFailure('network', 'Failed'), 'send').raw_message).toMatch(/to a broker broke/);
  });
});

describe('whether the broker may have executed a request', () => {
  test('is unknown after a failed connection', () => {
    expect(isConnectionFailure(connectionBroke())).toBe(true);
    expect(isConnectionFailure(socket('ECONNRESET'))).toBe(true);
    expect(isConnectionFailure(failure('dropped'))).toBe(true);
    expect(isConnectionFailure(failure('silent'))).toBe(true);
    expect(isConnectionFailure(failure('no_broker'))).toBe(true);
  });

  test('is known after an answer of the broker', () => {
    expect(isConnectionFailure(answered('REQUEST_TIMED_OUT'))).toBe(false);
    expect(isConnectionFailure(login('wrong'))).toBe(false);
    expect(isConnectionFailure(new TypeError('x'))).toBe(false);
    expect(kafkaErrorType(connectionBroke())).toBeUndefined();
    expect(kafkaErrorType('text')).toBeUndefined();
  });
});
