import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { throttled, type HostedFunction } from '../../../rehearsal/aws/index.js';
import type { StackModel } from '../../../rehearsal/template/index.js';
import { runChecks } from '../../../sanity/checks/all-checks.js';
import { reportSchema } from '../../../sanity/report/schema.js';
import { stackChecks } from '../../../sanity/checks/stack.js';
import { caller, localAws, synthesizedStack } from '../../support/local-aws.js';
import { keptNode } from '../../support/other-node.js';
import { SanityProcess } from '../../support/sanity-process.js';
import { makeWorld, topicVariables } from '../../support/world.js';
import { patient } from '../../support/patience.js';

let folder: string;
let model: StackModel;
let node: string | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'easy-pubsub-stack-'));
  [model, node] = await Promise.all([synthesizedStack(folder, inject('brokers')), keptNode('24')]);
}, patient(180_000));
afterAll(() => rm(folder, { recursive: true, force: true }));

const args = ['--stack', 'SanityStack', '--json', '--count', '60'];
const TIMEOUT = 120_000;

/** The deployed bytes with the template's environment, but for the login (this broker asks for none) and the topics. */
async function changed(): Promise<Record<string, string>> {
  const world = await makeWorld({ brokers: inject('brokers') });
  return { PUBSUB_AUTH: 'none', PUBSUB_TLS: 'false', ...topicVariables(world) };
}

/** The publisher function with other code. */
const withCode = (stack: StackModel, text: string): StackModel => ({
  ...stack,
  functions: stack.functions.map((one) =>
    one.name.includes('Publisher') ? { ...one, code: { kind: 'inline', text } } : one,
  ),
});

const named = (
  hosted: readonly HostedFunction[],
  name: 'Publisher' | 'Worker',
  of: (one: HostedFunction) => HostedFunction,
) => hosted.map((one) => (one.name.includes(name) ? of(one) : one));

test(
  'the synthesized functions on Node 24 are healthy, with every check, and separate cold and warm latencies',
  { timeout: TIMEOUT },
  async () => {
    const aws = await localAws({ model, changed: await changed(), node });
    const end = await SanityProcess.run(args, aws.env);
    expect(end.exitCode, end.stdout + end.stderr).toBe(0);
    const report = reportSchema.parse(end.report());
    expect(report).toMatchObject({
      verdict: 'healthy',
      clocks: 'several',
      target: { kind: 'stack', description: 'stack SanityStack in eu-west-1' },
      ledger: { lost: 0, late: 0, duplicate: 0, planted: 4, corrupt: 4 },
    });
    const outcomes = Object.fromEntries(report.checks.map(({ id, outcome }) => [id, outcome]));
    for (const { id } of [...runChecks.filter(({ optional }) => optional !== true), ...Object.values(stackChecks)])
      expect([id, outcomes[id]]).toEqual([id, 'pass']);
    expect(outcomes['foreign_groups']).toBe('skipped');
    // A new process served the first requests, although another one was idle.
    expect(report.latency.cold.total.count).toBe(15);
    expect(report.latency.warm.total.count).toBe(45);
    // The functions' logs are in the template's log groups, in the format of AWS's runtime.
    const lines = model.functions.flatMap(({ logGroup }) => aws.logs.of(logGroup) ?? []).map(({ message }) => message);
    for (const line of lines) expect(() => JSON.parse(line) as unknown).not.toThrow();
    expect(lines.some((line) => line.includes('"platform.report"'))).toBe(true);
  },
);

describe('the report names', () => {
  test('a function that times out', { timeout: TIMEOUT }, async () => {
    const slow: StackModel = {
      ...model,
      functions: model.functions.map((one) => (one.name.includes('Publisher') ? { ...one, timeoutSeconds: 1 } : one)),
    };
    // A time-out that is too short for any work is an error of the handler; a handler that hangs is ended.
    const aws = await localAws({ model: slow, changed: await changed() });
    const end = await SanityProcess.run(args, aws.env);
    expect(end.exitCode).toBe(1);
    expect(end.check('function_publisher')).toMatchObject({ outcome: 'fail', code: 'argument_invalid' });

    const hanging = withCode(
      slow,
      'exports.handler = async () => { console.log("it waits"); await new Promise(() => setInterval(() => {}, 1000)); };',
    );
    const other = await localAws({ model: hanging, changed: await changed() });
    const killed = await SanityProcess.run(args, other.env);
    expect(killed.exitCode).toBe(1);
    const check = killed.check('function_publisher');
    expect(check).toMatchObject({
      outcome: 'fail',
      code: 'function_timed_out',
      evidence: expect.stringMatching(/Task timed out after 1\.00 seconds/) as string,
    });
    expect(check?.log?.join('\n')).toMatch(/it waits/);
  });

  test('a function that throws while its code is loaded, with the end of its log', { timeout: TIMEOUT }, async () => {
    const broken = withCode(model, 'throw new TypeError("it cannot be loaded");');
    const aws = await localAws({ model: broken, changed: await changed() });
    const end = await SanityProcess.run(args, aws.env);
    expect(end.exitCode).toBe(1);
    const check = end.check('function_publisher');
    expect(check).toMatchObject({
      outcome: 'fail',
      code: 'function_failed',
      evidence: 'TypeError: it cannot be loaded',
    });
    expect(check?.log?.join('\n')).toMatch(/"errorType":"TypeError"/);
  });

  test('throttling that ends, as a warning with a count', { timeout: TIMEOUT }, async () => {
    let refused = 0;
    const aws = await localAws({
      model,
      changed: await changed(),
      functions: (hosted) =>
        named(hosted, 'Publisher', (one) => ({
          ...one,
          refusal: () => (refused++ < 2 ? throttled('ConcurrentInvocationLimitExceeded') : undefined),
        })),
    });
    const end = await SanityProcess.run(args, aws.env);
    expect(end.exitCode, end.stdout).toBe(0);
    expect(end.check('invocation_waits')).toMatchObject({
      outcome: 'warn',
      evidence: expect.stringMatching(/^2 attempts were delayed, .* ConcurrentInvocationLimitExceeded$/) as string,
    });
    expect(end.stderr).toMatch(/publisher to be ready \(ConcurrentInvocationLimitExceeded\)/);
  });

  test('a worker function that does not answer, and the run ends in its time', { timeout: TIMEOUT }, async () => {
    const aws = await localAws({
      model,
      changed: await changed(),
      functions: (hosted) =>
        named(hosted, 'Worker', (one) => ({ ...one, invoke: (_, id) => one.invoke({ run_id: 'wrong run' }, id) })),
    });
    const end = await SanityProcess.run([...args, '--timeout', '20'], aws.env);
    expect(end.exitCode).toBe(1);
    expect(end.check('function_worker')).toMatchObject({ outcome: 'fail', code: 'event_invalid' });
  });

  test('the action and the function that a caller may not invoke', { timeout: TIMEOUT }, async () => {
    const aws = await localAws({
      model,
      changed: {},
      callers: [{ ...caller, denied: ['lambda:InvokeFunction'] }],
    });
    const end = await SanityProcess.run(args, aws.env);
    expect(end.exitCode).toBe(1);
    expect(end.check('functions_invocable')).toMatchObject({
      outcome: 'fail',
      code: 'not_authorized',
      hint: expect.stringMatching(
        /^You lack lambda:InvokeFunction on arn:aws:lambda:eu-west-1:111122223333:function:/,
      ) as string,
    });
    // Nothing was run.
    expect(model.functions.flatMap(({ logGroup }) => aws.logs.of(logGroup) ?? [])).toEqual([]);
  });

  test('a deleted function', { timeout: TIMEOUT }, async () => {
    const aws = await localAws({
      model,
      changed: {},
      functions: (hosted) => hosted.filter(({ name }) => !name.includes('Worker')),
    });
    const end = await SanityProcess.run(args, aws.env);
    expect(end.exitCode).toBe(1);
    expect(end.check('functions_invocable')).toMatchObject({
      code: 'function_absent',
      evidence: expect.stringMatching(/^worker: Function not found/) as string,
    });
  });
});

test(
  'Ctrl-C ends a run immediately, and functions in AWS end at the time in their events',
  { timeout: TIMEOUT },
  async () => {
    const given: unknown[] = [];
    const aws = await localAws({
      model,
      changed: await changed(),
      functions: (hosted) =>
        named(hosted, 'Worker', (one) => ({
          ...one,
          invoke: (event, id) => {
            given.push((event as { time_ms?: number }).time_ms);
            return one.invoke(event, id);
          },
        })),
    });
    const run = SanityProcess.start([...args, '--timeout', '30'], aws.env);
    await run.waitsFor('the first answer of the worker function');
    run.kill('SIGINT');
    const end = await run.ended;
    expect(end.exitCode).toBe(130);
    expect(end.stdout).toBe('');
    for (const ms of given) expect(ms).toBeLessThanOrEqual(35_000);
  },
);
