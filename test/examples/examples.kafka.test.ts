import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, inject, test } from 'vitest';
import { makeWorld, variablesOf } from '../support/world.js';
import { patient } from '../support/patience.js';

const run = promisify(execFile);

/** Runs an example as a reader would, on topics of its own. */
async function example(name: string): Promise<string> {
  const world = await makeWorld({ brokers: inject('brokers') });
  const { stdout } = await run(process.execPath, ['--import', 'tsx', `examples/${name}.ts`], {
    env: {
      ...process.env,
      PUBSUB_BROKERS: inject('brokers').join(','),
      ...variablesOf(world),
    },
    timeout: patient(60_000),
  });
  return stdout;
}

describe('the examples run and exit:', () => {
  test('the six steps of the original document', async () => {
    expect(await example('original-document')).toBe(
      'worker got "hello", reply_to got "hello yourself"\nconnected: true, true, true\n',
    );
  });

  test('a request and its reply', async () => {
    expect(await example('request-reply')).toBe(
      'hello, Ann\nreply_error: the worker answered unknown_command: unknown command "sing"\n',
    );
  });

  test('frames of your own class', async () => {
    expect(await example('own-frame-class')).toBe('ann: 42\n');
  });
});
