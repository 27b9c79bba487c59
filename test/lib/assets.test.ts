import { execFile } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { functionBundle, REPOSITORY_ROOT } from '../../lib/function-bundle.js';
import { functionDescriptors, functionNames, perFunction } from '../../lambda/functions.js';
import { sanityFunction } from '../../lib/naming.js';
import { clientNames } from '../../src/kafka/connection.js';

const sources = { ...perFunction((name) => functionDescriptors[name].source), sanity: sanityFunction.source };
const names = [...functionNames, 'sanity'] as const;
const run = promisify(execFile);
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'easy-pubsub-assets-'));
  await Promise.all(
    names.map((name) =>
      build({ ...functionBundle('kafkajs'), entryPoints: [sources[name]], outfile: join(folder, name, 'index.js') }),
    ),
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe.each(names)('the code of %s', (name) => {
  test('is at most 600 kB', async () => {
    expect((await stat(join(folder, name, 'index.js'))).size).toBeLessThanOrEqual(600_000);
  });

  test('runs from a folder without other files', async () => {
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

describe.each(clientNames)('code with %s alone', (client) => {
  const others = clientNames.filter((name) => name !== client);

  test('has at most 600 kB, or 765 kB with @platformatic/kafka', async () => {
    const outfile = join(folder, client, 'index.js');
    await build({ ...functionBundle(client), entryPoints: [sources.publisher], outfile });
    expect((await stat(outfile)).size).toBeLessThanOrEqual(client === 'kafkajs' ? 600_000 : 765_000);
  });

  test('loads it from a folder without other files, and says so if the other one is chosen', async () => {
    const outfile = join(folder, `${client}-connect`, 'index.js');
    await build({ ...functionBundle(client), entryPoints: ['src/kafka/client/connect.ts'], outfile });
    const program = `
      const [client] = process.argv.slice(1), none = () => undefined;
      const settings = { client, brokers: ['127.0.0.1:1'], clientId: 'x', login: { mechanism: 'none' }, connectionTimeoutMs: 5000, logger: { debug: none, info: none } };
      require('./index.js').connect(settings)({ host: '127.0.0.1', port: 1 }).then(none, (error) => console.log(error.message));`;
    const outcome = async (chosen: string): Promise<string> =>
      (await run(process.execPath, ['-e', program, chosen], { cwd: join(folder, `${client}-connect`) })).stdout;
    expect(await outcome(client)).toContain('ECONNREFUSED');
    for (const other of others) expect(await outcome(other)).toContain(`bundled without the client library ${other}`);
  });
});

test('the deployed bytes sign without a network, with the same result as the signer package', async () => {
  const outfile = join(folder, 'sign', 'index.js');
  const whole = join(folder, 'sign', 'whole.js');
  const source = { absWorkingDir: REPOSITORY_ROOT, entryPoints: ['src/kafka/client/msk-iam-token.ts'] };
  await build({ ...functionBundle('kafkajs'), ...source, outfile });
  await build({ ...source, outfile: whole, bundle: true, platform: 'node', format: 'cjs', logLevel: 'error' });
  // Every way out of this process throws, and time stands still.
  const program = (file: string): string => `
    const cut = () => { throw new Error('a network call was made'); };
    for (const [name, keys] of [['net', ['connect', 'createConnection']], ['dns', ['lookup', 'resolve']], ['http', ['request']], ['https', ['request']]])
      for (const key of keys) require('node:' + name)[key] = cut;
    require('node:net').Socket.prototype.connect = cut;
    globalThis.fetch = cut;
    const Real = Date;
    globalThis.Date = class extends Real { constructor(...given) { given.length ? super(...given) : super(1.8e12); } };
    require('./${file}').signWithAws('eu-west-1').then(({ value }) => console.log(Buffer.from(value, 'base64url').toString()));`;
  const signed = async (file: string): Promise<URL> => {
    const { stdout } = await run(process.execPath, ['-e', program(file)], {
      cwd: join(folder, 'sign'),
      env: { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret', AWS_SESSION_TOKEN: 'token' },
    });
    return new URL(stdout.trim());
  };
  const url = await signed('index.js');
  expect(url.host).toBe('kafka.eu-west-1.amazonaws.com');
  expect(url.searchParams.get('Action')).toBe('kafka-cluster:Connect');
  expect(url.searchParams.get('X-Amz-Expires')).toBe('900');
  expect(url.searchParams.get('X-Amz-Credential')).toContain('/eu-west-1/kafka-cluster/aws4_request');
  // The bundle leaves parts of the signer out, and has Node do its sums.
  expect(url.searchParams.get('X-Amz-Signature')).toMatch(/^[0-9a-f]{64}$/);
  expect(url.href).toBe((await signed('whole.js')).href);
});
