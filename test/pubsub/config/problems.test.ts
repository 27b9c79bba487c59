import { describe, expect, test } from 'vitest';
import { pubsub_error } from '../../../src/index.js';
import { config } from '../../../src/pubsub/config/config.js';

function refused(env: Record<string, string>): pubsub_error {
  try {
    config.from_env(env);
  } catch (error) {
    expect(error).toBeInstanceOf(pubsub_error);
    return error as pubsub_error;
  }
  throw new Error('the configuration was accepted');
}

const PEM = '-----BEGIN CERTIFICATE-----\nYQ==\n-----END CERTIFICATE-----\n';
const KEY = '-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n';

describe('an invalid configuration', () => {
  test('gives one error with every problem, by key, with a suggestion', () => {
    const error = refused({ PUBSUB_BROKER: 'a:1', PUBSUB_MAX_IN_FLIGHT: '0', PUBSUB_AUTH: 'kerberos' });
    expect(error.code).toBe('config_invalid');
    expect(error.message).toContain('PUBSUB_BROKER is not a setting (did you mean PUBSUB_BROKERS?)');
    expect(error.message).toContain('PUBSUB_BROKERS is missing');
    expect(error.message).toContain('PUBSUB_MAX_IN_FLIGHT is too small; the least is 1');
    expect(error.message).toContain('PUBSUB_AUTH takes one of none, msk_iam');
  });

  test('gives an error that names the invalid broker', () => {
    const { message } = refused({ PUBSUB_BROKERS: 'good:9092,bad' });
    expect(message).toContain('PUBSUB_BROKERS entry 2 must be host:port');
  });

  test('never shows a key that was given as text without its PEM header and footer', () => {
    const { message } = refused({
      PUBSUB_BROKERS: 'a:1',
      PUBSUB_TLS: 'true',
      PUBSUB_TLS_CERT: PEM,
      PUBSUB_TLS_KEY: 'c2VjcmV0',
    });
    expect(message).toContain('PUBSUB_TLS_KEY');
    expect(message).not.toContain('c2VjcmV0');
  });
});

describe('a missing file', () => {
  test('is named, so that a misspelt path can be found', () => {
    const { message } = refused({ PUBSUB_BROKERS: 'a:1', PUBSUB_TLS: 'true', PUBSUB_TLS_CA: '/etc/no-such-ca.pem' });
    expect(message).toContain('PUBSUB_TLS_CA names /etc/no-such-ca.pem, which cannot be read (ENOENT)');
  });
});

describe('the description of a configuration', () => {
  test('does not print certificates', () => {
    const shown = config.from_env({ PUBSUB_BROKERS: 'a:1', PUBSUB_TLS: 'true', PUBSUB_TLS_CA: PEM }).describe();
    expect(shown['connection']?.['tls_ca']).toBe(`PEM of ${PEM.trim().length} characters`);
  });

  test('masks a private key, also one inside the certificate’s PEM', () => {
    const shown = config
      .from_env({ PUBSUB_BROKERS: 'a:1', PUBSUB_TLS: 'true', PUBSUB_TLS_CERT: PEM + KEY, PUBSUB_TLS_KEY: KEY })
      .describe();
    expect(shown['connection']).toMatchObject({ tls_key: '********', tls_cert: '********' });
    expect(JSON.stringify(shown)).not.toContain('c2VjcmV0');
  });
});
