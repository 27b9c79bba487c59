import { expect, test } from 'vitest';
import { awsError } from '../../aws/error.js';
import { invokeOnce, noWaits } from '../../aws/invoke-once.js';
import type { InvokePort } from '../../aws/port.js';
import { Deadline } from '../../src/base/deadline.js';
import type { pubsub_error } from '../../src/index.js';

const call = { action: 'lambda:InvokeFunction', region: 'eu-west-1' };
const rejection = (name: string, more: object = {}) =>
  awsError(Object.assign(new Error('no'), { name, ...more }), call);

/** A port that rejects with these, one after the other, and then answers. */
function port(...rejections: pubsub_error[]): InvokePort & { attempts: number } {
  return {
    attempts: 0,
    logLines: () => Promise.resolve([]),
    invoke() {
      const error = rejections[this.attempts++];
      return error === undefined
        ? Promise.resolve({ payload: '1', functionError: undefined, log: [] })
        : Promise.reject(error);
    },
  };
}

const request = { functionName: 'worker', payload: '{}' };
const within = (ms: number, signal?: AbortSignal) => ({
  waiting: new Deadline(ms, signal),
  attempt: () => new Deadline(1_000, signal),
});
const soon = { retryAfterSeconds: '0.001' };

test('errors before the function is started are retried, counted and named', async () => {
  const aws = port(
    rejection('TooManyRequestsException', { ...soon, Reason: 'ConcurrentInvocationLimitExceeded' }),
    rejection('ResourceConflictException', soon),
    rejection('ResourceNotReadyException', soon),
  );
  const waits = noWaits();
  const reasons: string[] = [];
  const answer = await invokeOnce(aws, request, within(5_000), waits, (why) => reasons.push(why));
  expect(answer).toMatchObject({ payload: '1' });
  expect(waits.count).toBe(3);
  expect(reasons).toEqual([
    'ConcurrentInvocationLimitExceeded',
    'ResourceConflictException',
    'ResourceNotReadyException',
  ]);
  expect([...waits.reasons]).toEqual(reasons);
});

test.each(['TimeoutError', 'ECONNRESET', 'ServiceException', 'ResourceNotFoundException', 'AccessDeniedException'])(
  '%s is not retried: the function may have run, or never will',
  async (name) => {
    const error = rejection(name);
    const aws = port(error);
    await expect(invokeOnce(aws, request, within(5_000), noWaits())).rejects.toBe(error);
    expect(aws.attempts).toBe(1);
  },
);

test('waiting ends at its deadline, with the last error', async () => {
  const always = Array.from({ length: 1_000 }, () =>
    rejection('TooManyRequestsException', { retryAfterSeconds: '0.02' }),
  );
  const aws = port(...always);
  await expect(invokeOnce(aws, request, within(100), noWaits())).rejects.toMatchObject({ code: 'overloaded' });
  expect(aws.attempts).toBeGreaterThan(1);
});

test('waiting ends when the signal is aborted', async () => {
  const controller = new AbortController();
  const aws = port(rejection('TooManyRequestsException', { retryAfterSeconds: '60' }));
  const waiting = invokeOnce(aws, request, within(60_000, controller.signal), noWaits(), () => controller.abort());
  await expect(waiting).rejects.toMatchObject({ code: 'aborted' });
});
