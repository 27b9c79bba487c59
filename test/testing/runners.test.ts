import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { embeddedSkip } from '../support/broker-machine.js';
import { programs, withPatience } from '../support/page-programs.js';
import { patient } from '../support/patience.js';
import { skipFor } from '../support/skips.js';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '../..');

beforeEach(async (context) => skipFor(context, await embeddedSkip()));

/** The programs of the section on tests, in a project of their own that finds the library as if it were installed. */
async function project(): Promise<{ folder: string; env: NodeJS.ProcessEnv }> {
  const folder = await mkdtemp(join(tmpdir(), 'runners-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  const page = await readFile(join(ROOT, 'docs/first-service.md'), 'utf8');
  for (const { name, text } of withPatience(programs(page, 'ts'), patient(10_000)))
    await writeFile(join(folder, name), text);
  const paths = {
    'easy-pubsub': [join(ROOT, 'src/index.ts')],
    'easy-pubsub/testing': [join(ROOT, 'testing/index.ts')],
  };
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: { target: 'ES2022', paths } }));
  await writeFile(
    join(folder, 'vitest.config.ts'),
    `export default { test: { globalSetup: 'global-kafka.ts', pool: 'forks', testTimeout: 60_000 }, resolve: { alias: [
      { find: /^easy-pubsub$/, replacement: ${JSON.stringify(paths['easy-pubsub'][0])} },
      { find: /^easy-pubsub\\/testing$/, replacement: ${JSON.stringify(paths['easy-pubsub/testing'][0])} },
    ] } };`,
  );
  // A Kafka of their own, and nothing of the runner around them.
  const own = Object.entries(process.env).filter(([name]) => !/^(VITEST|TEST|NODE_|PUBSUB_|FORCE_COLOR)/.test(name));
  return { folder, env: { ...Object.fromEntries(own), NO_COLOR: '1' } };
}

/** What a runner says; its own end is within the time, so that its Kafka ends too. */
async function said(folder: string, env: NodeJS.ProcessEnv, ...args: string[]): Promise<string> {
  const { stdout, stderr } = await run(process.execPath, args, { cwd: folder, env, timeout: patient(60_000) });
  return stdout + stderr;
}

test(
  'the tests of docs/first-service.md run with vitest, on one Kafka for all',
  { timeout: patient(70_000) },
  async () => {
    const { folder, env } = await project();
    const text = await readFile(join(folder, 'total.test.ts'), 'utf8');
    const attached = "expect(kafka.why).toBe('PUBSUB_BROKERS names it');";
    await writeFile(
      join(folder, 'second.test.ts'),
      text.replace('  const settings', `  ${attached}\n  const settings`),
    );
    const output = await said(folder, env, join(ROOT, 'node_modules/vitest/vitest.mjs'), 'run', '--root', folder);
    expect(output).toMatch(/Tests +2 passed/);
  },
);

test('… and with the runner of Node', { timeout: patient(70_000) }, async () => {
  const { folder, env } = await project();
  const output = await said(folder, env, '--import', 'tsx', '--test', 'total.node.ts');
  expect(output).toMatch(/^# pass 1$|^ℹ pass 1$/m);
});
