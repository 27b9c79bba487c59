import http from 'node:http';
import { createServer, type AddressInfo, type Server } from 'node:net';
import tls from 'node:tls';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { generate } from 'selfsigned';
import { describe, expect, onTestFinished, test } from 'vitest';
import { freePorts } from '../../local/os/ports.js';
import { SanityProcess } from '../support/sanity-process.js';
import { patient } from '../support/patience.js';

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function tlsServer(): Promise<Server> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }]);
  return tls.createServer({ key, cert });
}

describe('no verdict: exit code 2, a sentence and a hint', () => {
  test('nothing listens at the address', async () => {
    const startedAt = performance.now();
    const end = await SanityProcess.run([], { PUBSUB_BROKERS: 'localhost:1' });
    expect(end.exitCode).toBe(2);
    expect(end.stdout).toMatch(/localhost:1 refused the connection/);
    expect(end.stdout).toMatch(/Nothing listens there/);
    expect(end.stdout).toMatch(/no verdict/);
    // It did not wait: a silent broker takes longer than this, on a busy machine too.
    expect(performance.now() - startedAt).toBeLessThan(patient(20_000));
  });

  test('a host that does not resolve', async () => {
    const end = await SanityProcess.run([], { PUBSUB_BROKERS: 'no-such-host.invalid:9092' });
    expect(end.exitCode).toBe(2);
    expect(end.stdout).toMatch(/the host of no-such-host\.invalid:9092 does not resolve/);
  });

  test.each([
    ['a web server', () => http.createServer((_, response) => response.end('hello')), /is a web server, not Kafka/],
    ['a server that never answers', () => createServer(() => undefined), /accepts connections and does not answer/],
    [
      'a server that closes the connection',
      () => createServer((socket) => socket.destroy()),
      /accepts connections and closes them/,
    ],
    ['a TLS port', tlsServer, /uses TLS, but this client sent plain text/],
  ])('on the port is %s', { timeout: patient(60_000) }, async (_, server, said) => {
    const end = await SanityProcess.run([], {
      PUBSUB_BROKERS: await listening(await server()),
      // A server that never answers is waited for.
      PUBSUB_BROKER_REQUEST_TIMEOUT_MS: '1000',
    });
    expect(end.exitCode, end.stdout).toBe(2);
    expect(end.stdout).toMatch(said);
    expect(end.stdout).toMatch(/no verdict/);
  });

  test('invalid settings: every problem in one error, with the key and a suggestion', async () => {
    const end = await SanityProcess.run([], {
      PUBSUB_BROKERS: 'localhost:9092,nonsense',
      PUBSUB_AUHT: 'none',
      PUBSUB_SESSION_TIMEOUT_MS: '5',
      PUBSUB_AUTH: 'kerberos',
    });
    expect(end.exitCode).toBe(2);
    expect(end.stdout).toBe('');
    for (const said of [/PUBSUB_AUHT.*PUBSUB_AUTH/s, /PUBSUB_SESSION_TIMEOUT_MS/, /PUBSUB_AUTH/, /msk_iam/]) {
      expect(end.stderr).toMatch(said);
    }
  });

  test.each([
    [['--count', '0'], /--count/],
    [['--count', '1.5'], /--count/],
    [['--count', 'many'], /--count/],
    [['--cuont', '5'], /--cuont.*\n?.*--count/],
    [['--report', '/no/such/folder/report.json'], /--report names .* cannot be written \(ENOENT\)/],
    [['--negative'], /--negative is for --rehearse, which is not given/],
    [['--rehearse', '--seed', 'a'], /--seed is for --negative, which is not given/],
    [['--rehearse', '--negative', '--count', '5'], /'--negative' cannot be used with option '--count <n>'/],
    [['--rehearse', '--negative', '--junit', 'a.xml'], /'--negative' cannot be used with option '--junit <file>'/],
    [['--rehearse', '--negative', '--template', '/no/such/a.template.json'], /a\.template\.json: does not exist/],
  ])('%j', async (args, said) => {
    const end = await SanityProcess.run(args, { PUBSUB_BROKERS: 'localhost:1' });
    expect(end.exitCode).toBe(2);
    expect(end.stdout).toBe('');
    expect(end.stderr).toMatch(said);
  });

  test('no Docker, no Java, no Maven: the hint says how to get them', async () => {
    const empty = await mkdtemp(join(tmpdir(), 'nothing-'));
    onTestFinished(() => rm(empty, { recursive: true, force: true }));
    const end = await SanityProcess.run([], {
      PATH: empty,
      JAVA_HOME: undefined,
      DOCKER_HOST: 'unix:///nothing.sock',
      XDG_CACHE_HOME: empty,
      // Not the default port, on which another Kafka may run.
      EASY_PUBSUB_KAFKA_PORT: String((await freePorts(1))[0]),
      HOME: dirname(empty),
    });
    expect(end.exitCode).toBe(2);
    expect(end.stderr).toMatch(/Docker/);
    expect(end.stderr).toMatch(/Java/);
    expect(end.stderr).toMatch(/Maven/);
  });
});
