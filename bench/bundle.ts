/**
 * Measures the cost of a cold start: the size and the contents of each function's code, and how long it takes to load
 * in a new process; compared with the bundle of CDK's NodejsFunction with only `bundleAwsSDK` set.
 */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import Table from 'cli-table3';
import { Command, InvalidArgumentError } from 'commander';
import { build, type BuildOptions, type Metafile } from 'esbuild';
import { functionBundle, REPOSITORY_ROOT } from '../lib/function-bundle.js';
import { functionDescriptors, functionNames } from '../lambda/functions.js';
import { functionVariables } from '../lib/function-variables.js';
import { keptNode } from '../test/support/other-node.js';
import { otherPercent, readTicks } from './load.js';
import { packagesIn } from './packages-in.js';
import { summarize } from './statistics.js';
import { MOST_OTHER_PERCENT } from './verdict.js';

const run = promisify(execFile);
const MOST_KB = 600;
const MOST_MS = 60;

const whole = (text: string): number => {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError('It must be a whole number above 0.');
  return Number(text);
};
const { rounds: ROUNDS } = new Command('bench:bundle')
  .description('Measures the code of the functions: its size, its contents, and how long it takes to load.')
  .option('--rounds <n>', 'fresh processes for each bundle', whole, 15)
  .parse()
  .opts<{ rounds: number }>();

/** NodejsFunction's settings (aws-lambda-nodejs/lib/bundling.ts), with the SDK: not minified, and nothing left out. */
const naive: BuildOptions = {
  absWorkingDir: REPOSITORY_ROOT,
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node24',
  external: ['@aws-sdk/signature-v4-crt', '@aws-sdk/signature-v4a'],
  logLevel: 'error',
};

interface Bundle {
  title: string;
  file: string;
  kb: number;
  metafile: Metafile;
  loads: number[];
  /** The CPU time of the same, which depends less on other processes. */
  cpu: number[];
}

const FOLDER = await mkdtemp(join(tmpdir(), 'easy-pubsub-bundle-'));
try {
  const bundles = [
    ...(await Promise.all(
      functionNames.map((name) => make(name, functionDescriptors[name].source, functionBundle('kafkajs'))),
    )),
    await make('worker, naive', functionDescriptors.worker.source, naive),
    await make('worker, naive, minified', functionDescriptors.worker.source, { ...naive, minify: true }),
  ];
  const nodes = [process.execPath];
  const newer = await keptNode('24');
  if (newer !== undefined && newer !== process.execPath) nodes.push(newer);
  let isReached = true;
  for (const node of nodes) isReached = (await measure(node, bundles)) && isReached;
  for (const { title, metafile } of bundles.slice(0, functionNames.length + 1)) printContents(title, metafile);
  process.exitCode = isReached ? 0 : 1;
} finally {
  await rm(FOLDER, { recursive: true, force: true });
}

async function make(title: string, source: string, options: BuildOptions): Promise<Bundle> {
  const home = join(FOLDER, title.replaceAll(/\W+/g, '-'));
  await mkdir(home);
  const file = join(home, 'index.js');
  const { metafile } = await build({ ...options, entryPoints: [source], outfile: file, metafile: true });
  const output = Object.entries(metafile.outputs).find(([path]) => path.endsWith('.js'))?.[1];
  return { title, file, kb: (output?.bytes ?? 0) / 1000, metafile, loads: [], cpu: [] };
}

/**
 * Loads every bundle once in each round, each round starting with another one; returns true if the targets are reached.
 */
async function measure(node: string, bundles: Bundle[]): Promise<boolean> {
  for (const bundle of bundles) Object.assign(bundle, { loads: [], cpu: [] });
  const before = readTicks([]);
  const startedAt = performance.now();
  for (let round = 0; round < ROUNDS; round += 1) {
    const first = round % bundles.length;
    for (const bundle of [...bundles.slice(first), ...bundles.slice(0, first)]) {
      const [ms, cpuMs] = await load(node, bundle.file);
      bundle.loads.push(ms);
      bundle.cpu.push(cpuMs);
    }
  }
  const other = otherPercent(before, readTicks([]), (performance.now() - startedAt) / 1000);
  const { stdout: version } = await run(node, ['--version']);
  const isQuiet = other <= MOST_OTHER_PERCENT;
  const table = new Table({
    style: { head: [], border: [] },
    head: ['code of', 'kB', 'load ms: median (lowest–highest)', 'CPU ms', 'target', ''],
  });
  let isReached = true;
  for (const { title, kb, loads, cpu } of bundles) {
    const isOurs = !title.includes('naive');
    const isFast = summarize(loads).median <= MOST_MS;
    if (isOurs && !(kb <= MOST_KB && isQuiet && isFast)) isReached = false;
    const verdict = kb > MOST_KB || (isQuiet && !isFast) ? 'MISSED' : isQuiet ? 'reached' : 'no verdict (machine busy)';
    table.push([
      title,
      kb.toFixed(0),
      spread(loads),
      spread(cpu),
      isOurs ? `≤ ${MOST_KB} kB, ≤ ${MOST_MS} ms` : '–',
      isOurs ? verdict : '',
    ]);
  }
  console.log(
    `\nNode ${version.trim()}, ${ROUNDS} fresh processes each; other processes used ${other.toFixed(0)} % of a CPU`,
  );
  if (!isQuiet)
    console.log(
      `*** more than ${MOST_OTHER_PERCENT} %: the times prove nothing, the sizes are valid. Run it on a machine without other load ***`,
    );
  console.log(table.toString());
  return isReached;
}

function spread(values: readonly number[]): string {
  const { median, min, max } = summarize(values);
  return `${median.toFixed(1)} (${min.toFixed(1)}–${max.toFixed(1)})`;
}

/** Loads a bundle in a separate process, and returns the milliseconds, and milliseconds of CPU. */
async function load(node: string, file: string): Promise<[ms: number, cpuMs: number]> {
  const program = `
    const from = performance.now(), before = process.cpuUsage();
    require(${JSON.stringify(file)});
    const ms = performance.now() - from, { user, system } = process.cpuUsage(before);
    console.log(JSON.stringify([ms, (user + system) / 1000]));
    process.exit(0);`;
  const variables = functionVariables({
    client: 'kafkajs',
    brokers: '127.0.0.1:1',
    workerTopic: 'w',
    replyToTopic: 'r',
    clientId: 'c',
    group: 'g',
    reads: 'worker',
  });
  const { stdout } = await run(node, ['-e', program], {
    env: { ...variables, AWS_REGION: 'eu-west-1', NODE_OPTIONS: '--disable-warning=TimeoutNegativeWarning' },
  });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as [number, number];
}

function printContents(title: string, metafile: Metafile): void {
  const packages = packagesIn(metafile);
  const shown = packages.slice(0, 8).map(([name, bytes]) => `${name} ${(bytes / 1000).toFixed(0)}`);
  const rest = packages.slice(8).reduce((sum, [, bytes]) => sum + bytes, 0);
  console.log(`\n${title}, kB: ${shown.join(', ')}, ${packages.length - 8} others ${(rest / 1000).toFixed(0)}`);
}
