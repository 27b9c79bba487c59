import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { embeddedSkip } from '../support/broker-machine.js';
import { ownClusterStack, type StackFunction } from '../support/own-cluster-stack.js';
import { RehearseProcess } from '../support/rehearse-process.js';
import { invoke, useEnvironment } from '../support/sdk-clients.js';
import { skipFor } from '../support/skips.js';

beforeEach(async (context) => skipFor(context, await embeddedSkip()));
afterEach(() => void vi.unstubAllEnvs());

test('a denial names the role, the missing right and its resource, and a refused login names the identity', async () => {
  const sender = (...rights: StackFunction['rights']): StackFunction => ({
    rights: [['DescribeTopic', 'topic/*'], ...rights],
    variables: { PUBSUB_WORKER_TOPIC: 'orders' },
  });
  const connect = ['Connect', 'cluster/*'] as const;
  const template = await ownClusterStack({
    entry: join('test', 'support', 'publishes-child.ts'),
    topics: ['orders'],
    functions: {
      May: sender(connect, ['WriteData', 'topic/*/orders']),
      MayNotWrite: sender(connect, ['WriteData', 'topic/*/invoices']),
      MayNotConnect: sender(['WriteData', 'topic/*/orders']),
    },
  });
  const rehearsal = await RehearseProcess.up('--template', template);
  useEnvironment(await rehearsal.pasted());

  expect(await invoke('May', '{}')).toEqual({ result: 'sent', failed: false });
  expect(await invoke('MayNotWrite', '{}')).toEqual({ result: 'not_authorized', failed: false });
  await rehearsal.says('denied: role MayNotWriteRole: kafka-cluster:WriteData on topic orders (Produce)');
  await invoke('MayNotConnect', '{}');
  await rehearsal.says('refused: role MayNotConnectRole: ');
  await rehearsal.ctrlC();
  const { stderr } = await rehearsal.exit;
  const told = stderr.split('\n').filter((line) => /^(denied|refused)/.test(line));
  expect(told.filter((line) => !/MayNot(Write|Connect)Role/.test(line))).toEqual([]);
  expect(new Set(told.map((line) => line.replace(/, \d+ times.*$/, ''))).size).toBe(2);
});
