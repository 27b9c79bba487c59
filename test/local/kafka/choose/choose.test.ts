import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { Deadline } from '../../../../src/base/deadline.js';
import { chooseKafka } from '../../../../local/kafka/index.js';
import { DEFAULT_PORT } from '../../../../local/kafka/compose/compose.js';
import { isFree } from '../../../../local/os/ports.js';
import { embeddedSkip } from '../../../support/broker-machine.js';
import { sandbox } from '../../../support/broker-sandbox.js';
import { skipFor } from '../../../support/skips.js';
import { patient } from '../../../support/patience.js';

async function listening(server: Server, port = 0): Promise<number> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

/** Accepts, and says nothing ever. */
function silent(): Server {
  return createServer((socket) => {
    socket.on('error', () => undefined);
    onTestFinished(() => void socket.destroy());
  });
}

describe('named brokers', () => {
  test('are used without any check, and nothing is started or stopped', async () => {
    await using kafka = await chooseKafka({ env: { PUBSUB_BROKERS: ' a:1, b:2 ,', KAFKA_VERSION: 'nonsense' } });
    expect(kafka).toMatchObject({
      kind: 'named',
      brokers: ['a:1', 'b:2'],
      why: 'PUBSUB_BROKERS names it',
      startedByUs: false,
    });
  });

  test('on the command line take precedence over those of the environment', async () => {
    const kafka = await chooseKafka({ env: { PUBSUB_BROKERS: 'a:1' }, brokers: ['c:3'] });
    expect(kafka).toMatchObject({ kind: 'named', brokers: ['c:3'], why: 'the command line names it' });
  });
});

describe('a machine without Docker, Java and Maven', () => {
  test('gets an error immediately, with both ways to get a Kafka broker', async () => {
    const box = await sandbox('nothing');
    const began = performance.now();
    const refused = chooseKafka({ env: { ...box.env, PATH: '', JAVA_HOME: undefined } });
    await expect(refused).rejects.toMatchObject({
      code: 'kafka_unavailable',
      stage: 'local_kafka',
      raw_message: expect.stringMatching(
        /^no Kafka can be started: .*127\.0\.0\.1:9092.*, docker is not on the PATH and no java is on the PATH$/,
      ) as string,
      hint: 'Install Docker with its compose plugin, or Java 17 or newer and Maven. Or name your own brokers: PUBSUB_BROKERS=host:9092',
    });
    expect(performance.now() - began).toBeLessThan(patient(9_000));
  });

  test('gets an error that Maven is missing, if it has Java', async () => {
    const box = await sandbox('nothing');
    await box.program('java', `echo 'openjdk version "17.0.1"' >&2`);
    await expect(chooseKafka({ env: box.bare() })).rejects.toMatchObject({
      raw_message: expect.stringMatching(
        /no Docker engine answers \(.*Is the docker daemon running\) and no mvn \(Maven\) is on the PATH to download Kafka/,
      ) as string,
    });
  });

  test('does not wait long for a Docker engine that does not answer', async () => {
    const box = await sandbox('nothing');
    await box.program('docker', 'exec /bin/sleep 60');
    const began = performance.now();
    await expect(chooseKafka({ env: { ...box.bare() } })).rejects.toMatchObject({
      raw_message: expect.stringContaining('no Docker engine answered within 3 s') as string,
    });
    expect(performance.now() - began).toBeLessThan(patient(10_000));
  });
});

describe('a requested port', () => {
  test.each([
    ['does not answer', silent],
    ['speaks HTTP', () => createHttpServer((_, response) => void response.end('hello'))],
  ])('that is used by something that %s is refused, and named', async (_, server) => {
    const box = await sandbox('nothing');
    const port = await listening(server());
    await expect(chooseKafka({ env: { ...box.env, EASY_PUBSUB_KAFKA_PORT: String(port) } })).rejects.toMatchObject({
      code: 'kafka_unavailable',
      raw_message: `port ${port} was requested, but 127.0.0.1:${port} is in use by a program that is not Kafka`,
      // It is no Kafka, so nothing suggests to use it as one.
      hint: 'Stop the program that uses the port, or choose another port.',
    });
  });

  test.each(['http', '9092x', '-1'])('must be a number: "%s"', async (text) => {
    await expect(chooseKafka({ env: { EASY_PUBSUB_KAFKA_PORT: text } })).rejects.toMatchObject({
      code: 'config_invalid',
      raw_message: `EASY_PUBSUB_KAFKA_PORT is "${text}", which is not a port number`,
    });
  });

  test('must be within range', async () => {
    await expect(chooseKafka({ env: {}, port: 70_000 })).rejects.toMatchObject({ code: 'argument_invalid' });
  });
});

describe('without Docker', () => {
  beforeEach(async (context) => skipFor(context, await embeddedSkip()));

  test('an embedded Kafka is started, and the output says why', async () => {
    const box = await sandbox();
    const said: string[] = [];
    const kafka = await chooseKafka({ env: box.env, onProgress: (sentence) => said.push(sentence) });
    onTestFinished(() => kafka.stop());
    expect(kafka).toMatchObject({ kind: 'embedded', startedByUs: true });
    expect(kafka.why).toMatch(
      /^it was started from Maven's jars, because .*127\.0\.0\.1:9092 and no Docker engine answers \(Cannot connect/,
    );
    expect(said.join('\n')).toMatch(/Kafka [\d.]+ to start/);
    await kafka.stop();
    await kafka.stop();
    expect(await box.leftovers()).toEqual([]);
  });

  test('an unknown server on the usual port is named and not used', async () => {
    const box = await sandbox();
    // Every other broker there is unknown too.
    if (await isFree(DEFAULT_PORT)) await listening(silent(), DEFAULT_PORT);
    await using kafka = await chooseKafka({ env: box.env });
    expect(kafka.why).toContain(`127.0.0.1:${DEFAULT_PORT} is in use by a program that is not Kafka`);
    expect(kafka.brokers).not.toContain(`127.0.0.1:${DEFAULT_PORT}`);
  });

  test('another way is used if the engine cannot start Kafka', async () => {
    const box = await sandbox();
    await box.program(
      'docker',
      'case "$*" in *" up "*) echo "Error response from daemon: pull access denied" >&2; exit 1;; *) echo 99.0;; esac',
    );
    await using kafka = await chooseKafka({ env: box.env });
    expect(kafka.kind).toBe('embedded');
    expect(kafka.why).toContain('docker compose up failed (Error response from daemon: pull access denied)');
    expect((await box.leftovers()).length).toBe(1);
  });

  test('the deadline and the signal end the start', async () => {
    const box = await sandbox();
    const controller = new AbortController();
    const deadline = new Deadline(60_000, controller.signal);
    const onProgress = (sentence: string): void => {
      if (/to start$/.test(sentence)) controller.abort();
    };
    await expect(chooseKafka({ env: box.env, deadline, onProgress })).rejects.toMatchObject({ code: 'aborted' });
    expect(await box.leftovers()).toEqual([]);
  });
});
