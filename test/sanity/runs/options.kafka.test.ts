import fc from 'fast-check';
import { expect, inject, test } from 'vitest';
import { SanityProcess } from '../../support/sanity-process.js';
import { makeWorld, topicOptions } from '../../support/world.js';
import { patient } from '../../support/patience.js';
import { checkRun, optionsUpTo } from './options-run.js';

const BROKERS = inject('brokers').join(',');

async function target(): Promise<string[]> {
  const topicConfigs = { 'retention.bytes': '50000000', 'segment.bytes': '10000000' };
  const world = await makeWorld({ brokers: inject('brokers'), topicConfigs });
  return ['--brokers', BROKERS, ...topicOptions(world)];
}

/** Small ones: the greatest are in options.full.test.ts, because each run of those keeps the machine busy for long. */
const smallOptions = optionsUpTo({ count: 2_000, concurrency: 2_000, payloadBytes: 20_000, timeout: 10 });

test('any options give a report whose ledger adds up', { timeout: patient(120_000) }, async () => {
  await fc.assert(
    fc.asyncProperty(smallOptions, async (options) => {
      await checkRun(options, await target());
    }),
    { numRuns: 2, endOnFailure: true },
  );
});

test('a time limit that is too short for the count says so', { timeout: patient(90_000) }, async () => {
  const options = { count: 100_000, concurrency: 16, payloadBytes: 100_000, timeout: 8 };
  const report = await checkRun(options, await target());
  expect(report).toMatchObject({ verdict: 'no_verdict', exit_code: 2 });
  expect(report.ledger.never_sent).toBeGreaterThan(0);
  const unjudged = report.checks.find(({ code }) => code === 'time_up');
  expect(unjudged).toMatchObject({ id: 'round_trips', outcome: 'skipped' });
  expect(unjudged?.evidence).toMatch(/\d+ of 100000 requests were sent and \d+ answered.*; \d+ were never sent/);
  expect(unjudged?.hint).toMatch(/--timeout/);
});

test('a frame that is too large for the settings is the reason, not a missing reply', async () => {
  const args = ['--count', '10', '--payload-bytes', '5000', '--json', ...(await target())];
  const end = await SanityProcess.run(args, { PUBSUB_MAX_FRAME_BYTES: '2000' });
  expect(end.exitCode).toBe(1);
  expect(end.check('round_trips')).toMatchObject({ outcome: 'fail', code: 'frame_too_large' });
});
