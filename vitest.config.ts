import { spawnSync } from 'node:child_process';
import { defineConfig } from 'vitest/config';
import { buildPrograms } from './test/support/build-programs.js';

/**
 * Five projects, told apart by file name:
 *   *.test.ts        nothing runs beforehand; a test that wants a Kafka of its own starts it
 *   *.kafka.test.ts  one Kafka for all of them, started first (test/support/global-broker.ts); `inject('brokers')`
 *   *.full.test.ts   slow ones, only where TEST_FULL=1 is set; the same Kafka is there (those of test/drills bring
 *                    their own, and run when all others have ended)
 *   *.package.test.ts  the packed package in an empty folder, only where TEST_PACKAGE=1 is set
 * Only the projects that have a file in the run are prepared: `vitest run test/frame` waits for no broker.
 */
// Each project loads this file again.
process.env['TEST_PROGRAMS'] ??= await buildPrograms();
process.env['TEST_PATIENCE'] ??= String(patience());
// CDK's own validation costs seconds of CPU for each template; test/lib/sanity-stack.test.ts turns it on.
process.env['CDK_VALIDATION'] = 'false';
const LIMIT_MS = 60_000 * Number(process.env['TEST_PATIENCE']);
const everywhere = {
  exclude: ['**/node_modules/**'],
  testTimeout: LIMIT_MS,
  hookTimeout: LIMIT_MS,
  expect: { poll: { timeout: LIMIT_MS / 6 } },
};
/**
 * The version of @platformatic/kafka that is under test: version 2 where Node is new enough for it. (The dependency is
 * version 1, because the types of both are the same for our purpose, and version 1 runs on every Node that we support.)
 */
const alias = takesVersion2(process.versions.node) ? { '@platformatic/kafka': 'platformatic-kafka-2' } : {};

const globalSetup = ['test/support/global-broker.ts'];

const DRILL_TESTS = 'test/drills/**/*.full.test.ts';

const full = {
  extends: true as const,
  test: {
    ...everywhere,
    name: 'full',
    include: ['test/**/*.full.test.ts'],
    exclude: [...everywhere.exclude, DRILL_TESTS],
    globalSetup,
    testTimeout: 3 * LIMIT_MS,
    hookTimeout: 3 * LIMIT_MS,
  },
};

/** Brokers and processes of their own, which want the machine's two cores: after everything else. */
const drills = {
  test: { ...everywhere, name: 'drills', include: [DRILL_TESTS], sequence: { groupOrder: 1 } },
};

const packed = {
  test: {
    ...everywhere,
    name: 'package',
    include: ['test/**/*.package.test.ts'],
    globalSetup,
    testTimeout: 2 * LIMIT_MS,
  },
};

function takesVersion2(node: string): boolean {
  const [major = 0, minor = 0] = node.split('.').map(Number);
  return major > 22 || (major === 22 && minor >= 22);
}

/**
 * How much longer than on a quiet machine things may take here (test/support/patience.ts). The tests themselves keep
 * two cores busy, hence at least 2.
 */
function patience(): number {
  const quietMs = 45;
  const began = performance.now();
  for (let run = 0; run < 3; run += 1) spawnSync(process.execPath, ['-e', '0']);
  const ratio = (performance.now() - began) / 3 / quietMs;
  return Math.min(8, Math.max(2, Math.round(ratio * 20) / 10));
}

export default defineConfig({
  resolve: { alias },
  test: {
    // Real processes and sockets, not threads.
    pool: 'forks',
    // A process runs one file after the other, and loads each module once: loading them for every file would take a
    // third of the time. So a test puts back what it changes (timers, variables), and leaves nothing open.
    isolate: false,
    // Most of them wait for brokers and processes: four at a time keep two cores busy.
    maxWorkers: 4,
    projects: [
      {
        extends: true,
        test: {
          ...everywhere,
          name: 'plain',
          include: ['test/**/*.test.ts'],
          exclude: [
            ...everywhere.exclude,
            'test/**/*.kafka.test.ts',
            'test/**/*.full.test.ts',
            'test/**/*.package.test.ts',
          ],
        },
      },
      { extends: true, test: { ...everywhere, name: 'kafka', include: ['test/**/*.kafka.test.ts'], globalSetup } },
      ...(process.env['TEST_FULL'] === '1' ? [full, drills] : []),
      ...(process.env['TEST_PACKAGE'] === '1' ? [packed] : []),
    ],
  },
});
