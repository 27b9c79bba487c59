import { expect, test } from 'vitest';
import { CheckResults } from '../../../sanity/checks/results.js';
import { defaultOptions } from '../../../sanity/options.js';
import { RunContext } from '../../../sanity/steps/context.js';
import { start } from '../../../sanity/steps/start.js';

/** The checks of a run whose publisher function reported this error, by id. */
async function checksAfter(errorMessage: string): Promise<Record<string, string>> {
  const checks = new CheckResults();
  const run = new RunContext({
    runId: 'run',
    target: {
      kind: 'local',
      clocks: 'one_host',
      mayBeDenied: false,
      mayPlant: true,
      invoke: () =>
        Promise.resolve({
          ok: false,
          error: { errorType: 'pubsub_error', errorMessage },
          timedOut: false,
          ms: 1,
          log: [],
        }),
      stop: () => Promise.resolve(),
    },
    options: defaultOptions,
    checks,
    signal: new AbortController().signal,
    onProgress: () => undefined,
  });
  expect(await start(run)).toBeUndefined();
  return Object.fromEntries(checks.all.map(({ id, outcome }) => [id, outcome]));
}

test.each([
  ['internal', { function_publisher: 'fail' }],
  ['argument_invalid', { function_publisher: 'fail' }],
  ['config_invalid', { function_publisher: 'fail' }],
  ['connection_refused', { function_publisher: 'skipped', broker_reachable: 'fail' }],
  ['authentication_failed', { function_publisher: 'skipped', broker_reachable: 'fail' }],
  ['topic_unknown', { function_publisher: 'skipped', topics: 'fail' }],
  ['not_authorized', { function_publisher: 'skipped', topics: 'fail' }],
])('a handler that reports %s did not return: its check does not pass', async (code, outcomes) => {
  expect(await checksAfter(`[${code}] it did not work`)).toEqual(outcomes);
});
