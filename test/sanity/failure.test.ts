import { describe, expect, test } from 'vitest';
import { awsError } from '../../aws/error.js';
import { answerFailure, failureOf } from '../../sanity/failure.js';
import { pubsub_error } from '../../src/index.js';

const invocation = { action: 'lambda:InvokeFunction', region: 'eu-west-1' };

describe('any thrown value', () => {
  test('an error of the library keeps its code, sentence and hint', () => {
    const error = new pubsub_error('topic_unknown', 'metadata', 'no such topic', { hint: 'Create it.' });
    expect(failureOf(error)).toEqual({ code: 'topic_unknown', evidence: 'no such topic', hint: 'Create it.' });
  });

  test('any other error is internal', () => {
    expect(failureOf(new TypeError('x is undefined'))).toMatchObject({ code: 'internal', hint: '' });
  });

  test.each<[string, object, string, RegExp]>([
    [
      'TooManyRequestsException',
      { Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded' },
      'function_throttled',
      /reserved concurrency/,
    ],
    ['TooManyRequestsException', { Reason: 'ConcurrentInvocationLimitExceeded' }, 'function_throttled', /account/],
    ['ResourceNotFoundException', {}, 'function_absent', /deleted or renamed in eu-west-1/],
    ['ResourceNotReadyException', {}, 'function_not_ready', /network interfaces/],
    ['ENILimitReachedException', {}, 'function_network', /subnets/],
    ['SubnetIPAddressLimitReachedException', {}, 'function_network', /free addresses/],
    ['KMSDisabledException', {}, 'function_key', /KMS key/],
    ['ServiceException', {}, 'aws_refused', /not known whether the function has run.*again/],
    ['AccessDeniedException', {}, 'not_authorized', /You lack lambda:InvokeFunction/],
    ['SomethingNew', {}, 'aws_refused', /describes SomethingNew/],
  ])('Lambda’s %s %j', (name, more, code, hint) => {
    const thrown = Object.assign(new Error('no'), { name, ...more });
    const failure = failureOf(awsError(thrown, invocation));
    expect(failure.code).toBe(code);
    expect(failure.hint).toMatch(hint);
    expect(failure.evidence).toContain('no');
  });

  test('the same name from another service is not an error of a function', () => {
    const thrown = Object.assign(new Error('no'), { name: 'ResourceNotFoundException' });
    expect(failureOf(awsError(thrown, { ...invocation, action: 'logs:FilterLogEvents' })).code).toBe('aws_refused');
  });
});

describe('the error answer of a function', () => {
  const answer = (errorType: string, errorMessage: string, timedOut = false) =>
    answerFailure({ error: { errorType, errorMessage }, timedOut, log: ['a line'] });

  test('of our handler: its code, sentence and hint', () => {
    expect(answer('pubsub_error', '[topic_unknown] no such topic — Create it.')).toEqual({
      code: 'topic_unknown',
      evidence: 'no such topic',
      hint: 'Create it.',
      log: ['a line'],
      fromHandler: true,
    });
  });

  test.each([
    ['Sandbox.Timedout', 'Task timed out after 3.00 seconds', true, 'function_timed_out', /^Task timed out/],
    ['Runtime.ExitError', 'Runtime exited with error: signal: killed', false, 'function_killed', /signal: killed/],
    ['TypeError', 'it cannot be loaded', false, 'function_failed', /^TypeError: it cannot be loaded$/],
    ['Error', '[made_up_code] what is this', false, 'function_failed', /made_up_code/],
  ])('%s: %s', (type, message, timedOut, code, evidence) => {
    const failure = answer(type, message, timedOut);
    expect(failure).toMatchObject({ code, log: ['a line'], fromHandler: false });
    expect(failure.evidence).toMatch(evidence);
  });
});
