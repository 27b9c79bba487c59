import { expect, test } from 'vitest';
import { fail, pass, type Finding } from '../../../sanity/checks/check.js';
import { preparation } from '../../../sanity/checks/preparation.js';
import { runPlan } from '../../../sanity/steps/run-plan.js';
import { ledgerOf } from '../../../sanity/ledger.js';
import { requestResult, workerResult } from '../results.js';
import { failed, runParts } from './run-parts.js';

/** The functions that are invoked, and the actions of their events, when this is found before anything is written. */
async function invokedAfter(finding: Finding): Promise<string[]> {
  const invoked: string[] = [];
  const partitions = [{ partition: 0, leader: 1, replicas: [1], isr: [1], end: 0 }];
  const facts = (topic: string) => ({ topic, partitions });
  const parts = runParts((name, event) => {
    const { action } = event as { action?: string };
    invoked.push(`${name} ${action ?? ''}`.trim());
    const result = { action, connect_ms: 1, worker: facts('w'), reply_to: facts('r') };
    return Promise.resolve(
      action === 'positions' ? { ok: true, result, ms: 1, log: [] } : failed('[internal] it is not there'),
    );
  });
  const beforeWriting = (): Promise<void> => {
    expect(invoked).toEqual(['publisher positions']);
    parts.checks.add(preparation.foreign_groups, finding);
    return Promise.resolve();
  };
  await runPlan({ ...parts, beforeWriting });
  return invoked;
}

test('a run that must not write sends nothing after the first look at the topics', async () => {
  expect(await invokedAfter(fail('run_refused', 'the groups could not be read', 'try again'))).toEqual([
    'publisher positions',
  ]);
});

test('a run that may write continues', async () => {
  expect((await invokedAfter(pass('no other group'))).length).toBeGreaterThan(1);
});

test('a worker whose time ends before that of a delayed run makes no verdict, and no request is called lost', async () => {
  const partitions = [{ partition: 0, leader: 1, replicas: [1], isr: [1], end: 0 }];
  const facts = (topic: string) => ({ topic, partitions });
  const answer = (result: object) => ({ ok: true, result, ms: 1, log: [] }) as const;
  let endWorker: () => void = () => undefined;
  const workerEnds = new Promise<void>((resolve) => (endWorker = resolve));
  const parts = runParts(async (name, event) => {
    const { action, step } = event as { action?: string; step?: string };
    if (action === 'positions') {
      return answer({ action, connect_ms: 1, worker: facts('w'), reply_to: facts('r') });
    }
    if (name === 'worker') {
      await workerEnds;
      return answer(workerResult({}, { stopped_by: 'deadline' }));
    }
    if (step === 'cold') return answer(requestResult({ sent: 50, delivered: 50 }));
    expect(step).toBe('warm');
    endWorker();
    // Nobody answers these requests any more.
    await workerEnds;
    await new Promise(setImmediate);
    return answer(requestResult({ sent: 150, delivered: 20, unanswered: 130 }));
  });
  const outcome = await runPlan(parts);
  expect(ledgerOf(outcome)).toMatchObject({ sent: 50, lost: 0 });
  expect(parts.checks.failed).toBeUndefined();
  expect(parts.checks.cutShort).toMatchObject({ id: 'function_worker', code: 'time_up' });
  expect(parts.checks.all.find(({ id }) => id === 'round_trips')).toMatchObject({ blocked_by: 'function_worker' });
});

test('a run that is aborted does not wait for the functions that are at work', async () => {
  const controller = new AbortController();
  const parts = runParts(() => {
    setImmediate(() => controller.abort(new Error('SIGINT was received')));
    return new Promise(() => undefined);
  });
  await expect(runPlan({ ...parts, signal: controller.signal })).rejects.toThrow('SIGINT was received');
});
