import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { functionDescriptors, functionNames } from '../../lambda/functions.js';
import { functionAsset } from '../../local/functions/index.js';
import { keptNode } from '../support/other-node.js';
import { skipFor } from '../support/skips.js';
import { cdkSynth, deployedFunctions, type DeployedFunction } from './support/cdk-synth.js';
import { environmentOf } from './support/proofs.js';
import { patient } from '../support/patience.js';

const run = promisify(execFile);

/** A template of the own cluster has the three functions, and CDK's for the brokers' addresses. */
const expected = ['Publisher', 'Worker', 'ReplyTo', 'AWS'];

let folder: string;
let functions: DeployedFunction[];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'easy-pubsub-deployed-'));
  const out = join(folder, 'out');
  await cdkSynth(out);
  functions = await deployedFunctions(out);
  // Nothing of the repository is above it.
  for (const { id, folder: asset } of functions) await cp(asset, join(folder, id), { recursive: true });
}, patient(180_000));
afterAll(() => rm(folder, { recursive: true, force: true }));

/**
 * Loads the handler that the template names, calls it, and prints what came of it. What a custom resource's handler sends to
 * CloudFormation, to a port that a test cannot listen on, is what came of it there.
 */
const program = (handler: string, event: object): string => `
  const [file, name] = ${JSON.stringify(handler.split('.'))};
  const tell = (what) => { console.log(JSON.stringify({ node: process.version, ...what })); process.exit(0); };
  require('node:https').request = () => ({ on() {}, write: (text) => tell({ sent: JSON.parse(text) }), end() {} });
  require('./' + file + '.js')[name](${JSON.stringify(event)}, { getRemainingTimeInMillis: () => 60000, logStreamName: 'x' })
    .then((result) => tell({ result }), (error) => tell({ error: error.message }));`;

async function invoke(node: string, { id, properties }: DeployedFunction, event: object) {
  const { stdout } = await run(node, ['-e', program(String(properties['Handler']), event)], {
    cwd: join(folder, id),
    // As in the template, NODE_OPTIONS too: a flag that Node does not know would end it.
    env: { ...environmentOf(properties), PUBSUB_BROKERS: '127.0.0.1:1', AWS_REGION: 'eu-west-1' },
  });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as { node: string; error?: string; sent?: object };
}

/** What CloudFormation asks when the stack goes; nothing is to be done for it. */
const deletion = {
  RequestType: 'Delete',
  ResponseURL: 'https://localhost/',
  RequestId: '1',
  LogicalResourceId: 'x',
  PhysicalResourceId: 'x',
  StackId: 'x',
  ResourceProperties: {},
};

describe.each(['24', 'installed'])('the deployed assets, in a folder without other files, on Node %s', (major) => {
  let node: string | undefined;
  beforeAll(async () => {
    node = major === 'installed' ? process.execPath : await keptNode(major);
  }, patient(180_000));

  test.for(expected)('load %s, and its handler answers', async (prefix, context) => {
    skipFor(context, node === undefined ? 'no-node-24' : undefined);
    const found = functions.find(({ id }) => id.startsWith(prefix));
    if (found === undefined) throw new Error(`there is no function ${prefix}`);
    const answer = await invoke(node!, found, prefix === 'AWS' ? deletion : { nothing: 1 });
    if (prefix === 'AWS') expect(answer.sent).toMatchObject({ Status: 'SUCCESS' });
    // The handler refuses the event by its own rules: it is loaded, configured, and answers.
    else expect(answer.error).toContain('[event_invalid]');
    if (major === '24') expect(answer.node).toMatch(/^v24\./);
  });
});

test.each(functionNames)('are the same bytes as in a local run of %s', async (name) => {
  const deployed = functions.find(({ id }) => id.startsWith(`${functionDescriptors[name].id}Function`));
  const local = await functionAsset(name, join(folder, 'local'));
  for (const file of ['index.js', 'index.js.map']) {
    const [bytes, others] = await Promise.all(
      [deployed!.folder, local.folder].map((asset) => readFile(join(asset, file))),
    );
    expect(others!.equals(bytes!), file).toBe(true);
  }
});

test('this test loads every function of the stack', () => {
  expect(functions.filter(({ id }) => !expected.some((prefix) => id.startsWith(prefix)))).toEqual([]);
  expect(functions).toHaveLength(expected.length);
});
