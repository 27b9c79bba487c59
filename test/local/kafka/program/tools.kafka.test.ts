import { randomUUID } from 'node:crypto';
import { beforeEach, expect, inject, test } from 'vitest';
import { kafkaTools } from '../../../../local/kafka/index.js';
import { embeddedSkip } from '../../../support/broker-machine.js';
import { skipFor } from '../../../support/skips.js';
import { patient } from '../../../support/patience.js';

beforeEach(async (context) => skipFor(context, await embeddedSkip()));

test(
  'Kafka’s own programs print the topics and records of a broker',
  async () => {
    const tools = await kafkaTools({ version: inject('kafkaVersion') });
    const broker = ['--bootstrap-server', inject('brokers').join(',')];
    const topic = `tools-${randomUUID()}`;
    await expect(tools.run('topics', [...broker, '--create', '--topic', topic])).resolves.toMatchObject({
      exitCode: 0,
    });
    await tools.run('console-producer', [...broker, '--topic', topic], { input: 'one\ntwo\n' });
    const consumed = await tools.run('console-consumer', [
      ...[...broker, '--topic', topic, '--group', topic],
      ...['--from-beginning', '--max-messages', '2', '--timeout-ms', '20000'],
    ]);
    expect(consumed.stdout).toBe('one\ntwo\n');
    const groups = await tools.run('consumer-groups', [...broker, '--describe', '--group', topic]);
    expect(groups.stdout).toMatch(new RegExp(`${topic} +${topic} +0 +2 +2 +0 `));
  },
  patient(90_000),
);
