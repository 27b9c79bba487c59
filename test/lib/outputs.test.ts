import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { publisherEvent } from '../../lambda/event/publisher-event.js';
import { replyToEvent } from '../../lambda/event/reply-to-event.js';
import { workerRunEvent } from '../../lambda/event/worker-event.js';
import { scheduledEvent } from '../../sanity/runs/scheduled-event.js';
import { textOf } from './support/policies.js';
import { templateOf } from './support/synthesize.js';

const run = promisify(execFile);
let folder: string;

/** An `aws` that prints its arguments. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'easy-pubsub-outputs-'));
  const program = `#!${process.execPath}
    const args = process.argv.slice(2);
    const input = args.includes('fileb:///dev/stdin') ? require('node:fs').readFileSync('/dev/stdin', 'utf8') : '';
    console.log(JSON.stringify({ args, input, attempts: process.env.AWS_MAX_ATTEMPTS }));`;
  await writeFile(join(folder, 'aws'), program);
  await chmod(join(folder, 'aws'), 0o755);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const template = templateOf({ schedule: 'rate(15 minutes)' });

interface Called {
  args: string[];
  input: string;
  attempts?: string;
}

/** Runs an output as a person would, from anywhere: no file of this repository is needed. */
async function pasted(id: string): Promise<Called> {
  // What only CloudFormation knows is a word here.
  const command = textOf(template.Outputs[id]?.Value).replace(/\{([\w:]+)\}/g, '$1');
  const { stdout } = await run('sh', ['-c', command], {
    cwd: folder,
    env: { PATH: `${folder}:${process.env['PATH'] ?? ''}` },
  });
  return JSON.parse(stdout) as Called;
}

test.each([
  ['Publisher', publisherEvent],
  ['Worker', workerRunEvent],
  ['ReplyTo', replyToEvent],
  ['Sanity', scheduledEvent],
])('the command to invoke %s works as pasted', async (name, schema) => {
  const { args, input, attempts } = await pasted(`Invoke${name}`);
  const options = Object.fromEntries(
    args.flatMap((arg, index) => (arg.startsWith('--') ? [[arg, args[index + 1]]] : [])),
  );
  expect(args.slice(0, 2)).toEqual(['lambda', 'invoke']);
  expect(args.at(-1)).toBe('/dev/stdout');
  expect(options).toMatchObject({
    '--region': 'AWS::Region',
    '--function-name': expect.stringMatching(new RegExp(`^${name}Function`)) as string,
    '--cli-read-timeout': '0',
    '--payload': 'fileb:///dev/stdin',
  });
  // A second attempt would be a second run.
  expect(attempts).toBe('1');
  expect(schema.safeParse(JSON.parse(input)).error).toBeUndefined();
});

test.each(['Publisher', 'Worker', 'ReplyTo', 'Sanity'])('the command to follow %s works as pasted', async (name) => {
  const { args } = await pasted(`Tail${name}`);
  expect(args.slice(0, 2)).toEqual(['logs', 'tail']);
  expect(args[2]).toMatch(new RegExp(`^${name}Logs`));
});
