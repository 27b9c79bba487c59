import { expect, test } from 'vitest';
import { keptKafka } from '../../../../local/kafka/index.js';
import { writeKept } from '../../../../local/kafka/kept/kept.js';
import { freePorts } from '../../../../local/os/ports.js';
import { easyPubsub } from '../../../support/broker-cli.js';
import { sandbox } from '../../../support/broker-sandbox.js';

test('a kept Kafka that does not answer is used by no command', async () => {
  const box = await sandbox('nothing');
  const [port] = await freePorts(1);
  await writeKept(box.env, {
    schema: 1,
    kind: 'embedded',
    brokers: [`127.0.0.1:${port}`],
    clusterId: 'gone',
    version: '3.9.1',
    startedAt: '2026-01-31T10:00:00Z',
    folder: '/nowhere',
    nodes: [],
    classData: { recorded: '/nowhere/a', archive: '/nowhere/b' },
  });
  expect(await keptKafka(box.env)).toMatchObject({ answers: false });
  const status = await easyPubsub(box, 'kafka', 'status');
  expect(status.exitCode).toBe(1);
  expect(status.stdout).toMatch(/^answers +no$/m);
  for (const args of [
    ['topics', 'list'],
    ['invoke', 'publisher', '--event', 'events/publisher/positions.json'],
  ]) {
    const ended = await easyPubsub(box, ...args);
    expect(ended, args.join(' ')).toMatchObject({ exitCode: 2, stdout: '' });
    expect(ended.stderr).toMatch(/^No Kafka broker is available \[kafka_unavailable\]/);
  }
});
