import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { startEmbedded } from '../../../local/kafka/index.js';
import { publisher, topic_type, worker_frame } from '../../../src/index.js';
import { embeddedSkip } from '../../support/broker-machine.js';
import { CommandProcess } from '../../support/command-process.js';
import { patient } from '../../support/patience.js';
import { skipFor } from '../../support/skips.js';
import { until } from '../../support/until.js';
import { makeWorld } from '../../support/world.js';

beforeEach(async (context) => skipFor(context, await embeddedSkip()));

test('tail continues when its broker restarts, and reports it', { timeout: patient(90_000) }, async () => {
  const kafka = await startEmbedded();
  onTestFinished(() => kafka[Symbol.asyncDispose]());
  const world = await makeWorld({ brokers: kafka.brokers });
  const topic = world.settings.topics.worker;
  const brokers = kafka.brokers.join(',');
  const tailing = new CommandProcess(['tail', topic, '--from', 'beginning', '--brokers', brokers], { ...process.env });
  const send = async (id: string): Promise<void> => {
    await using pub = publisher.create(world.settings);
    const frame = worker_frame({ path: [1], command: 'hello', correlation_id: id });
    await pub.send(topic_type.worker, frame, { timeout_ms: patient(30_000) });
  };
  await send('first');
  await until('the first is shown', () => tailing.stdout.includes('id first'), 20_000);
  await kafka.stopNode(1);
  await until('it says that it is interrupted', () => /^Interrupted: /m.test(tailing.stderr), 20_000);
  await kafka.startNode(1);
  await send('second');
  await until('the second is shown', () => tailing.stdout.includes('id second'), 30_000);
  expect(tailing.stderr).toMatch(/^Interrupted: .*\nContinues\.\n$/m);
  expect(tailing.stdout.match(/id first/g)).toHaveLength(1);
  tailing.kill('SIGINT');
  expect((await tailing.exit).exitCode).toBe(130);
});
