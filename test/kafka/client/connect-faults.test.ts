import http from 'node:http';
import net from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { generate } from 'selfsigned';
import tls from 'node:tls';
import { startEmbedded, type EmbeddedKafka } from '../../../local/kafka/index.js';
import {
  config,
  publisher,
  reply_to_subscriber,
  topic_type,
  worker_frame,
  type config_input,
} from '../../../src/index.js';
import { createTopics } from '../../../src/kafka/admin/create-topics.js';
import { Deadline } from '../../../src/base/deadline.js';
import type { pubsub_error } from '../../../src/index.js';
import { kafkaConnection } from '../../../src/pubsub/kafka-connection.js';
import { clientUnderTest } from '../../support/client.js';
import { refusal } from '../../support/refusal.js';
import { patient } from '../../support/patience.js';

let kafka: EmbeddedKafka;
const servers: net.Server[] = [];
const listen = async (server: net.Server): Promise<string> => {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${(server.address() as net.AddressInfo).port}`;
};

beforeAll(async () => {
  kafka = await startEmbedded();
});
afterAll(async () => {
  await kafka[Symbol.asyncDispose]();
  for (const server of servers) server.close();
});

const settings = (broker: string, connection: Partial<config_input['connection']> = {}): config =>
  config.create({
    connection: {
      client: clientUnderTest,
      brokers: [broker],
      connection_timeout_ms: 400,
      broker_request_timeout_ms: 400,
      ...connection,
    },
    consumer: { connect_timeout_ms: 5_000 },
  });

/** The errors of both halves of the library, which must be the same. */
async function connectErrors(broker: string, connection: Partial<config_input['connection']> = {}): Promise<string[]> {
  await using pub = publisher.create(settings(broker, connection));
  await using sub = reply_to_subscriber.create(settings(broker, connection));
  const errors = await Promise.all([refusal(pub.connect({ topics: [topic_type.worker] })), refusal(sub.connect())]);
  const said = errors.map((error) => {
    const last = (error.details['last_error'] as string | undefined) ?? error.message;
    return last.replace(/127\.0\.0\.1:\d+/g, 'it');
  });
  expect(said[1]).toBe(said[0]);
  return said;
}

describe('connect reports what is at the address:', () => {
  test(
    'nothing',
    async () => {
      expect((await connectErrors('127.0.0.1:1'))[0]).toBe(
        '[connection_refused] it refused the connection (tried for 5000 ms)',
      );
    },
    patient(20_000),
  );
  test(
    'a host that does not resolve',
    async () => {
      expect((await connectErrors('no-such-host.invalid:9092'))[0]).toMatch(
        /^\[host_not_found\] the host of no-such-host.invalid:9092 does not resolve/,
      );
    },
    patient(20_000),
  );
  test(
    'a port that accepts connections and does not answer',
    async () => {
      const broker = await listen(net.createServer(() => undefined));
      expect((await connectErrors(broker))[0]).toBe(
        '[broker_unavailable] it accepts connections and does not answer (tried for 5000 ms)',
      );
    },
    patient(30_000),
  );
  test(
    'a port that accepts connections and closes them',
    async () => {
      const broker = await listen(net.createServer((socket) => socket.destroy()));
      expect((await connectErrors(broker))[0]).toBe(
        '[connection_closed] it accepts connections and closes them (tried for 5000 ms)',
      );
    },
    patient(20_000),
  );
  test('a web server', async () => {
    const broker = await listen(http.createServer((_, response) => response.end('hello')));
    expect((await connectErrors(broker))[0]).toBe('[not_kafka] it is a web server, not Kafka');
  });
  test('a TLS port that receives plain text', async () => {
    const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }]);
    const broker = await listen(tls.createServer({ key, cert }));
    expect((await connectErrors(broker))[0]).toBe('[tls_failed] it uses TLS, but this client sent plain text');
  });
  test('a plain-text port that receives TLS', async () => {
    expect((await connectErrors(kafka.brokers[0]!, { tls: true }))[0]).toBe(
      '[tls_failed] it uses plain text, but this client uses TLS',
    );
  });
  test('a certificate of an unknown authority', async () => {
    const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }]);
    const broker = await listen(tls.createServer({ key, cert }));
    expect((await connectErrors(broker, { tls: true }))[0]).toMatch(
      /^\[tls_failed\] TLS with it failed: DEPTH_ZERO_SELF_SIGNED_CERT/,
    );
  });
  test('a certificate for another name', async () => {
    const { private: key, cert } = await generate([{ name: 'commonName', value: 'elsewhere' }]);
    const broker = await listen(tls.createServer({ key, cert }));
    expect((await connectErrors(broker, { tls: true, tls_ca: cert }))[0]).toMatch(
      /^\[tls_failed\] TLS with it failed: ERR_TLS_CERT_ALTNAME_INVALID/,
    );
  });
  test('a login to a listener that does not support logins', async () => {
    expect((await connectErrors(kafka.brokers[0]!, { auth: 'plain', username: 'u', password: 'p' }))[0]).toBe(
      '[authentication_failed] it does not support logins',
    );
  });
});

describe('a broker that names an address', () => {
  /** Errors of a join and of a send, whose broker advertises this address. */
  async function behind(address: string, wait: { fail_fast?: boolean } = {}): Promise<pubsub_error[]> {
    const listeners = [{ name: 'OUT', protocol: 'PLAINTEXT' as const, advertised: [address] }];
    await using moved = await startEmbedded({ listeners });
    const topics = ['worker', 'reply_to'].map((topic) => ({ topic, partitions: 1, replicationFactor: 1 }));
    await createTopics(kafkaConnection(settings(moved.brokers[0]!)), topics, new Deadline(20_000));
    const outside = settings(moved.brokersOf('OUT')[0]!);
    await using pub = publisher.create(outside);
    await using sub = reply_to_subscriber.create(outside);
    const send = async (): Promise<unknown> =>
      pub.send(topic_type.worker, worker_frame({ path: [1], command: 'x' }), { timeout_ms: 2_000 });
    return await Promise.all([refusal(sub.connect(wait)), refusal(send())]);
  }

  test(
    'where nothing listens: the hint is about its advertised.listeners',
    async () => {
      const [join, send] = await behind('127.0.0.1:1');
      expect(join).toMatchObject({ code: 'connection_refused', details: { broker: '127.0.0.1:1', advertised: true } });
      expect([join!.hint, send!.hint]).toEqual([
        expect.stringMatching(/a broker named it.*advertised.listeners/),
        expect.stringMatching(/a broker named it.*advertised.listeners/),
      ]);
    },
    patient(60_000),
  );

  test(
    'of a web server: the hint is about its advertised.listeners, too',
    async () => {
      const [join, send] = await behind(await listen(http.createServer((_, response) => response.end('hello'))));
      expect(join).toMatchObject({ code: 'not_kafka' });
      for (const { hint } of [join!, send!]) expect(hint).toMatch(/advertised.listeners/);
    },
    patient(60_000),
  );

  test(
    'that accepts connections and does not answer: fail_fast does not try again',
    async () => {
      const [join] = await behind(await listen(net.createServer(() => undefined)), { fail_fast: true });
      expect(join!.raw_message).toMatch(/accepts connections and does not answer$/);
    },
    patient(60_000),
  );
});

describe('a connect to a port that does not answer, and whose time is over before', () => {
  const silent = async (connectionMs: number, timeoutMs: number): Promise<pubsub_error & { ms: number }> => {
    const broker = await listen(net.createServer(() => undefined));
    await using sub = reply_to_subscriber.create(settings(broker, { connection_timeout_ms: connectionMs }));
    const from = performance.now();
    const error = await refusal(sub.connect({ timeout_ms: timeoutMs }));
    return Object.assign(error, { ms: performance.now() - from });
  };

  test(
    'a connection attempt ends, names the address',
    async () => {
      const error = await silent(20_000, 2_500);
      expect(error.raw_message).toMatch(/^timed out after 2500 ms .*: 127\.0\.0\.1:\d+ does not answer$/);
      expect(error.ms).toBeLessThan(2_500 + 500);
    },
    patient(20_000),
  );

  test(
    'the port was probed, has the cause, and does not wait for the probe',
    async () => {
      const error = await silent(1_000, 2_500);
      expect(error.raw_message).toMatch(
        /did not answer: no answer to ApiVersions within 1000 ms \(tried for 2500 ms\)$/,
      );
      expect(error.ms).toBeLessThan(2_500 + 500);
    },
    patient(20_000),
  );
});
