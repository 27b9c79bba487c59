import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { generate } from 'selfsigned';
import {
  plainListener,
  scramListener,
  startEmbedded,
  tlsListener,
  type EmbeddedKafka,
} from '../../../local/kafka/index.js';
import {
  create_frame,
  payload_text,
  requester,
  text_payload,
  worker,
  worker_frame,
  type config_input,
} from '../../../src/index.js';
import { refusal } from '../../support/refusal.js';
import { makeWorld } from '../../support/world.js';

const user = { username: 'ann', password: 'ann-secret' };
let kafka: EmbeddedKafka;
let folder: string;
let authority: string;
let clientFiles: { cert: string; key: string };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'logins-'));
  const ca = await generate([{ name: 'commonName', value: 'test authority' }], {
    keySize: 2048,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, critical: true },
    ],
  });
  const signed = (name: string) =>
    generate([{ name: 'commonName', value: name }], {
      keySize: 2048,
      ca: { key: ca.private, cert: ca.cert },
      extensions: [
        {
          name: 'subjectAltName',
          altNames: [
            { type: 2, value: 'localhost' },
            { type: 7, ip: '127.0.0.1' },
          ],
        },
      ],
    });
  const write = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  authority = write('ca.pem', ca.cert);
  const broker = await signed('broker');
  const client = await signed('client');
  clientFiles = { cert: write('client.pem', client.cert), key: write('client.key', client.private) };
  const keyAndCertificate = write('broker.pem', `${broker.private}\n${broker.cert}`);
  kafka = await startEmbedded({
    listeners: [
      plainListener('PLAIN', [user]),
      scramListener('SCRAM256', 'SCRAM-SHA-256'),
      scramListener('SCRAM512', 'SCRAM-SHA-512'),
      tlsListener('TLS', { keyAndCertificate }),
      tlsListener('MTLS', { keyAndCertificate, clientAuthorities: authority }),
    ],
    scramUsers: [
      { ...user, mechanism: 'SCRAM-SHA-256' },
      { ...user, mechanism: 'SCRAM-SHA-512' },
    ],
  });
});
afterAll(async () => {
  await kafka[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

const logins: [string, string, () => Partial<config_input['connection']>][] = [
  ['plain', 'PLAIN', () => ({ auth: 'plain', ...user })],
  ['scram_sha_256', 'SCRAM256', () => ({ auth: 'scram_sha_256', ...user })],
  ['scram_sha_512', 'SCRAM512', () => ({ auth: 'scram_sha_512', ...user })],
  ['TLS', 'TLS', () => ({ tls: true, tls_ca: authority })],
  [
    'mutual TLS',
    'MTLS',
    () => ({ tls: true, tls_ca: authority, tls_cert: clientFiles.cert, tls_key: clientFiles.key }),
  ],
];

describe('a round trip', () => {
  test.each(logins)('over %s', async (_, listener, connection) => {
    const world = await makeWorld({ brokers: kafka.brokers });
    const settings = world.with({ connection: { brokers: [...kafka.brokersOf(listener)], ...connection() } });
    await using w = worker.create(settings, (frame) => create_frame({ payloads: frame.payloads }));
    await using r = requester.create(settings);
    await Promise.all([w.connect(), r.connect()]);
    const reply = await r.request(worker_frame({ path: [1], command: 'x', payloads: [text_payload('hello')] }));
    expect(payload_text(reply)).toBe('hello');
  });
});

describe('a login that is refused', () => {
  test.each([
    ['plain', 'PLAIN'],
    ['scram_sha_256', 'SCRAM256'],
    ['scram_sha_512', 'SCRAM512'],
  ] as const)('%s: is final at once, and says what to check', async (auth, listener) => {
    const world = await makeWorld({ brokers: kafka.brokers });
    const settings = world.with({
      connection: { brokers: [...kafka.brokersOf(listener)], auth, ...user, password: 'wrong' },
    });
    await using r = requester.create(settings);
    const error = await refusal(r.connect());
    expect(error.code).toBe('authentication_failed');
    expect(error.hint).toContain('user name and password');
  });

  const encrypted = () => ({ tls: true, tls_ca: authority });
  const iam = () => ({ auth: 'msk_iam' as const, region: 'eu-west-1' });
  test.each<[string, string, () => Partial<config_input['connection']>, RegExp, RegExp]>([
    ['no login, where one is required', 'PLAIN', () => ({}), /requires a login \(PLAIN\)/, /PUBSUB_AUTH=plain, with/],
    ['no login, SCRAM', 'SCRAM512', () => ({}), /requires a login \(SCRAM-SHA-512\)/, /PUBSUB_AUTH=scram_sha_512/],
    [
      'SCRAM, where PLAIN is offered',
      'PLAIN',
      () => ({ auth: 'scram_sha_512', ...user }),
      /offers logins by PLAIN, not by scram_sha_512/,
      /PUBSUB_AUTH=plain/,
    ],
    [
      'SCRAM-SHA-256, where SCRAM-SHA-512 is offered',
      'SCRAM512',
      () => ({ auth: 'scram_sha_256', ...user }),
      /offers logins by SCRAM-SHA-512, not/,
      /PUBSUB_AUTH=scram_sha_512/,
    ],
    [
      'a login to a listener without logins',
      'TLS',
      () => ({ auth: 'plain', ...user, ...encrypted() }),
      /does not support logins/,
      /PUBSUB_AUTH=none/,
    ],
    [
      'MSK IAM at a plain-text port',
      'PLAINTEXT',
      iam,
      /uses plain text, but this client uses TLS/,
      /^msk_iam needs TLS.*9098/,
    ],
  ])('%s', async (_, listener, connection, sentence, hint) => {
    const world = await makeWorld({ brokers: kafka.brokers });
    const brokers = listener === 'PLAINTEXT' ? kafka.brokers : kafka.brokersOf(listener);
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'x');
    onTestFinished(() => void vi.unstubAllEnvs());
    await using r = requester.create(world.with({ connection: { brokers: [...brokers], ...connection() } }));
    const error = await refusal(r.connect());
    expect(error.message).toMatch(sentence);
    expect(error.hint).toMatch(hint);
    expect(error.retryable).toBe(false);
  });

  test('mutual TLS without a certificate', async () => {
    const world = await makeWorld({ brokers: kafka.brokers });
    const settings = world.with({
      connection: { brokers: [...kafka.brokersOf('MTLS')], tls: true, tls_ca: authority },
    });
    await using r = requester.create(settings);
    const error = await refusal(r.connect({ timeout_ms: 5_000 }));
    expect(error.message + String(error.details['last_error'])).toMatch(/tls_failed/);
  });
});
