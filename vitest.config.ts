import { defineConfig } from 'vitest/config';

/**
 * Four projects, told apart by file name:
 *   *.test.ts        nothing runs beforehand; a test that wants a Kafka of its own starts it
 *   *.kafka.test.ts  one Kafka for all of them, started first (test/support/global-broker.ts); `inject('brokers')`
 *   *.full.test.ts   slow ones, only where TEST_FULL=1 is set; the same Kafka is there
 *   *.package.test.ts  the packed package in an empty folder, only where TEST_PACKAGE=1 is set
 * Only the projects that have a file in the run are prepared: `vitest run test/frame` waits for no broker.
 */
const everywhere = { exclude: ['**/node_modules/**'], testTimeout: 60_000, hookTimeout: 90_000 };
const globalSetup = ['test/support/global-broker.ts'];

const full = {
  test: {
    ...everywhere,
    name: 'full',
    include: ['test/**/*.full.test.ts'],
    globalSetup,
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
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
      ...(process.env['TEST_FULL'] === '1' ? [full] : []),
      ...(process.env['TEST_PACKAGE'] === '1' ? [packed] : []),
    ],
  },
});
