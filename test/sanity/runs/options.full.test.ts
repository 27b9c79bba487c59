import fc from 'fast-check';
import { inject, test } from 'vitest';
import { makeWorld, topicOptions } from '../../support/world.js';
import { patient } from '../../support/patience.js';
import { checkRun, optionsUpTo } from './options-run.js';

const BROKERS = inject('brokers').join(',');
const topicConfigs = { 'retention.bytes': '50000000', 'segment.bytes': '10000000' };

async function target(): Promise<string[]> {
  const world = await makeWorld({ brokers: inject('brokers'), topicConfigs });
  return ['--brokers', BROKERS, ...topicOptions(world)];
}

/** The greatest ones, with more time than most runs need. */
const anyOptions = optionsUpTo({ count: 100_000, concurrency: 10_000, payloadBytes: 900_000, timeout: 25 });

test('any options give a report whose ledger adds up', { timeout: patient(600_000) }, async () => {
  await fc.assert(
    fc.asyncProperty(anyOptions, async (options) => {
      await checkRun(options, await target());
    }),
    { numRuns: 12, endOnFailure: true },
  );
});

test.each([
  { count: 1_000, concurrency: 16, payloadBytes: 900_000, timeout: 120 },
  { count: 500, concurrency: 16, payloadBytes: 500_000, timeout: 60 },
  { count: 100_000, concurrency: 10_000, payloadBytes: 900_000, timeout: 20 },
  { count: 100_000, concurrency: 10_000, payloadBytes: 0, timeout: 20 },
  { count: 1, concurrency: 1, payloadBytes: 0, timeout: 3_600 },
  { count: 1, concurrency: 10_000, payloadBytes: 900_000, timeout: 5 },
])('%j', { timeout: patient(180_000) }, async (options) => {
  await checkRun(options, await target());
});
