import { expect, test } from 'vitest';
import { awsError } from '../../../aws/error.js';
import type { InvokePort, InvokeRequest } from '../../../aws/port.js';
import { defaultOptions } from '../../../sanity/options.js';
import { runFunctions } from '../../../sanity/runs/functions.js';
import { RunRecord } from '../../../sanity/runs/record.js';
import { longestTime } from '../../../sanity/steps/run-time.js';
import { StackTarget } from '../../../sanity/targets/stack.js';

/** A Lambda that throttles the first invocation of this kind, and whose functions fail. */
function throttling(isThrottled: (request: InvokeRequest) => boolean): InvokePort {
  let throttled = false;
  return {
    logLines: () => Promise.resolve([]),
    invoke(request) {
      if (throttled || !isThrottled(request)) {
        const payload = JSON.stringify({ errorType: 'pubsub_error', errorMessage: '[internal] it failed' });
        return Promise.resolve({ payload, functionError: 'Unhandled', log: ['it failed'] });
      }
      throttled = true;
      const error = Object.assign(new Error('no'), {
        name: 'TooManyRequestsException',
        retryAfterSeconds: '0.001',
        Reason: 'ConcurrentInvocationLimitExceeded',
      });
      return Promise.reject(awsError(error, { action: 'lambda:InvokeFunction', region: 'eu-west-1' }));
    },
  };
}

const one = (name: string) => ({ name, timeoutMs: 60_000 });
const functions = { publisher: one('p'), worker: one('w'), reply_to: one('r') };
const { signal } = new AbortController();

test('an attempt that was delayed before the functions were run is counted', async () => {
  const run = new RunRecord();
  const aws = throttling(({ dryRun }) => dryRun === true);
  const nothing = (): void => undefined;
  await runFunctions(
    run,
    aws,
    { functions, mayPlant: true },
    { ...defaultOptions, longest: longestTime, signal, onProgress: nothing, onLog: nothing },
  );
  expect(run.checks.all.find(({ id }) => id === 'invocation_waits')).toMatchObject({
    outcome: 'warn',
    evidence: expect.stringMatching(/^1 attempts were delayed, .* ConcurrentInvocationLimitExceeded$/) as string,
  });
});

test('a delayed invocation that only occupies a process is counted', async () => {
  const aws = throttling(({ payload }) => payload === '{"action":"positions"}');
  const target = new StackTarget({ aws, functions, mayPlant: true, signal });
  await target.invoke('publisher', { action: 'request' }, { timeoutMs: 5_000, fresh: true });
  expect(target.waits).toMatchObject({ count: 1, reasons: new Set(['ConcurrentInvocationLimitExceeded']) });
});
