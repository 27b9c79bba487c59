import { AuthenticationError, NetworkError, TimeoutError, UserError } from '@platformatic/kafka';
import { describe, expect, test } from 'vitest';
import { pubsub_error } from '../../../src/base/error.js';
import { BrokerError } from '../../../src/kafka/client/broker-error.js';
import { toFailure } from '../../../src/kafka/platformatic/failures.js';

const refused = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED' });

describe('an error of @platformatic/kafka becomes', () => {
  test.each([
    [
      'of the network, with the code of Node',
      new NetworkError('Connection to x failed.', { cause: refused }),
      'network',
      'ECONNREFUSED',
    ],
    [
      'of the network, if connecting took too long',
      new TimeoutError('Connection to x:1 timed out.'),
      'network',
      undefined,
    ],
    ['of a closed connection', new NetworkError('Connection closed'), 'closed', undefined],
    ['of a closed connection, if the peer uses TLS', new UserError('Broker requires TLS.'), 'closed', undefined],
    ['that has no rule', new AuthenticationError('strange'), 'unexpected', undefined],
    ['that is a bug', new TypeError('x is not a function'), 'unexpected', undefined],
  ])('a failure %s', (_, error, kind, code) => {
    expect(toFailure(error, 'kafka:9092')).toMatchObject({ kind, code, broker: 'kafka:9092', cause: error });
  });

  test('itself if it is ours', () => {
    const token = new pubsub_error('credentials_missing', 'authenticate', 'no token');
    expect(toFailure(token, 'kafka:9092')).toBe(token);
    const broker = new BrokerError('ILLEGAL_SASL_STATE');
    expect(toFailure(broker, 'kafka:9092')).toBe(broker);
  });
});
