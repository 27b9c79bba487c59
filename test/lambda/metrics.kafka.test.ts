import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, inject, onTestFinished, test } from 'vitest';
import { functionBundle } from '../../lib/function-bundle.js';
import { FunctionProcess } from '../../local/functions/index.js';
import { bundleFunctions, functionIn, variablesIn, type FunctionAssets } from '../support/functions.js';
import { makeWorld } from '../support/world.js';
import { patient } from '../support/patience.js';

let assets: FunctionAssets;
let folder: string;
beforeAll(async () => {
  assets = await bundleFunctions();
  folder = await mkdtemp(join(tmpdir(), 'easy-pubsub-metrics-'));
  const outfile = join(folder, 'bundle', 'index.js');
  await build({ ...functionBundle('kafkajs'), entryPoints: ['lambda/publisher.ts'], outfile });
  await writeFile(
    join(folder, 'bundle', 'talking.js'),
    "console.log(JSON.stringify({ _aws: 'by console' })); module.exports = require('./index.js');",
  );
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

test(
  'the deployed code writes its metrics at the root of a JSON line, before it answers, even if the runtime replaces console',
  { timeout: patient(60_000) },
  async () => {
    const world = await makeWorld({ brokers: inject('brokers') });
    const worker = functionIn(world, assets, 'worker');
    const publisher = new FunctionProcess({
      name: 'publisher',
      asset: { folder: join(folder, 'bundle'), handler: 'talking.handler' },
      memoryMb: 512,
      logFormat: 'JSON',
      variables: { ...variablesIn(world, 'publisher'), EASY_PUBSUB_METRICS_STACK: 'SanityStack' },
    });
    onTestFinished(async () => {
      await Promise.all([worker.stop(), publisher.stop()]);
    });
    const working = worker.invoke({ run_id: 'measured', idle_ms: 30_000 }, 50_000);
    const request = { action: 'request', run_id: 'measured', warm_up_ms: 30_000, timeout_ms: 20_000 };
    const answer = await publisher.invoke({ ...request, step: 'counted', count: 120, concurrency: 10 }, 45_000);
    expect(answer).toMatchObject({ ok: true, result: { ledger: { delivered: 120 } } });
    const lines = answer.log.map((line) => JSON.parse(line) as Record<string, unknown>);
    // What goes through the console comes out wrapped.
    const wrapped = { level: 'INFO', message: '{"_aws":"by console"}' };
    expect(lines).toContainEqual(expect.objectContaining(wrapped));
    const metrics = lines.filter((line) => '_aws' in line) as { RoundTripMs: number[]; LostFrames?: number[] }[];
    expect(metrics.map(({ RoundTripMs }) => RoundTripMs.length)).toEqual([100, 20]);
    expect(metrics[0]).toMatchObject({ Stack: 'SanityStack', LostFrames: [0] });
    await publisher.invoke({ ...request, step: 'finish', command: 'finish', count: 1 }, 45_000);
    await working;
  },
);

test('the deployed code writes no metrics if they are off', { timeout: patient(60_000) }, async () => {
  const world = await makeWorld({ brokers: inject('brokers') });
  const publisher = functionIn(world, assets, 'publisher');
  onTestFinished(() => publisher.stop());
  const event = { action: 'request', run_id: 'unmeasured', count: 1, timeout_ms: 100, drain_ms: 0 };
  const answer = await publisher.invoke(event, 45_000);
  expect(answer).toMatchObject({ ok: true, result: { ledger: { unanswered: 1 } } });
  expect(answer.log.join('\n')).not.toContain('_aws');
});
