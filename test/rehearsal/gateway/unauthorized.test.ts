import { createHmac, createPublicKey, generateKeyPairSync, sign, type JsonWebKey } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import tls from 'node:tls';
import { Kafka, logLevel, type KafkaConfig } from 'kafkajs';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { describeRefusal } from '../../../rehearsal/gateway/index.js';
import { blob, int16, int32, string } from '../../../rehearsal/gateway/protocol/wire.js';
import { config, requester } from '../../../src/index.js';
import { addressOf } from '../../../src/kafka/client/address.js';
import { refusal } from '../../support/refusal.js';
import { embeddedSkip } from '../../support/broker-machine.js';
import { skipFor } from '../../support/skips.js';
import { until } from '../../support/until.js';
import { bearer, forged, presigned, tokenOf } from './support/forge.js';
import { RawClient, request } from './support/raw-client.js';
import { awsToken, iamWorld, newRole, Operation, Resource } from './support/world.js';

const publisher = newRole('publisher', { mayWriteIdempotently: false });
const worker = newRole('worker');
const replyTo = newRole('reply-to', { mayWriteIdempotently: false });
const roles = [publisher, worker, replyTo];
const LOGIN_TIMEOUT_MS = 3_000;
const world = iamWorld({ roles, loginTimeoutMs: LOGIN_TIMEOUT_MS, refusalWindowMs: 0 });

beforeEach(async (context) => skipFor(context, await embeddedSkip()));

/** After each attempt: permitted roles can still log in, and no refusal contains a secret. */
afterEach(async () => {
  const { letsIn, refusals } = world();
  await letsIn(publisher);
  const log = refusals.map((refused) => `${describeRefusal(refused)} ${JSON.stringify(refused)}`).join('\n');
  for (const { secretAccessKey, sessionToken } of roles) {
    expect(log).not.toContain(secretAccessKey);
    expect(log).not.toContain(sessionToken);
  }
  expect(log).not.toMatch(/X-Amz-Signature=|[0-9a-f]{64}|[A-Za-z0-9_-]{200}/);
});

async function secure(): Promise<RawClient> {
  const { kafka, ca } = world();
  const client = await RawClient.secure({ address: kafka.gatewayBrokers[0]!, ca });
  onTestFinished(() => client.end());
  return client;
}

/** The reason in the log for the error that a client received. */
function reasonFor(message: string | undefined): string {
  const id = /^\[([0-9a-f-]{36})\]: Access denied$/.exec(message ?? '')?.[1];
  return world().refusals.find((refusal) => refusal.id === id)?.reason ?? `no reason for ${message}`;
}

describe('tokens', () => {
  const old = new Date(Date.now() - 3_600_000);
  test.each([
    ['created with a wrong secret', forged({ ...publisher, secretAccessKey: 'a guess' }), 'signature_wrong'],
    ['that has expired', forged(publisher, { at: old }), 'expired'],
    ['for another region', forged(publisher, { region: 'us-east-1' }), 'region_wrong'],
    ['for another host', forged(publisher, { host: 'kafka.us-east-1.amazonaws.com' }), 'host_wrong'],
    ['for another service', forged(publisher, { service: 'sts' }), 'service_wrong'],
    ['for another action', forged(publisher, { parameters: { Action: 'kafka-cluster:ReadData' } }), 'action_wrong'],
    [
      'with a parameter twice',
      forged(publisher, { appended: '&Action=kafka-cluster%3AConnect' }),
      'parameter_repeated',
    ],
    ['with an unknown parameter', forged(publisher, { appended: '&Admin=true' }), 'parameter_unknown'],
    [
      'with another’s session token',
      forged({ ...publisher, sessionToken: worker.sessionToken! }),
      'session_token_wrong',
    ],
    [
      'that is not signed',
      forged(publisher, { edit: (url) => url.replace(/&X-Amz-Signature=\w+/, '') }),
      'parameter_missing',
    ],
    ['that was cut off', forged(publisher).subarray(0, 300), 'token_malformed'],
    ['of a URL only', bearer(tokenOf(presigned(publisher).slice(0, 56))), 'parameter_missing'],
    ['that is a JWS', bearer(unsignedJws(worker.arn)), 'token_malformed'],
  ])('a token %s is refused as by MSK, with the reason in the log', async (_name, message, reason) => {
    const client = await secure();
    const answer = await client.login(message);
    expect(answer.errorCode).toBe(58);
    expect(reasonFor(answer.message)).toBe(reason);
    await client.untilClosed();
  });

  test('the signer’s own, for another region, by kafkajs', async () => {
    const { client } = world();
    const provider = async (): Promise<{ value: string }> => ({ value: await awsToken(publisher, 'us-east-1') });
    const admin = client(publisher, {
      sasl: { mechanism: 'oauthbearer', oauthBearerProvider: provider },
    }).admin();
    onTestFinished(() => admin.disconnect());
    await expect(admin.connect()).rejects.toThrow(
      /^SASL OAUTHBEARER authentication failed: \[[\w-]+\]: Access denied$/,
    );
  });

  test('an intercepted token works until it expires', async () => {
    const token = forged(publisher, { parameters: { 'X-Amz-Expires': '3' } });
    expect((await (await secure()).login(token)).errorCode).toBe(0);
    await until('its end', async () => (await (await secure()).login(token)).errorCode === 58);
    expect(reasonFor((await (await secure()).login(token)).message)).toBe('expired');
  });

  test('a token of 10 MB is not read', async () => {
    const client = await secure();
    await client.handshake();
    client.send(36, 1, blob(bearer('A'.repeat(10_000_000))));
    await client.untilClosed();
    await until('its refusal', () => world().refusals.some(({ reason }) => reason === 'frame_too_large'));
  });
});

describe('sessions', () => {
  test('last as long as the token', async () => {
    const { errorCode, lifetimeMs } = await (await secure()).login(forged(publisher));
    expect(errorCode).toBe(0);
    expect(lifetimeMs).toBeGreaterThan(880_000);
    expect(lifetimeMs).toBeLessThanOrEqual(900_000);
  });

  test('a second authentication without a handshake changes nothing', async () => {
    const { grant, topic: newTopic } = world();
    const topic = await newTopic();
    await grant(publisher, Resource.TOPIC, topic, [Operation.DESCRIBE]);
    const client = await secure();
    await client.login(forged(publisher));
    expect(await client.authenticate(forged(worker))).toMatchObject({ errorCode: 34 });
    // Still the publisher: the worker has no right on this topic.
    expect(await topicError(client, topic)).toBe(0);
  });

  test('a session cannot be continued by another role when it is renewed', async () => {
    const client = await secure();
    await client.login(forged(publisher));
    expect((await client.login(forged(publisher))).errorCode).toBe(0);
    // Kafka allows a session to be renewed only once a second.
    await until('it may be renewed again', async () => (await client.handshake()) === 0);
    const answer = await client.authenticate(forged(worker));
    expect(answer.errorCode).toBe(58);
    expect(reasonFor(answer.message)).toBe('identity_changed');
    await client.untilClosed();
  });

  test('requests before a login end the connection', async () => {
    const client = await secure();
    client.send(3, 1, int32(-1));
    await client.untilClosed();
    expect(world().refusals.at(-1)).toMatchObject({ reason: 'not_logged_in' });
  });

  test('an authentication before a handshake ends it', async () => {
    const client = await secure();
    client.send(36, 1, blob(forged(publisher)));
    await client.untilClosed();
  });
});

describe('protocols', () => {
  test.each([
    ['a SaslHandshake of version 0', 'OAUTHBEARER', 0, 35],
    ['SASL PLAIN', 'PLAIN', 1, 33],
    ['SCRAM', 'SCRAM-SHA-512', 1, 33],
  ])('%s is refused', async (_name, mechanism, version, error) => {
    const client = await secure();
    expect(await client.handshake(mechanism, version)).toBe(error);
    await client.untilClosed();
  });

  test('SASL PLAIN by kafkajs', async () => {
    const sasl: KafkaConfig['sasl'] = { mechanism: 'plain', username: 'publisher', password: 'secret' };
    const admin = world().client(publisher, { sasl }).admin();
    onTestFinished(() => admin.disconnect());
    await expect(admin.connect()).rejects.toThrow(/PLAIN mechanism|not supported|SASL/i);
  });

  test.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'a client that does not trust the certificate, with %s',
    async (version) => {
      const { host, port } = addressOf(world().kafka.gatewayBrokers[0]!);
      const before = world().refusals.length;
      const socket = tls.connect({ host, port, minVersion: version, maxVersion: version });
      const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
      expect(error.code).toMatch(/UNABLE_TO_VERIFY|SELF_SIGNED/);
      await until('it is reported', () => world().refusals.length > before);
      expect(world().refusals.at(-1)).toMatchObject({
        reason: 'certificate_not_trusted',
        sentence: expect.stringContaining('does not trust the certificate') as string,
      });
    },
  );

  test('a client of this library without the CA: one refusal, that of the certificate', async () => {
    const brokers = world().kafka.gatewayBrokers;
    const before = world().refusals.length;
    const settings = config.create({ connection: { brokers, tls: true } });
    await using r = requester.create(settings);
    const error = await refusal(r.connect({ timeout_ms: 10_000 }));
    expect(error.code).toBe('tls_failed');
    await until('it is reported', () => world().refusals.length > before);
    const reasons = world()
      .refusals.slice(before)
      .map(({ reason }) => reason);
    expect(new Set(reasons)).toEqual(new Set(['certificate_not_trusted']));
  });

  test('plain text on the TLS port', async () => {
    const client = await RawClient.plain(world().kafka.gatewayBrokers[0]!);
    onTestFinished(() => client.end());
    client.send(18, 0);
    await client.untilClosed();
    expect(world().refusals.at(-1)).toMatchObject({ reason: 'not_tls' });
  });

  test.each([
    ['2 GB', 2 ** 31 - 1, 'frame_too_large'],
    ['90 MB', 90_000_000, 'frame_too_large'],
    ['a negative number of bytes', -5, 'malformed'],
    ['no bytes', 0, 'malformed'],
    ['bytes for half a header', 5, 'malformed'],
  ])('frames that declare %s, twenty at a time', async (_name, size, reason) => {
    const before = process.memoryUsage();
    const clients = await Promise.all(Array.from({ length: 20 }, secure));
    for (const client of clients) client.socket.write(Buffer.concat([int32(size), Buffer.alloc(8)]));
    await Promise.all(clients.map((client) => client.untilClosed()));
    const after = process.memoryUsage();
    expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(20_000_000);
    expect(world().refusals.at(-1)).toMatchObject({ reason });
  });

  test('a declared size of 2 GB, also after a login', async () => {
    const client = await secure();
    await client.login(forged(publisher));
    client.socket.write(Buffer.concat([int32(2 ** 31 - 1), Buffer.alloc(100)]));
    await client.untilClosed();
    expect(world().refusals.at(-1)).toMatchObject({ reason: 'frame_too_large' });
  });

  test('requests that end too early, or are not valid', async () => {
    const nonsense = [
      request(1, 36, 1, int32(1_000_000)),
      request(1, 36, 1, int32(-7)),
      request(1, 36, 2, Buffer.alloc(20, 0xff)),
      request(1, 17, 1, int16(30_000)),
    ];
    for (const bytes of nonsense) {
      const client = await secure();
      await client.handshake();
      client.socket.write(bytes);
      await client.untilClosed();
      expect(world().refusals.at(-1)).toMatchObject({ reason: 'malformed' });
    }
  });

  test('requests that are sent along with a refused login are not executed', async () => {
    const { grant, admin, topic: newTopic } = world();
    const topic = await newTopic();
    await grant(publisher, Resource.TOPIC, topic, [Operation.DELETE, Operation.DESCRIBE]);
    const client = await secure();
    const frames = [
      request(1, 17, 1, string('OAUTHBEARER')),
      request(2, 36, 1, blob(forged({ ...publisher, secretAccessKey: 'a guess' }))),
      // DeleteTopics
      request(3, 20, 1, int32(1), string(topic), int32(5_000)),
    ];
    client.socket.write(Buffer.concat(frames));
    expect((await client.answer()).readInt32BE(0)).toBe(1);
    const refused = await client.answer();
    expect([refused.readInt32BE(0), refused.readInt16BE(4)]).toEqual([2, 58]);
    await client.untilClosed();
    expect(await admin.listTopics()).toContain(topic);
  });
});

describe('hundreds of connections', () => {
  test('silent and slow ones are closed, and do not block other clients', async () => {
    const silent = await Promise.all(
      Array.from({ length: 150 }, () => RawClient.plain(world().kafka.gatewayBrokers[0]!)),
    );
    const quiet = await Promise.all(Array.from({ length: 150 }, secure));
    const slow = await Promise.all(Array.from({ length: 100 }, secure));
    const frame = request(1, 36, 1, blob(forged(publisher)));
    let sent = 0;
    const drip = setInterval(() => {
      for (const { socket, closed } of slow) if (!closed) socket.write(frame.subarray(sent, sent + 1));
      sent += 1;
    }, 50);
    onTestFinished(() => clearInterval(drip));
    await world().letsIn(publisher);
    await Promise.all([...silent, ...quiet, ...slow].map((client) => client.untilClosed()));
    expect(world().refusals.filter(({ reason }) => reason === 'no_login_in_time')).toHaveLength(400);
  });
});

describe('bypassing the gateway', () => {
  const listener = (): string => world().kafka.kafka.brokersOf('IAM')[0]!;

  test('the broker’s listener accepts only tokens that the gateway has signed', async () => {
    // The public key set is beside the authority's file.
    const { caFile } = world().kafka;
    const { keys } = JSON.parse(await readFile(join(dirname(caFile), 'keys.json'), 'utf8')) as { keys: JsonWebKey[] };
    const { kid = '' } = keys[0] as { kid?: string };
    const publicPem = createPublicKey({ key: keys[0]!, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
    const own = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
    const tokens = {
      unsigned: unsignedJws(worker.arn),
      'signed with another key': jws({ alg: 'RS256', kid }, worker.arn, (text) =>
        sign('sha256', Buffer.from(text), own),
      ),
      'with the public key as a secret': jws({ alg: 'HS256', kid }, worker.arn, (text) =>
        createHmac('sha256', publicPem).update(text).digest(),
      ),
      'with its own key inside': jws(
        { alg: 'RS256', jwk: createPublicKey(own).export({ format: 'jwk' }) },
        worker.arn,
        (text) => sign('sha256', Buffer.from(text), own),
      ),
      'an IAM token': await awsToken(worker),
    };
    for (const [name, token] of Object.entries(tokens)) {
      const client = await RawClient.plain(listener());
      onTestFinished(() => client.end());
      // Kafka reports it within the mechanism, and closes the connection at the next request.
      const { bytes } = await client.login(bearer(token));
      expect(bytes.toString(), name).toContain('invalid_token');
      client.send(3, 1, int32(-1));
      await client.untilClosed();
    }
  });

  test('and requires a login', async () => {
    const admin = new Kafka({ brokers: [listener()], logLevel: logLevel.NOTHING, retry: { retries: 0 } }).admin();
    onTestFinished(() => admin.disconnect());
    const answered = admin.connect().then(() => admin.listTopics());
    await expect(answered).rejects.toThrow();
  });
});

function unsignedJws(subject: string): string {
  return jws({ alg: 'none' }, subject, () => Buffer.alloc(0));
}

function jws(header: object, subject: string, signature: (text: string) => Buffer): string {
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${encode(header)}.${encode({ sub: subject, exp: Math.floor(Date.now() / 1_000) + 600 })}`;
  return `${text}.${signature(text).toString('base64url')}`;
}

/** The error of one topic in a Metadata response. */
async function topicError(client: RawClient, topic: string): Promise<number> {
  client.send(3, 1, int32(1), string(topic));
  const answer = await client.answer();
  const name = Buffer.from(topic);
  return answer.readInt16BE(answer.indexOf(name) - 4);
}
