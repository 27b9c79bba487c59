import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { functionNames } from '../../lambda/functions.js';
import { functionAsset } from '../../local/functions/index.js';
import { nodeOfVersion } from '../support/other-node.js';
import { makeWorld, variablesOf } from '../support/world.js';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '..', '..');

const ROUND_TRIP = `
  const settings = config.from_env();
  const answering = worker.create(settings, async (frame) => worker_frame({ path: [1], command: 'hello', payloads: frame.payloads }));
  const asking = requester.create(settings);
  await Promise.all([answering.connect(), asking.connect()]);
  const reply = await asking.request(worker_frame({ path: [1], command: 'hi', payloads: [text_payload('ping')] }));
  await asking[Symbol.asyncDispose]();
  await answering[Symbol.asyncDispose]();
  console.log(process.version.split('.')[0], payload_text(reply));
`;
const NAMES = '{ config, payload_text, requester, text_payload, worker, worker_frame }';

let folder: string;
const npm = (args: string[], cwd = folder) =>
  run('npm', args, { cwd, env: { ...process.env, npm_config_loglevel: 'error' } });

/** Settings on topics of their own, as the environment of another process. */
async function environment(): Promise<NodeJS.ProcessEnv> {
  const world = await makeWorld({ brokers: inject('brokers') });
  return {
    ...process.env,
    PUBSUB_BROKERS: inject('brokers').join(','),
    ...variablesOf(world),
  };
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'easy-pubsub-package-'));
  await npm(['pack', '--pack-destination', folder], ROOT);
  await writeFile(join(folder, 'package.json'), '{ "private": true }');
  await npm(['install', join(folder, 'easy-pubsub-0.1.0.tgz'), 'typescript@5.9.3', '@types/node@20']);
  await writeFile(join(folder, 'esm.mjs'), `import ${NAMES} from 'easy-pubsub';\n${ROUND_TRIP}`);
  await writeFile(
    join(folder, 'cjs.cjs'),
    `const ${NAMES} = require('easy-pubsub');\n(async () => {${ROUND_TRIP}})().catch((error) => { console.error(error); process.exit(1); });`,
  );
}, 300_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

describe.each(['20', '22', '24'])('the packed package on Node %s', (version) => {
  let node: string;

  beforeAll(async () => {
    node = await nodeOfVersion(version, folder);
  }, 300_000);

  test.each(['esm.mjs', 'cjs.cjs'])('sends a request and gets its reply in an empty folder: %s', async (file) => {
    const { stdout } = await run(node, [file], { cwd: folder, env: await environment(), timeout: 60_000 });
    expect(stdout).toBe(`v${version} ping\n`);
  });
});

test('provides types for import and require', async () => {
  const program = `
    async function main(): Promise<void> {
      const settings: config = config.create({ connection: { brokers: ['localhost:9092'] } });
      await using asking: requester = requester.create(settings);
      const reply: AirCoreFrame = await asking.request(worker_frame({ path: [1], command: 'x' }), { timeout_ms: 5 });
      // @ts-expect-error a number is no frame
      await asking.request(5);
      console.log(reply.command);
    }
    main().catch(console.error);
  `;
  const head = "import { config, requester, worker_frame, type AirCoreFrame } from 'easy-pubsub';";
  await writeFile(join(folder, 'types-esm.mts'), head + program);
  await writeFile(join(folder, 'types-cjs.cts'), head + program);
  const options = [
    '--noEmit',
    '--strict',
    '--module',
    'nodenext',
    '--target',
    'es2022',
    '--lib',
    'es2023,esnext.disposable',
  ];
  await run(process.execPath, ['node_modules/typescript/bin/tsc', ...options, 'types-esm.mts', 'types-cjs.cts'], {
    cwd: folder,
  });
});

describe('easy-pubsub/cdk', () => {
  const program = `
    import { App, Stack } from 'aws-cdk-lib';
    import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
    import { grantPubsub } from 'easy-pubsub/cdk';
    const role = new Role(new Stack(new App(), 'S'), 'R', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    const clusterArn = 'arn:aws:kafka:eu-west-1:111122223333:cluster/demo/*';
    const grant = grantPubsub(role, { role: 'worker', clusterArn, topics: { worker: 'pricing' } });
    console.log(grant.principalStatements.length);
  `;

  test('is there without the CDK, and names what is missing', async () => {
    const end = await run(process.execPath, ['--input-type=module', '-e', "await import('easy-pubsub/cdk')"], {
      cwd: folder,
    }).catch((error: unknown) => error as { stderr: string });
    expect(end.stderr).toMatch(/Cannot find module 'aws-cdk-lib|Cannot find package 'aws-cdk-lib/);
  });

  test('grants the rights of a service beside the CDK, with types', async () => {
    const linked = ['aws-cdk-lib', 'constructs'].map((name) => join(folder, 'node_modules', name));
    // Linked, because a copy of the CDK takes half a minute.
    for (const link of linked) await symlink(join(ROOT, 'node_modules', basename(link)), link);
    try {
      await writeFile(join(folder, 'stack.mts'), program);
      const options = ['--strict', '--skipLibCheck', '--module', 'nodenext', '--target', 'es2022'];
      await run(process.execPath, ['node_modules/typescript/bin/tsc', ...options, 'stack.mts'], { cwd: folder });
      const { stdout } = await run(process.execPath, ['stack.mjs'], { cwd: folder });
      expect(stdout).toBe('4\n');
    } finally {
      for (const link of linked) await rm(link);
    }
  });
});

test.each(functionNames)('has the same bytes of %s as a checkout runs and deploys', async (name) => {
  const checkout = await functionAsset(name, join(folder, 'functions'));
  const packed = join(folder, 'node_modules/easy-pubsub/dist/lambda', name);
  for (const file of ['index.js', 'index.js.map']) {
    const [one, other] = await Promise.all([checkout.folder, packed].map((asset) => readFile(join(asset, file))));
    expect(other!.equals(one!), file).toBe(true);
  }
});

test('contains a command line that can make a sanity run', async () => {
  const { stdout } = await run(
    'npx',
    ['easy-pubsub', 'sanity', '--count', '20', '--create-topics', '--brokers', inject('brokers').join(',')],
    { cwd: folder, timeout: 60_000 },
  );
  expect(stdout).toMatch(/healthy/);
});

test('contains commands that name all missing packages of the AWS SDK together, and start nothing', async () => {
  for (const args of [['--stack', 'S', '--region', 'eu-west-1'], ['--rehearse']]) {
    const end = await run('npx', ['easy-pubsub', 'sanity', ...args], { cwd: folder, timeout: 60_000 }).catch(
      (error: unknown) => error as { code: number; stderr: string },
    );
    expect(end).toMatchObject({ code: 2 });
    expect(end.stderr).toMatch(/npm install @aws-sdk\/client-cloudformation .*client-lambda .*client-ssm/);
    expect(end.stderr).not.toContain('waiting for Kafka');
  }
});
