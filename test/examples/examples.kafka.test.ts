import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, inject, test } from 'vitest';
import { committedOffsets } from '../support/committed-offsets.js';
import { makeWorld, variablesOf, type World } from '../support/world.js';
import { patient } from '../support/patience.js';

const run = promisify(execFile);

/** Runs an example as a reader would, on topics of its own. */
async function example(name: string, given?: World): Promise<string> {
  const world = given ?? (await makeWorld({ brokers: inject('brokers') }));
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
    const world = await makeWorld({ brokers: inject('brokers') });
    expect(await example('original-document', world)).toBe(
      'worker got "hello", reply_to got "hello yourself"\nconnected: true, true, true\n',
    );
    // A second run does not get this request again.
    expect([...(await committedOffsets(world, 'worker')).values()]).toContain(1);
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
