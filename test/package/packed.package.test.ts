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
import { testingWorks } from './testing-cases.js';
import { typesCompile } from './types-cases.js';

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

typesCompile(() => folder);

testingWorks(() => folder);

describe('easy-pubsub/opentelemetry', () => {
  const program = 'console.log(Object.keys(opentelemetry_ports()).join());';
  const files = {
    'otel-esm.mjs': `import { opentelemetry_ports } from 'easy-pubsub/opentelemetry';\n${program}`,
    'otel-cjs.cjs': `const { opentelemetry_ports } = require('easy-pubsub/opentelemetry');\n${program}`,
  };
  const start = (file: string) => run(process.execPath, [file], { cwd: folder, timeout: 60_000 });

  beforeAll(async () => {
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  });

  test('says which package is missing, and nothing else misses it', async () => {
    const sentence =
      'easy-pubsub/opentelemetry needs @opentelemetry/api, which is not installed: npm install @opentelemetry/api\n';
    for (const file of Object.keys(files)) await expect(start(file)).rejects.toThrow(sentence);
  });

  test('can be imported and required, with types, beside the API', async () => {
    await npm(['install', '@opentelemetry/api@1.9.1']);
    for (const file of Object.keys(files)) expect((await start(file)).stdout).toBe('tracing,metrics\n');
    const text = `
      import { config } from 'easy-pubsub';
      import { opentelemetry_ports } from 'easy-pubsub/opentelemetry';
      export const settings: config = config.create({ connection: { brokers: ['localhost:9092'] } }, opentelemetry_ports());
      // @ts-expect-error no such option
      opentelemetry_ports({ provider: 5 });
    `;
    for (const name of ['otel-types.mts', 'otel-types.cts', 'otel-types.ts']) await writeFile(join(folder, name), text);
    const tsc = ['node_modules/typescript/bin/tsc', '--noEmit', '--strict', '--target', 'es2022', '--lib'];
    const lib = 'es2023,esnext.disposable';
    await run(process.execPath, [...tsc, lib, '--module', 'nodenext', 'otel-types.mts', 'otel-types.cts'], {
      cwd: folder,
    });
    const older = ['--module', 'commonjs', '--moduleResolution', 'node', 'otel-types.ts'];
    await run(process.execPath, [...tsc, lib, ...older], { cwd: folder });
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

  test('can be loaded without the CDK, and names what is missing', async () => {
    for (const [type, program] of [
      ['module', "await import('easy-pubsub/cdk')"],
      ['commonjs', "require('easy-pubsub/cdk')"],
    ]) {
      await expect(run(process.execPath, [`--input-type=${type}`, '-e', program!], { cwd: folder })).rejects.toThrow(
        'easy-pubsub/cdk needs constructs and aws-cdk-lib, which are not installed: npm install constructs aws-cdk-lib\n',
      );
    }
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

test('contains a command line whose messages name commands as they run there', async () => {
  const end = await run('npx', ['easy-pubsub', 'topics', 'crate'], { cwd: folder, timeout: 60_000 }).catch(
    (error: unknown) => error as { stderr: string },
  );
  expect(end.stderr).toContain('For the arguments: npx easy-pubsub topics --help');
});

test('contains commands that name all packages of the AWS SDK that they miss, and no other, and start nothing', async () => {
  for (const args of [['--stack', 'S', '--region', 'eu-west-1'], ['--rehearse']]) {
    const end = await run('npx', ['easy-pubsub', 'sanity', ...args], { cwd: folder, timeout: 60_000 }).catch(
      (error: unknown) => error as { code: number; stderr: string },
    );
    expect(end).toMatchObject({ code: 2 });
    expect(end.stderr).toMatch(/npm install( @aws-sdk\/client-(cloudformation|cloudwatch-logs|lambda|sts)){3,4}$/m);
    expect(end.stderr).not.toContain('waiting for Kafka');
  }
});
