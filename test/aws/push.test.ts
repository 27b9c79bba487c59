import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readEvents } from '../../aws/test-events/read-events.js';
import { schemaNameOf } from '../../aws/test-events/registry.js';
import { stackOutputs } from '../../lib/naming.js';
import { templateOf } from '../lib/support/synthesize.js';
import { AwsStandIn } from '../support/aws-stand-in.js';
import { easyPubsub } from '../support/broker-cli.js';
import { FakeSchemas } from './schema-registry.js';

const names = {
  publisher: 'SanityStack-PublisherFunction-1',
  worker: 'SanityStack-WorkerFunction-2',
  reply_to: 'SanityStack-ReplyToFunction-3',
};
const schemas = Object.values(names).map(schemaNameOf);

/** Every output that the template has, with the functions' names. */
const outputs = Object.keys(templateOf().Outputs).map((key) => {
  const name = Object.entries(stackOutputs.functionName).find(([, output]) => output === key)?.[0];
  const value = name === undefined ? '120' : names[name as keyof typeof names];
  return `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`;
});
const stackAnswer = {
  xml: `<DescribeStacksResponse><DescribeStacksResult><Stacks><member><StackName>SanityStack</StackName><StackId>arn:aws:cloudformation:eu-west-1:111122223333:stack/SanityStack/1</StackId><CreationTime>2026-11-01T00:00:00Z</CreationTime><StackStatus>CREATE_COMPLETE</StackStatus><Outputs>${outputs.join('')}</Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`,
};

let aws: AwsStandIn;
let fake: FakeSchemas;
beforeEach(async () => {
  fake = new FakeSchemas();
  aws = await AwsStandIn.start({ 'cloudformation:DescribeStacks': stackAnswer, ...fake.handlers(schemas) });
});
afterEach(() => aws[Symbol.asyncDispose]());

const push = (...args: string[]) =>
  easyPubsub(
    { env: { PATH: process.env['PATH'], HOME: '/nowhere', ...aws.variables } },
    'events',
    'push',
    '--stack',
    'SanityStack',
    ...args,
  );

const writes = (): string[] => aws.operations().filter((operation) => /:(POST|PUT|DELETE)/.test(operation));

describe('events push', () => {
  test('a dry run prints exactly what would change, and changes nothing', async () => {
    const { exitCode, stdout } = await push('--dry-run');
    expect(stdout).toContain('registry lambda-testevent-schemas: created\n');
    expect(stdout).toContain(`${names.worker}: schema _${names.worker}-schema: created\n`);
    expect(stdout).toContain('  + by-command\n');
    expect(stdout).not.toContain('expected');
    expect(stdout).toMatch(/this was a dry run\.\n$/);
    expect(exitCode).toBe(0);
    expect(writes()).toEqual([]);
  });

  test('writes every event of every function unchanged; a second push writes nothing', async () => {
    const first = await push();
    expect(first.exitCode, first.stderr).toBe(0);
    for (const [name, folder] of [
      ['publisher', 'publisher'],
      ['worker', 'worker'],
      ['reply_to', 'reply-to'],
    ] as const) {
      const { examples } = fake.content(schemaNameOf(names[name])).components;
      const values = Object.fromEntries(Object.entries(examples).map(([key, { value }]) => [key, value]));
      expect(values).toEqual(await readEvents(join('events', folder)));
    }
    expect(writes()).toHaveLength(4);
    const second = await push();
    expect(second.stdout).toContain(': unchanged');
    expect(second.stdout).not.toMatch(/^ {2}[+~]/m);
    expect(writes()).toHaveLength(4);
  });

  test('keeps events of other names, and lists those that it changes', async () => {
    fake.isThere = true;
    const schema = schemaNameOf(names.worker);
    const content = { components: { examples: { mine: { value: 1 }, echo: { value: 'old' } } }, 'x-other': true };
    fake.schemas.set(schema, [{ version: '1', content: JSON.stringify(content) }]);
    const { stdout, exitCode } = await push();
    expect(exitCode).toBe(0);
    expect(stdout).toContain('  ~ echo\n');
    expect(stdout).toContain('  other events, which are kept: mine\n');
    expect(fake.content(schema)['x-other']).toBe(true);
    expect(fake.content(schema).components.examples['mine']).toEqual({ value: 1 });
  });

  test('deletes the oldest version of a schema that has as many as allowed', async () => {
    fake.isThere = true;
    const schema = schemaNameOf(names.worker);
    fake.schemas.set(
      schema,
      ['1', '2', '3', '4', '5'].map((version) => ({ version, content: '{"components":{}}' })),
    );
    const { stdout, exitCode } = await push();
    expect(exitCode).toBe(0);
    expect(stdout).toContain('version 1 of the schema, the oldest, is deleted');
    expect(fake.schemas.get(schema)?.map(({ version }) => version)).toEqual(['2', '3', '4', '5', '6']);
  });

  test('names a missing permission, with exit code 1 if something may have been written', async () => {
    aws.handlers[`schemas:POST /v1/registries/name/lambda-testevent-schemas/schemas/name/${schemas[1]!}`] = {
      error: 'ForbiddenException',
      status: 403,
    };
    const { exitCode, stderr } = await push();
    expect(stderr).toContain('The credentials do not have this permission (schemas:CreateSchema: ');
    expect(stderr).toContain('the same command does the rest');
    expect(exitCode).toBe(1);
    expect(fake.schemas.size).toBe(1);
  });

  test('ends with exit code 2 if the permission to read is missing', async () => {
    aws.handlers['schemas:GET /v1/registries/name/lambda-testevent-schemas'] = {
      error: 'ForbiddenException',
      status: 403,
    };
    const { exitCode, stderr } = await push();
    expect(stderr).toContain('schemas:DescribeRegistry');
    expect(exitCode).toBe(2);
  });

  test('ends with exit code 2, and names the stack and region, if the stack does not exist', async () => {
    aws.handlers['cloudformation:DescribeStacks'] = {
      error: 'ValidationError',
      message: 'Stack with id SanityStack does not exist',
    };
    const { exitCode, stderr } = await push();
    expect(stderr).toContain('There is no stack SanityStack in eu-west-1');
    expect(exitCode).toBe(2);
    expect(writes()).toEqual([]);
  });
});

test('every event has a name that the console accepts: 25 letters, digits, ".", "-", "_"', () => {
  const files = ['publisher', 'worker', 'reply-to'].flatMap((folder) => readdirSync(join('events', folder)));
  const events = files.filter((file) => !file.endsWith('.expected.json')).map((file) => file.replace(/\.json$/, ''));
  expect(events.filter((name) => !/^[\w.-]{1,25}$/.test(name))).toEqual([]);
});

test('docs/test-events.md names every permission', () => {
  const source = readFileSync('aws/test-events/registry.ts', 'utf8');
  const actions = [...source.matchAll(/'(schemas:\w+)'/g)].map(([, action]) => String(action));
  expect(actions.length).toBe(7);
  const page = readFileSync('docs/test-events.md', 'utf8');
  expect(actions.filter((action) => !page.includes(`\`${action}\``))).toEqual([]);
});
