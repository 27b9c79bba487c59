import { expect, test } from 'vitest';
import { fail, pass, type Finding } from '../../../sanity/checks/check.js';
import { preparation } from '../../../sanity/checks/preparation.js';
import { CheckResults } from '../../../sanity/checks/results.js';
import { defaultOptions } from '../../../sanity/options.js';
import { runPlan } from '../../../sanity/steps/run-plan.js';

/** The functions that are invoked, and the actions of their events, when this is found before anything is written. */
async function invokedAfter(finding: Finding): Promise<string[]> {
  const checks = new CheckResults();
  const invoked: string[] = [];
  const partitions = [{ partition: 0, leader: 1, replicas: [1], isr: [1], end: 0 }];
  const facts = (topic: string) => ({ topic, partitions });
  await runPlan({
    runId: 'run',
    target: {
      kind: 'local',
      clocks: 'one_host',
      mayBeDenied: false,
      mayPlant: true,
      invoke: (name, event) => {
        const { action } = event as { action?: string };
        invoked.push(`${name} ${action ?? ''}`.trim());
        return action === 'positions'
          ? Promise.resolve({
              ok: true,
              result: { action, connect_ms: 1, worker: facts('w'), reply_to: facts('r') },
              ms: 1,
              log: [],
            })
          : Promise.resolve({
              ok: false,
              error: { errorType: 'pubsub_error', errorMessage: '[internal] it is not there' },
              timedOut: false,
              ms: 1,
              log: [],
            });
      },
      stop: () => Promise.resolve(),
    },
    options: defaultOptions,
    checks,
    signal: new AbortController().signal,
    onProgress: () => undefined,
    beforeWriting: () => {
      expect(invoked).toEqual(['publisher positions']);
      checks.add(preparation.foreign_groups, finding);
      return Promise.resolve();
    },
  });
  return invoked;
}

test('a run that must not write sends nothing after the first look at the topics', async () => {
  expect(await invokedAfter(fail('run_refused', 'the groups could not be read', 'try again'))).toEqual([
    'publisher positions',
  ]);
});

test('a run that may write goes on', async () => {
  expect((await invokedAfter(pass('no other group'))).length).toBeGreaterThan(1);
});
