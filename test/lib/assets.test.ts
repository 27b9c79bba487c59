import { execFile } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { functionBundle } from '../../lib/function-bundle.js';
import { functionSources, stackFunctions } from '../../lib/naming.js';

const run = promisify(execFile);
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'easy-pubsub-assets-'));
  await Promise.all(
    stackFunctions.map((name) =>
      build({ ...functionBundle, entryPoints: [functionSources[name]], outfile: join(folder, name, 'index.js') }),
    ),
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe.each(stackFunctions)('the code of %s', (name) => {
  test('is at most 600 kB', async () => {
    expect((await stat(join(folder, name, 'index.js'))).size).toBeLessThanOrEqual(600_000);
  });

  test('runs from a folder with nothing else', async () => {
    // The handler refuses the event by its own rules: it is loaded, configured, and answers.
    const program = `require('./index.js').handler({ nothing: 1 }, { getRemainingTimeInMillis: () => 60000 })
      .then(() => process.exit(1), (error) => { console.error(error.name + ' ' + error.message); process.exit(0); })`;
    const { stderr } = await run(process.execPath, ['-e', program], {
      cwd: join(folder, name),
      env: { PUBSUB_BROKERS: '127.0.0.1:1', PUBSUB_AUTH: 'msk_iam', AWS_REGION: 'eu-west-1' },
    });
    expect(stderr).toContain('pubsub_error [event_invalid]');
  });
});

test('the deployed bytes sign without a network', async () => {
  const outfile = join(folder, 'sign', 'index.js');
  await build({ ...functionBundle, entryPoints: ['src/kafka/msk-iam-token.ts'], outfile });
  // Every way out of this process throws.
  const program = `
    const cut = () => { throw new Error('a network call was made'); };
    for (const [name, keys] of [['net', ['connect', 'createConnection']], ['dns', ['lookup', 'resolve']], ['http', ['request']], ['https', ['request']]])
      for (const key of keys) require('node:' + name)[key] = cut;
    require('node:net').Socket.prototype.connect = cut;
    globalThis.fetch = cut;
    require('./index.js').signWithAws('eu-west-1').then(({ value }) => console.log(Buffer.from(value, 'base64url').toString()));`;
  const { stdout } = await run(process.execPath, ['-e', program], {
    cwd: join(folder, 'sign'),
    env: { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret', AWS_SESSION_TOKEN: 'token' },
  });
  const url = new URL(stdout.trim());
  expect(url.host).toBe('kafka.eu-west-1.amazonaws.com');
  expect(url.searchParams.get('Action')).toBe('kafka-cluster:Connect');
  expect(url.searchParams.get('X-Amz-Expires')).toBe('900');
  expect(url.searchParams.get('X-Amz-Credential')).toContain('/eu-west-1/kafka-cluster/aws4_request');
});
