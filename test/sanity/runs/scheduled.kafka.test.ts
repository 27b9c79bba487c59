import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, onTestFinished, test } from 'vitest';
import { FunctionProcess } from '../../../local/functions/index.js';
import type { HostedFunction } from '../../../rehearsal/aws/index.js';
import type { StackModel } from '../../../rehearsal/template/index.js';
import { environmentOf } from '../../lib/support/proofs.js';
import {
  caller,
  credentialsOf,
  localAws,
  noAwsOfOurs,
  synthesizedStack,
  type LocalAws,
} from '../../support/local-aws.js';
import { makeWorld, topicVariables } from '../../support/world.js';
import { patient } from '../../support/patience.js';

let folder: string;
let model: StackModel;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'easy-pubsub-scheduled-'));
  model = await synthesizedStack(folder, inject('brokers'), 'schedule=rate(15 minutes)');
}, patient(180_000));
afterAll(() => rm(folder, { recursive: true, force: true }));

interface SanityResource {
  Type: string;
  Properties: Record<string, unknown>;
  Metadata: { 'aws:asset:path': string };
}

/** The fourth function, which uses no Kafka and is in no rehearsal: the deployed bytes with the template's environment. */
async function start(aws: LocalAws, more: Record<string, string> = {}): Promise<FunctionProcess> {
  const out = join(folder, 'cdk.out');
  const text = await readFile(join(out, 'SanityStack.template.json'), 'utf8');
  const { Resources } = JSON.parse(text) as { Resources: Record<string, SanityResource> };
  const [, sanity] = Object.entries(Resources).find(([id]) => id.startsWith('SanityFunction')) ?? [];
  if (sanity === undefined) throw new Error('the template has no function Sanity');
  const nameOf = (reference: string): string =>
    model.functions.find(({ logicalId }) => `{${logicalId}}` === reference)?.name ?? reference;
  const variables = Object.entries(environmentOf(sanity.Properties)).map(([key, value]) => [key, nameOf(value)]);
  const running = new FunctionProcess({
    name: 'SanityStack-Sanity',
    asset: { folder: join(out, sanity.Metadata['aws:asset:path']), handler: String(sanity.Properties['Handler']) },
    memoryMb: Number(sanity.Properties['MemorySize']),
    logFormat: 'JSON',
    region: model.region,
    given: { ...credentialsOf(caller), ...noAwsOfOurs, AWS_ENDPOINT_URL: aws.url },
    variables: { ...(Object.fromEntries(variables) as Record<string, string>), ...more },
  });
  onTestFinished(() => running.stop());
  return running;
}

const onThisBroker = { PUBSUB_AUTH: 'none', PUBSUB_TLS: 'false' };

function metricsIn(log: readonly string[]): Record<string, unknown> | undefined {
  return log.map((line) => JSON.parse(line) as Record<string, unknown>).find((line) => '_aws' in line);
}

test(
  'a scheduled run invokes the three functions; its verdict is a metric, a log line and the answer',
  { timeout: patient(120_000) },
  async () => {
    const world = await makeWorld({ brokers: inject('brokers') });
    const invoked = new Set<string>();
    const counted = (one: HostedFunction): HostedFunction => ({
      ...one,
      invoke: (event, id) => {
        invoked.add(one.name);
        return one.invoke(event, id);
      },
    });
    const changed = { ...onThisBroker, ...topicVariables(world) };
    const aws = await localAws({ model, changed, functions: (hosted) => hosted.map(counted) });
    const running = await start(aws);
    const event = { scheduled_time: new Date().toISOString(), execution_id: 'one', count: 60 };
    const answer = await running.invoke(event, 100_000);
    if (!answer.ok) throw new Error(answer.error.errorMessage);
    expect(answer.result).toMatchObject({
      kind: 'sanity',
      verdict: 'healthy',
      ledger: { lost: 0, planted: 4 },
      target: { kind: 'stack', description: 'stack SanityStack in eu-west-1' },
      versions: { easy_pubsub: '0.1.0' },
    });
    const three = model.functions.filter(({ logicalId }) => /^(Publisher|Worker|ReplyTo)Function/.test(logicalId));
    expect([...invoked].sort()).toEqual(three.map(({ name }) => name).sort());
    expect(metricsIn(answer.log)).toMatchObject({
      Stack: 'SanityStack',
      SanityHealthy: [1],
      SanityLostFrames: [0],
      SanityRunMs: [expect.any(Number)],
      SanityRoundTripP99Ms: [expect.any(Number)],
    });
    const lines = answer.log.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines).toContainEqual(expect.objectContaining({ level: 'INFO', message: 'report' }));

    // The same event again, and one that is too late: no run.
    invoked.clear();
    const again = await running.invoke(event, 60_000);
    expect(again).toMatchObject({
      ok: true,
      result: { skipped: expect.stringContaining('delivered twice') as string },
    });
    const old = new Date(Date.now() - 130_000).toISOString();
    const late = await running.invoke({ scheduled_time: old, execution_id: 'two' }, 60_000);
    expect(late).toMatchObject({ ok: true, result: { skipped: expect.stringContaining('130 s ago') as string } });
    expect([...invoked]).toEqual([]);
    // No verdict, so no metric.
    expect(metricsIn(again.log)).toBeUndefined();
  },
);

test('a run with missing functions is unhealthy, also as a metric', { timeout: patient(60_000) }, async () => {
  const aws = await localAws({ model, changed: onThisBroker, functions: () => [] });
  const answer = await (await start(aws)).invoke({}, 30_000);
  expect(answer).toMatchObject({ ok: true, result: { verdict: 'unhealthy' } });
  expect(metricsIn(answer.log)).toMatchObject({ SanityHealthy: [0] });
});

test(
  'a run without time left is reported before Lambda ends the function, also as a metric',
  { timeout: patient(60_000) },
  async () => {
    const never = (): Promise<never> => new Promise(() => undefined);
    const functions = (hosted: readonly HostedFunction[]) => hosted.map((one) => ({ ...one, invoke: never }));
    const aws = await localAws({ model, changed: onThisBroker, functions });
    const answer = await (await start(aws)).invoke({}, 8_000);
    expect(answer).toMatchObject({
      ok: false,
      timedOut: false,
      error: { errorMessage: expect.stringContaining('the run did not end') as string },
    });
    expect(metricsIn(answer.log)).toMatchObject({ SanityHealthy: [0] });
  },
);

test('a run names a missing variable', { timeout: patient(60_000) }, async () => {
  const aws = await localAws({ model, changed: onThisBroker });
  const answer = await (await start(aws, { EASY_PUBSUB_WORKER_FUNCTION: '' })).invoke({}, 30_000);
  expect(answer).toMatchObject({
    ok: false,
    error: { errorMessage: expect.stringContaining('lacks EASY_PUBSUB_WORKER_FUNCTION') as string },
  });
  expect(metricsIn(answer.log)).toMatchObject({ SanityHealthy: [0] });
});
