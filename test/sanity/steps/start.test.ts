import { expect, test } from 'vitest';
import { RunContext } from '../../../sanity/steps/context.js';
import { start } from '../../../sanity/steps/start.js';
import { failed, runParts } from './run-parts.js';

/** The checks of a run whose publisher function reported this error, by id. */
async function checksAfter(errorMessage: string): Promise<Record<string, string>> {
  const parts = runParts(() => Promise.resolve(failed(errorMessage)));
  expect(await start(new RunContext(parts))).toBeUndefined();
  return Object.fromEntries(parts.checks.all.map(({ id, outcome }) => [id, outcome]));
}

test.each([
  ['internal', { function_publisher: 'fail' }],
  ['argument_invalid', { function_publisher: 'fail' }],
  ['config_invalid', { function_publisher: 'fail' }],
  ['connection_refused', { function_publisher: 'skipped', broker_reachable: 'fail' }],
  ['authentication_failed', { function_publisher: 'skipped', broker_reachable: 'fail' }],
  ['topic_unknown', { function_publisher: 'skipped', broker_reachable: 'pass', topics: 'fail' }],
  ['not_authorized', { function_publisher: 'skipped', broker_reachable: 'pass', topics: 'fail' }],
])('a handler that reports %s did not return: its check does not pass', async (code, outcomes) => {
  expect(await checksAfter(`[${code}] it did not work`)).toEqual(outcomes);
});
