import { readFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { Deadline } from '../../../../src/base/deadline.js';
import { readClusterId, warmUp } from '../../../../local/kafka/readiness.js';
import { startEmbedded, type EmbeddedKafka, type EmbeddedOptions } from '../../../../local/kafka/index.js';
import * as ports from '../../../../local/os/ports.js';
import { embeddedSkip } from '../../../support/broker-machine.js';
import { sandbox } from '../../../support/broker-sandbox.js';
import { skipFor } from '../../../support/skips.js';

beforeEach(async (context) => skipFor(context, await embeddedSkip()));
afterEach(() => vi.restoreAllMocks());

async function started(options: EmbeddedOptions = {}): Promise<{ kafka: EmbeddedKafka }> {
  const box = await sandbox();
  const kafka = await startEmbedded({ env: box.env, ...options });
  onTestFinished(() => kafka[Symbol.asyncDispose]());
  return { kafka };
}

describe('an embedded Kafka', () => {
  test('restarts after a crash, after its old registration has expired', async () => {
    const { kafka } = await started({ properties: { 'broker.session.timeout.ms': '3000' } });
    await kafka.killNode(1);
    await kafka.startNode(1, new Deadline(25_000));
    expect(kafka.pids).toHaveLength(1);
  });

  test('can be suspended and resumed by a signal', async () => {
    const { kafka } = await started();
    kafka.signalNode(1, 'SIGSTOP');
    await expect(readClusterId(kafka.brokers, new Deadline(500))).rejects.toThrow();
    kafka.signalNode(1, 'SIGCONT');
    await expect(warmUp(kafka.brokers, new Deadline(20_000))).resolves.toMatchObject({ nodeIds: [1] });
  });

  test('writes a logger to a separate file', async () => {
    const { kafka } = await started({
      properties: {
        'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
        'super.users': 'User:ANONYMOUS',
      },
      loggers: [{ name: 'kafka.authorizer.logger', level: 'DEBUG', ownFile: true }],
      jvm: { systemProperties: { 'easy.pubsub.test': 'yes' }, quickCompiler: false, heapMb: 400 },
    });
    const file = kafka.nodes[0]?.logFiles['kafka.authorizer.logger'] ?? '';
    await expect
      .poll(() => readFile(file, 'utf8'), { timeout: 10_000 })
      .toMatch(/Principal = User:ANONYMOUS is Allowed/);
    expect(await kafka.logTail(1, 5_000)).not.toMatch(/Principal = User:ANONYMOUS is Allowed/);
  });
});

describe('a start', () => {
  test('uses another port if its free port was taken in the meantime', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    onTestFinished(() => void other.close());
    const { port } = other.address() as AddressInfo;
    const honest = ports.freePorts;
    const lying = vi
      .spyOn(ports, 'freePorts')
      .mockImplementationOnce(async (count) => [...(await honest(count - 1)), port]);
    const { kafka } = await started();
    expect(lying).toHaveBeenCalledTimes(2);
    expect(kafka.brokers[0]).not.toBe(`127.0.0.1:${port}`);
  });
});
