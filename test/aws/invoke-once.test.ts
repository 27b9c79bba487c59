import { expect, test } from 'vitest';
import { awsFailure } from '../../sanity/aws/failures.js';
import { invokeOnce, noWaits } from '../../aws/invoke-once.js';
import { AwsError, type AwsErrorFacts, type AwsPort } from '../../aws/port.js';
import { Deadline } from '../../src/base/deadline.js';

const refusedWith = (name: string, more: Partial<AwsErrorFacts> = {}) =>
  new AwsError({ name, message: 'no', action: 'lambda:InvokeFunction', region: 'eu-west-1', ...more });

/** A port that refuses with these, one after the other, and then answers. */
function port(...refusals: AwsError[]): AwsPort & { attempts: number } {
  return {
    attempts: 0,
    region: 'eu-west-1',
    credentials: () => Promise.resolve(),
    describeStack: () => Promise.reject(new Error('not asked')),
    logLines: () => Promise.resolve([]),
    close: () => undefined,
    invoke() {
      const refusal = refusals[this.attempts++];
      return refusal === undefined
        ? Promise.resolve({ payload: '1', functionError: undefined, log: [] })
        : Promise.reject(refusal);
    },
  };
}

const request = { functionName: 'worker', payload: '{}' };
const within = (ms: number, signal?: AbortSignal) => ({
  waiting: new Deadline(ms, signal),
  attempt: () => new Deadline(1_000, signal),
});
const soon = { retryAfterMs: 1 };

test('what comes before anything is started is waited for, counted, and named', async () => {
  const aws = port(
    refusedWith('TooManyRequestsException', { ...soon, reason: 'ConcurrentInvocationLimitExceeded' }),
    refusedWith('ResourceConflictException', soon),
    refusedWith('ResourceNotReadyException', soon),
  );
  const waits = noWaits();
  const told: string[] = [];
  expect(await invokeOnce(aws, request, within(5_000), waits, (why) => told.push(why))).toMatchObject({ payload: '1' });
  expect(waits.count).toBe(3);
  expect(told).toEqual(['ConcurrentInvocationLimitExceeded', 'ResourceConflictException', 'ResourceNotReadyException']);
  expect([...waits.reasons]).toEqual(told);
});

test.each(['TimeoutError', 'ECONNRESET', 'ServiceException', 'ResourceNotFoundException', 'AccessDeniedException'])(
  '%s is not tried again: it may have run, or it never will',
  async (name) => {
    const aws = port(refusedWith(name));
    await expect(invokeOnce(aws, request, within(5_000), noWaits())).rejects.toThrow(expect.objectContaining({ name }));
    expect(aws.attempts).toBe(1);
  },
);

test('waiting ends with its deadline, and the refusal is what is told', async () => {
  const always = Array.from({ length: 1_000 }, () => refusedWith('TooManyRequestsException', { retryAfterMs: 20 }));
  const aws = port(...always);
  const refused = await invokeOnce(aws, request, within(100), noWaits()).catch((error: unknown) => error);
  expect(awsFailure(refused as AwsError)).toMatchObject({ code: 'function_throttled' });
  expect(aws.attempts).toBeGreaterThan(1);
});

test('… and with the signal', async () => {
  const controller = new AbortController();
  const aws = port(refusedWith('TooManyRequestsException', { retryAfterMs: 60_000 }));
  const waiting = invokeOnce(aws, request, within(60_000, controller.signal), noWaits(), () => controller.abort());
  await expect(waiting).rejects.toMatchObject({ code: 'aborted' });
});

test.each<[string, Partial<AwsErrorFacts>, string, RegExp]>([
  [
    'TooManyRequestsException',
    { reason: 'ReservedFunctionConcurrentInvocationLimitExceeded' },
    'function_throttled',
    /reserved concurrency/,
  ],
  ['TooManyRequestsException', { reason: 'ConcurrentInvocationLimitExceeded' }, 'function_throttled', /account/],
  ['ResourceNotReadyException', {}, 'function_not_ready', /network interfaces/],
  ['ENILimitReachedException', {}, 'function_network', /subnets/],
  ['SubnetIPAddressLimitReachedException', {}, 'function_network', /free addresses/],
  ['KMSDisabledException', {}, 'function_key', /KMS key/],
  ['ENOTFOUND', {}, 'host_not_found', /region eu-west-1/],
  [
    'SignatureDoesNotMatch',
    { message: 'Signature expired: 20261124 is now earlier than' },
    'authentication_failed',
    /clock/,
  ],
  ['AccessDeniedException', { message: 'no' }, 'not_authorized', /You lack lambda:InvokeFunction/],
  ['SomethingNew', { status: 418 }, 'aws_refused', /^/],
])('%s %j', (name, facts, code, hint) => {
  const failure = awsFailure(refusedWith(name, facts));
  expect(failure.code).toBe(code);
  expect(failure.hint).toMatch(hint);
});
