import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { embeddedSkip } from '../support/broker-machine.js';
import { ownClusterStack } from '../support/own-cluster-stack.js';
import { RehearseProcess } from '../support/rehearse-process.js';
import { invoke, useEnvironment } from '../support/sdk-clients.js';
import { skipFor } from '../support/skips.js';

beforeEach(async (context) => skipFor(context, await embeddedSkip()));
afterEach(() => void vi.unstubAllEnvs());

test('rights on all names and on prefixes apply to topics and groups that are not in the template', async () => {
  const connect = ['Connect', 'cluster/*'] as const;
  const template = await ownClusterStack({
    entry: join('test', 'support', 'new-names-child.ts'),
    topics: [],
    functions: {
      All: { rights: [['*', '*']], variables: {} },
      Some: { rights: [connect, ['*', 'topic/*/orders.*'], ['*', 'group/*/billing-*']], variables: {} },
      Middle: { rights: [connect, ['*', 'topic/*/*.eu.*'], ['*', 'group/*/*-reader']], variables: {} },
      Misspelt: { rights: [connect, ['ReadDate', 'topic/*']], variables: {} },
    },
  });
  const rehearsal = await RehearseProcess.up('--template', template);
  useEnvironment(await rehearsal.pasted());
  const tried = async (name: string, topic: string, group: string): Promise<unknown> =>
    (await invoke(name, JSON.stringify({ topic, group }))).result;
  const everything = { create: 'ok', write: 'ok', read: 'ok' };
  expect(await tried('All', 'anything', 'any-group')).toEqual(everything);
  expect(await tried('Some', 'orders.eu', 'billing-1')).toEqual(everything);
  expect(await tried('Middle', 'orders.eu.1', 'eu-reader')).toEqual(everything);
  const refused = 'TOPIC_AUTHORIZATION_FAILED';
  expect(await tried('Some', 'invoices', 'billing-1')).toEqual({ create: refused, write: refused, read: refused });
  expect(await tried('Some', 'orders.eu', 'any-group')).toEqual({
    create: 'ok',
    write: 'ok',
    // Kafkajs reports only that no broker answered.
    read: 'Failed to find group coordinator',
  });
  await rehearsal.ctrlC();
  const { stdout, stderr } = await rehearsal.exit;
  const denied = stderr.split('\n').filter((line) => line.startsWith('denied: '));
  expect(denied).not.toEqual([]);
  expect(
    denied.filter((line) => !/^denied: role SomeRole: .* on (topic invoices|group any-group) /.test(line)),
  ).toEqual([]);
  expect(denied.filter((line) => !line.includes('no statement of Resources.SomeRole allows it'))).toEqual([]);
  expect(stdout).toMatch(/note +Resources\.MisspeltRole\..*did you mean kafka-cluster:ReadData\?/);
});
