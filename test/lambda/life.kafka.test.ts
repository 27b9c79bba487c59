import { beforeAll, describe, expect, inject, onTestFinished, test } from 'vitest';
import type { RequestResult } from '../../lambda/publishing/request-run.js';
import type { WorkerRunResult } from '../../lambda/working/worker-run.js';
import type { FunctionName } from '../../lambda/functions.js';
import type { FunctionProcess, Invocation } from '../../local/functions/index.js';
import { Deadline } from '../../src/base/deadline.js';
import { groupsReading } from '../support/groups-reading.js';
import { bundleFunctions, functionIn, type FunctionAssets } from '../support/functions.js';
import { until } from '../support/until.js';
import { makeWorld, type World } from '../support/world.js';
import { patient } from '../support/patience.js';

let assets: FunctionAssets;
beforeAll(async () => {
  assets = await bundleFunctions();
});

function start(world: World, name: FunctionName): FunctionProcess {
  const running = functionIn(world, assets, name);
  onTestFinished(() => running.stop());
  return running;
}

function resultOf<T>(answer: Invocation): T {
  if (!answer.ok) throw new Error(`${answer.error.errorMessage}\n${answer.log.join('\n')}`);
  return answer.result as T;
}

const readers = ({ settings, connection }: World): Promise<string[]> =>
  groupsReading(connection, [settings.topics.worker, settings.topics.reply_to], new Deadline(10_000));

describe('a function that runs out of time', () => {
  test.each([
    ['worker', { run_id: 'late' }],
    ['reply_to', { run_id: 'late' }],
    ['reply_to', { run_id: 'late', drain_ms: 60_000 }],
    ['publisher', { action: 'request', run_id: 'late', count: 5, concurrency: 5, timeout_ms: 60_000 }],
  ] as const)('%s answers a second before its time-out, and has left its group', async (name, event) => {
    const world = await makeWorld({ brokers: inject('brokers') });
    const running = start(world, name);
    // The process starts within the first one: Lambda does not count that.
    const timeoutMs = 8_000;
    const began = performance.now();
    const answer = await running.invoke(event, timeoutMs);
    const leftMs = timeoutMs - (performance.now() - began);
    expect(resultOf<{ group: { outcome: string } }>(answer).group.outcome).toBe('deleted');
    // A second, less what starting the process took: what would not stop by itself is cut off, and gives no result.
    expect(leftMs).toBeGreaterThan(0);
    expect(await readers(world)).toEqual([]);
    // Their own time was not over, so it is unknown whether they are lost.
    if (name === 'publisher') expect(resultOf<RequestResult>(answer).ledger).toMatchObject({ sent: 5, undecided: 5 });
    else expect(resultOf<WorkerRunResult>(answer).stopped_by).toBe('deadline');
  });
});

test(
  'a function that is asked to end while it waits for late replies leaves its group',
  { timeout: patient(60_000) },
  async () => {
    const world = await makeWorld({ brokers: inject('brokers') });
    const running = start(world, 'publisher');
    const ended = running.invoke(
      { action: 'request', run_id: 'asked', count: 1, timeout_ms: 60_000, drain_ms: 60_000 },
      50_000,
    );
    await until('it has joined its group', async () => (await readers(world)).length > 0);
    await running.stop();
    await ended;
    // Killed, it would stay a member until its session is over.
    expect(await readers(world)).toEqual([]);
  },
);

describe('a function that is killed during a run', () => {
  test('loses nothing: the next process serves the same run', { timeout: patient(60_000) }, async () => {
    const world = await makeWorld({ brokers: inject('brokers') });
    const [pub, first] = [start(world, 'publisher'), start(world, 'worker')];
    const cut = first.invoke({ run_id: 'killed', behaviour: 'delay', delay_ms: 50 }, 30_000);
    const requests = pub.invoke(
      { action: 'request', run_id: 'killed', count: 40, concurrency: 4, paths: 4, timeout_ms: 25_000 },
      50_000,
    );
    await until('the first worker is at work', async () =>
      (await readers(world)).some((group) => group.includes('worker')),
    );
    first.kill();
    expect(await cut).toMatchObject({ ok: false, error: { errorType: 'Runtime.ExitError' } });
    // Its next invocation is a new process, as in Lambda.
    const second = resultOf<WorkerRunResult>(await first.invoke({ run_id: 'killed', idle_ms: 3_000 }, 45_000));
    expect(second.stopped_by).toBe('idle');
    expect(second.counts.handled).toBeGreaterThan(0);
    const { ledger } = resultOf<RequestResult>(await requests);
    expect(ledger).toMatchObject({ sent: 40, delivered: 40, late: 0, unanswered: 0, send_failed: 0 });
  });
});

test(
  'a result stays under 1 MB: positions are listed up to a limit, and then counted',
  { timeout: patient(60_000) },
  async () => {
    const world = await makeWorld({ brokers: inject('brokers') });
    const pub = start(world, 'publisher');
    const answer = await pub.invoke(
      {
        action: 'publish',
        run_id: 'a'.repeat(64),
        step: 's'.repeat(64),
        generate: { count: 20_000, payload_bytes: 10, reply_partitions: [0] },
      },
      50_000,
    );
    const result = resultOf<{ sent: number; positions: unknown[]; positions_left_out: number }>(answer);
    expect(result.sent).toBe(20_000);
    expect(result.positions.length).toBeGreaterThan(1_000);
    expect(result.positions.length + result.positions_left_out).toBe(20_000);
    expect(Buffer.byteLength(JSON.stringify(result))).toBeLessThan(1_000_000);

    const refused = await pub.invoke(
      {
        action: 'publish',
        run_id: 'refused',
        topic_type: 'reply_to',
        frames: Array.from({ length: 150 }, () => ({ partition: 99 })),
      },
      30_000,
    );
    const failures = resultOf<{ send_failed: number; failures: unknown[] }>(refused);
    expect(failures.send_failed).toBe(150);
    expect(failures.failures).toHaveLength(100);
  },
);

test('reply_to continues after its count, to count duplicates', { timeout: patient(60_000) }, async () => {
  const world = await makeWorld({ brokers: inject('brokers') });
  const [pub, collector] = [start(world, 'publisher'), start(world, 'reply_to')];
  const reply = (step: string): Promise<Invocation> =>
    pub.invoke(
      {
        action: 'publish',
        run_id: 'twin',
        step,
        topic_type: 'reply_to',
        frames: [{ partition: 0, correlation_id: 'twin' }],
      },
      20_000,
    );
  resultOf(await reply('first'));
  // It has its count with the first one, and would be gone long before the second one is published.
  const collecting = collector.invoke({ run_id: 'twin', from: { '0': 0 }, count: 1, drain_ms: 3_000 }, 30_000);
  await until('it reads', async () => (await readers(world)).length > 0);
  resultOf(await reply('second'));
  expect(resultOf<{ ledger: object }>(await collecting).ledger).toMatchObject({ delivered: 1, duplicate: 1 });
});
