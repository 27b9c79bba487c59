import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { entries, peersOf, specifierOf } from '../../scripts/entries.js';
import { peerCheck } from '../../scripts/peer-check.js';
import { patient } from '../support/patience.js';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '../..');

/** Peers that a user need not install: a program without them cannot resolve them. */
let peers: string[];
let folder: string;

beforeAll(async () => {
  const manifest = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as {
    peerDependencies: Record<string, string>;
    peerDependenciesMeta: Record<string, { optional: boolean }>;
  };
  peers = Object.keys(manifest.peerDependencies);
  expect(peers.filter((name) => manifest.peerDependenciesMeta[name]?.optional !== true)).toEqual([]);
  // Inside the checkout, so that the dependencies are found.
  const cache = join(ROOT, 'node_modules', '.cache');
  await mkdir(cache, { recursive: true });
  folder = await mkdtemp(join(cache, 'absent-'));
  const common = { absWorkingDir: ROOT, bundle: true, platform: 'node', format: 'cjs', packages: 'external' } as const;
  for (const entry of ['index', 'opentelemetry', 'cdk'] as const) {
    const check = peersOf[entry];
    const js = check === undefined ? '' : peerCheck(specifierOf(entry), check, './index.cjs');
    await build({
      ...common,
      entryPoints: [entries[entry]],
      outfile: join(folder, `${entry}.cjs`),
      banner: { js },
    });
  }
  await writeFile(
    join(folder, 'hide-peers.cjs'),
    `const Module = require('node:module');
     const resolve = Module._resolveFilename;
     const peers = ${JSON.stringify(peers)};
     Module._resolveFilename = (request, ...rest) => {
       if (peers.some((peer) => request === peer || request.startsWith(peer + '/')))
         throw Object.assign(new Error("Cannot find module '" + request + "'"), { code: 'MODULE_NOT_FOUND' });
       return resolve(request, ...rest);
     };`,
  );
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** Loads a bundle in a process without optional peers, and prints what this program prints. */
async function load(name: string, program: string): Promise<string> {
  const code = `const loaded = require(${JSON.stringify(join(folder, `${name}.cjs`))}); ${program}`;
  const args = ['--require', join(folder, 'hide-peers.cjs'), '-e', code];
  const { stdout } = await run(process.execPath, args, { timeout: patient(20_000) });
  return stdout.trim();
}

test('the library is loaded, configured and created with no optional peer installed', async () => {
  const program = `
    const settings = loaded.config.create({ connection: { brokers: ['localhost:9092'] } });
    loaded.requester.create(settings);
    loaded.worker.create(settings, () => undefined);
    console.log(Object.keys(require.cache).filter((path) => /opentelemetry/.test(path)).join());
  `;
  expect(await load('index', program)).toBe('');
});

test.each([
  ['opentelemetry', 'needs @opentelemetry/api, which is not installed: npm install @opentelemetry/api\n'],
  ['cdk', 'needs constructs and aws-cdk-lib, which are not installed: npm install constructs aws-cdk-lib\n'],
])('easy-pubsub/%s names its missing packages, and the command that installs them', async (entry, sentence) => {
  await expect(load(entry, '')).rejects.toThrow(`easy-pubsub/${entry} ${sentence}`);
});
