import { defineConfig } from 'vitest/config';

/**
 * Five projects, told apart by file name:
 *   *.test.ts        nothing runs beforehand; a test that wants a Kafka of its own starts it
 *   *.kafka.test.ts  one Kafka for all of them, started first (test/support/global-broker.ts); `inject('brokers')`
 *   *.full.test.ts   slow ones, only where TEST_FULL=1 is set; the same Kafka is there (those of test/drills bring
 *                    their own, and run when all others have ended)
 *   *.package.test.ts  the packed package in an empty folder, only where TEST_PACKAGE=1 is set
 * Only the projects that have a file in the run are prepared: `vitest run test/frame` waits for no broker.
 */
const everywhere = { exclude: ['**/node_modules/**'], testTimeout: 60_000, hookTimeout: 90_000 };
const globalSetup = ['test/support/global-broker.ts'];

const drillTests = 'test/drills/**/*.full.test.ts';

const full = {
  test: {
    ...everywhere,
    name: 'full',
    include: ['test/**/*.full.test.ts'],
    exclude: [...everywhere.exclude, drillTests],
    globalSetup,
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
};

/** Brokers and processes of their own, which want the machine's two cores: after everything else. */
const drills = {
  test: { ...everywhere, name: 'drills', include: [drillTests], sequence: { groupOrder: 1 } },
};

const packed = {
  test: { ...everywhere, name: 'package', include: ['test/**/*.package.test.ts'], globalSetup, testTimeout: 120_000 },
};

export default defineConfig({
  test: {
    // Real processes and sockets: a process for each file.
    pool: 'forks',
    // Most of them wait for brokers and processes: four at a time keep two cores busy.
    maxWorkers: 4,
    projects: [
      {
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
      { test: { ...everywhere, name: 'kafka', include: ['test/**/*.kafka.test.ts'], globalSetup } },
      ...(process.env['TEST_FULL'] === '1' ? [full, drills] : []),
      ...(process.env['TEST_PACKAGE'] === '1' ? [packed] : []),
    ],
  },
});
