import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { awsDetails, awsError, isAbsent, isAwsError, orAbsent } from '../../aws/error.js';
import { pubsub_error } from '../../src/index.js';

beforeEach(() => {
  // Without the variables of this machine.
  for (const key of Object.keys(process.env).filter((key) => key.startsWith('AWS_ENDPOINT_URL')))
    vi.stubEnv(key, undefined);
});
afterEach(() => vi.unstubAllEnvs());

const thrown = (name: string, more: object = {}) => Object.assign(new Error(`says ${name}`), { name, ...more });
const of = (error: unknown, action = 'ssm:GetParameter') => awsError(error, { action, region: 'eu-west-1' });

test('details have the action, AWS’s name for the error, the status and the retry delay', () => {
  const error = of(
    thrown('TooManyRequestsException', {
      $metadata: { httpStatusCode: 429 },
      Reason: 'ConcurrentInvocationLimitExceeded',
      retryAfterSeconds: '2',
    }),
    'lambda:InvokeFunction',
  );
  expect(error).toMatchObject({ code: 'overloaded', stage: 'aws' });
  expect(awsDetails(error)).toEqual({
    action: 'lambda:InvokeFunction',
    region: 'eu-west-1',
    aws_error: 'TooManyRequestsException',
    aws_message: 'says TooManyRequestsException',
    status: 429,
    reason: 'ConcurrentInvocationLimitExceeded',
    retry_after_ms: 2_000,
  });
});

test('an error of this project is not wrapped', () => {
  const error = new pubsub_error('deadline_exceeded', 'aws', 'no answer');
  expect(of(error)).toBe(error);
  expect(awsDetails(error)).toBeUndefined();
});

test('an error of AWS is distinguished from other errors and from an aborted call', () => {
  expect(isAwsError(of(thrown('AccessDenied')))).toBe(true);
  expect(isAwsError(new pubsub_error('aborted', 'aws', 'x'))).toBe(false);
  expect(isAwsError(new pubsub_error('config_invalid', 'config', 'x'))).toBe(false);
  expect(isAwsError(thrown('AccessDenied'))).toBe(false);
});

test.each([
  ['ParameterNotFound', {}, true],
  ['ResourceNotFoundException', {}, true],
  ['ValidationError', { message: 'Stack with id X does not exist' }, true],
  ['ValidationError', { message: 'stackName is too long' }, false],
  ['AccessDenied', {}, false],
  // An empty answer of a server that is not AWS.
  ['NotFound', { message: 'UnknownError', $metadata: { httpStatusCode: 404 } }, false],
])('whether the resource is absent: %s %j', async (name, more, absent) => {
  const error = of(thrown(name, more));
  expect(isAbsent(error)).toBe(absent);
  const answer = orAbsent(Promise.reject<string>(error));
  if (absent) expect(await answer).toBeUndefined();
  else await expect(answer).rejects.toBe(error);
});

describe('the hint', () => {
  test.each(['ServiceException', 'InternalFailure', 'InternalServerError', 'ServiceUnavailable'])(
    'AWS’s own error: %s',
    (name) => {
      expect(of(thrown(name))).toMatchObject({
        code: 'aws_refused',
        raw_message: `AWS reported an internal error (ssm:GetParameter: says ${name})`,
        hint: expect.stringMatching(/^Try again in a minute.*health\.aws\.amazon\.com/) as string,
      });
    },
  );

  test('an unknown error', () => {
    expect(of(thrown('StrangeException')).hint).toMatch(/documentation of ssm:GetParameter describes StrangeException/);
  });

  test('a missing permission: the action and the resource that AWS names', () => {
    const message =
      'User: arn:aws:iam::1:user/ann is not authorized to perform: ssm:GetParameter on resource: arn:aws:ssm:x';
    const { code, hint } = of(thrown('AccessDeniedException', { message }));
    expect([code, hint]).toEqual([
      'not_authorized',
      expect.stringMatching(/^You lack ssm:GetParameter on arn:aws:ssm:x:/),
    ]);
  });

  test('a clock that is wrong', () => {
    const message = 'Signature expired: 20261124 is now earlier than';
    expect(of(thrown('SignatureDoesNotMatch', { message })).hint).toMatch(/clock/);
  });

  test('no answer from an endpoint that a variable sets', () => {
    vi.stubEnv('AWS_ENDPOINT_URL', 'http://127.0.0.1:4566');
    const { code, hint } = of(thrown('TimeoutError'));
    expect([code, hint]).toEqual(['deadline_exceeded', expect.stringMatching(/^AWS_ENDPOINT_URL is set to/)]);
  });

  test('a variable that is not a URL', () => {
    vi.stubEnv('AWS_ENDPOINT_URL', '127.0.0.1:4566');
    expect(of(thrown('TypeError'))).toMatchObject({
      code: 'config_invalid',
      raw_message: 'AWS_ENDPOINT_URL is not a URL: 127.0.0.1:4566',
    });
  });

  test('a call that an endpoint set by a variable rejects', () => {
    vi.stubEnv('AWS_ENDPOINT_URL', 'http://127.0.0.1:4566');
    const { raw_message, hint } = of(thrown('UnknownOperationException'));
    expect(raw_message).toMatch(/^the endpoint http:\/\/127\.0\.0\.1:4566 refused ssm:GetParameter/);
    expect(hint).toMatch(/^AWS_ENDPOINT_URL is set to/);
  });

  test.each([
    ['ENOTFOUND', 'host_not_found'],
    ['EAI_AGAIN', 'host_not_found'],
    ['ECONNREFUSED', 'connection_refused'],
    ['ECONNRESET', 'connection_closed'],
    ['ETIMEDOUT', 'connection_timeout'],
  ])('%s: the region, or the variable that sets another endpoint', (code, ours) => {
    const error = (): pubsub_error => of(thrown('Error', { code }), 'logs:FilterLogEvents');
    expect(error()).toMatchObject({ code: ours, hint: expect.stringMatching(/region eu-west-1/) as string });
    vi.stubEnv('AWS_ENDPOINT_URL', 'http://lambda.eu-west-1.example');
    expect(error().hint).toBe(
      'AWS_ENDPOINT_URL is set to http://lambda.eu-west-1.example: correct it, or unset it to call AWS itself.',
    );
    vi.stubEnv('AWS_ENDPOINT_URL_CLOUDWATCH_LOGS', 'http://logs.example');
    expect(error().hint).toMatch(/^AWS_ENDPOINT_URL_CLOUDWATCH_LOGS is set to/);
  });
});
