import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { contextKeys, readContext } from '../../lib/context.js';
import { IAM_PORT } from '../../lib/naming.js';
import { easyPubsub } from '../support/broker-cli.js';

const PAGE = readFileSync('docs/existing-cluster.md', 'utf8');

function section(heading: string): string {
  const [, rest = ''] = PAGE.split(`\n## ${heading}\n`);
  expect(rest, heading).not.toBe('');
  return rest.split('\n## ')[0]!;
}

describe('docs/existing-cluster.md', () => {
  test('names the context values for an existing cluster, and no others', () => {
    const named = new Set(
      [...PAGE.matchAll(/-c (\w+)=|`(\w+)(?:=\w+)?`/g)].map(([, flag, code]) => flag ?? code ?? ''),
    );
    const given = [...PAGE.matchAll(/-c (\w+)=/g)].map(([, key = '']) => key);
    expect(given.filter((key) => !(key in contextKeys))).toEqual([]);
    const existing = Object.entries(contextKeys).filter(([, { variant }]) => variant === 'existing');
    // That many copies is a matter of taste.
    expect(existing.map(([key]) => key).filter((key) => !named.has(key))).toEqual(['replicationFactor']);
  });

  test('has a command with values that the stack takes', () => {
    const [command = ''] = section('See it first').split('\nnpm run easy-pubsub');
    const values = Object.fromEntries(
      [...command.matchAll(/-c (\w+)=(\S+)/g)].map(([, key = '', value = '']) => [key, value] as const),
    );
    expect(readContext(values).cluster).toMatchObject({ kind: 'existing' });
  });

  test('lists the actions with which CloudFormation creates topics', () => {
    const { types } = JSON.parse(readFileSync('scripts/policy/resource-actions.json', 'utf8')) as {
      types: Record<string, unknown>;
    };
    const needed = JSON.stringify(types['AWS::MSK::Topic']).match(/kafka-cluster:\w+/g);
    const listed = section('The rights of the deploying role').match(/kafka-cluster:\w+/g);
    expect([...new Set(listed)].toSorted()).toEqual([...new Set(needed)].toSorted());
  });

  test('names the port of IAM clients', () => {
    expect([...PAGE.matchAll(/(?:port|tcp) (\d+)/g)].map(([, port]) => Number(port))).toEqual(
      expect.arrayContaining([IAM_PORT]) as number[],
    );
    expect(new Set(PAGE.match(/\b90\d\d\b/g))).toEqual(new Set([String(IAM_PORT)]));
  });

  test('its commands print policies', async () => {
    const [, block = ''] = /```sh\n(export PUBSUB_[^]*?)```/.exec(section('The policy of your own service')) ?? [];
    const lines = block.replaceAll('\\\n', ' ').trim().split('\n');
    const variables = lines.filter((line) => line.startsWith('export ')).join(' ');
    const commands = lines.filter((line) => !line.startsWith('export '));
    const env = Object.fromEntries(
      [...variables.matchAll(/(\w+)=(\S+)/g)].map(([, name = '', value = '']) => [name, value] as const),
    );
    expect(commands).toHaveLength(2);
    // An option would be missing for the service, which is run from the same shell.
    expect(commands.filter((command) => /--(?!role |cluster-arn )/.test(command))).toEqual([]);
    expect(Object.keys(env)).toHaveLength(4);
    for (const command of commands) {
      const [, text = ''] = /easy-pubsub (policy .*) > \w+\.json/.exec(command) ?? [];
      const args = text.split(/\s+/).map((arg) => arg.replaceAll("'", ''));
      const { exitCode, stdout } = await easyPubsub({ env: { PATH: process.env['PATH'], ...env } }, ...args);
      expect([command, exitCode]).toEqual([command, 0]);
      expect(stdout).toContain('topic/demo/*/pricing"');
    }
  });

  test('has the two policies of a service that asks another', async () => {
    const [, block = ''] =
      /```sh\n(npx easy-pubsub policy [^]*?)```/.exec(section('The policy of your own service')) ?? [];
    const printed: string[] = [];
    for (const [, text = ''] of block.replaceAll('\\\n', ' ').matchAll(/easy-pubsub (policy .*) > \S+\.json/g)) {
      const args = text.split(/\s+/).map((arg) => arg.replaceAll("'", ''));
      const { stdout } = await easyPubsub({ env: { PATH: process.env['PATH'] } }, ...args);
      printed.push([...new Set(stdout.match(/(?<=(?:topic|group)\/demo\/\*\/)[^"]+/g))].join(' '));
    }
    expect(printed).toEqual([
      'orders orders.replies orders.dead easy-pubsub-orders',
      'pricing pricing.replies easy-pubsub-pricing.replies',
    ]);
    expect(block).toMatch(/gateway --policy worker.json orders.json orders-asks-pricing.json --role-arn/);
  });
});
