import { expect, test } from 'vitest';
import { startEmbedded } from '../../../local/kafka/index.js';
import { isAlive, SanityProcess, temporary } from '../../support/sanity-process.js';
import { until } from '../../support/until.js';

/** All of them wait for their replies when it happens, so that they run out of time together. */
const manyAtOnce = ['--count', '3000', '--concurrency', '3000', '--timeout', '15'];

test('a broker that is killed during a run: the failed check is named, the run ends in time, and nothing is left', async () => {
  await using kafka = await startEmbedded();
  const folder = await temporary();
  const run = SanityProcess.start(
    ['--brokers', kafka.brokers.join(','), '--create-topics', ...manyAtOnce, '--json'],
    folder.env,
  );
  await run.waitsFor('the answers to the counted requests');
  const started = run.descendants();
  await kafka.killNode(kafka.nodes[0]!.id);
  const end = await run.ended;
  expect(end.exitCode).toBe(1);
  expect(end.check('round_trips')).toMatchObject({ outcome: 'fail' });
  await until('everything that it started has ended', () => !started.some(isAlive));
  expect(await folder.left()).toEqual([]);
});
