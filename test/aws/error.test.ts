import { afterEach, describe, expect, test, vi } from 'vitest';
import { awsFailure } from '../../aws/error.js';
import { awsFailure as checkFailure } from '../../sanity/aws/failures.js';
import { AwsError } from '../../aws/port.js';

afterEach(() => vi.unstubAllEnvs());

const thrown = (name: string, more: object = {}) => Object.assign(new Error(`says ${name}`), { name, ...more });
const ofCheck = (name: string) =>
  checkFailure(new AwsError({ name, message: `says ${name}`, action: 'lambda:InvokeFunction', region: 'eu-west-1' }));

/** Nothing of this machine's. */
const toAws = (): void => {
  for (const key of Object.keys(process.env).filter((key) => key.startsWith('AWS_ENDPOINT_URL'))) {
    vi.stubEnv(key, undefined);
  }
};

describe('what there is to do next', () => {
  test.each(['ServiceException', 'InternalFailure', 'InternalServerError', 'ServiceUnavailable'])(
    "AWS's own error: %s",
    (name) => {
      toAws();
      expect(awsFailure(thrown(name), 'ssm:GetParameter')).toMatchObject({
        code: 'aws_refused',
        raw_message: `AWS has an error of its own (ssm:GetParameter: says ${name})`,
        hint: expect.stringMatching(/^Try again in a minute.*health\.aws\.amazon\.com/) as string,
      });
    },
  );

  test('of an invocation too', () => {
    toAws();
    expect(ofCheck('ServiceException').hint).toMatch(/Whether the function has run is not known.*again/);
  });

  test('an error that nobody here knows', () => {
    toAws();
    expect(awsFailure(thrown('StrangeException'), 'ssm:GetParameter').hint).toMatch(
      /documentation of ssm:GetParameter says what StrangeException means/,
    );
  });

  test('nobody answers, where a variable leads elsewhere', () => {
    vi.stubEnv('AWS_ENDPOINT_URL', 'http://127.0.0.1:4566');
    const { code, hint } = awsFailure(thrown('TimeoutError'), 'ssm:GetParameter');
    expect([code, hint]).toEqual(['deadline_exceeded', expect.stringMatching(/^AWS_ENDPOINT_URL leads there/)]);
  });

  test('a variable that is no URL', () => {
    vi.stubEnv('AWS_ENDPOINT_URL', '127.0.0.1:4566');
    expect(awsFailure(thrown('TypeError'), 'ssm:GetParameter')).toMatchObject({
      code: 'config_invalid',
      raw_message: 'AWS_ENDPOINT_URL is no URL: 127.0.0.1:4566',
    });
  });

  test('who refused, where a variable leads elsewhere', () => {
    vi.stubEnv('AWS_ENDPOINT_URL', 'http://127.0.0.1:4566');
    const { raw_message, hint } = awsFailure(thrown('UnknownOperationException'), 'ssm:GetParameter');
    expect(raw_message).toMatch(/^the endpoint http:\/\/127\.0\.0\.1:4566 refused ssm:GetParameter/);
    expect(hint).toMatch(/^AWS_ENDPOINT_URL leads there/);
  });

  test.each(['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT'])(
    '%s: the variable that leads elsewhere, where one does',
    (code) => {
      toAws();
      expect(awsFailure(thrown('Error', { code }), 'logs:FilterLogEvents').hint).toMatch(/region’s name/);
      vi.stubEnv('AWS_ENDPOINT_URL', 'http://lambda.eu-west-1.example');
      expect(awsFailure(thrown('Error', { code }), 'logs:FilterLogEvents').hint).toBe(
        'AWS_ENDPOINT_URL leads there (http://lambda.eu-west-1.example): correct it, or unset it to ask AWS itself.',
      );
      vi.stubEnv('AWS_ENDPOINT_URL_CLOUDWATCH_LOGS', 'http://logs.example');
      expect(awsFailure(thrown('Error', { code }), 'logs:FilterLogEvents').hint).toMatch(
        /^AWS_ENDPOINT_URL_CLOUDWATCH_LOGS leads there/,
      );
    },
  );

  test('a host that is not found, in a check', () => {
    toAws();
    expect(ofCheck('ENOTFOUND').hint).toMatch(/Is there a region eu-west-1/);
    vi.stubEnv('AWS_ENDPOINT_URL', 'http://lambda.eu-west-1.example');
    expect(ofCheck('ENOTFOUND').hint).toMatch(/^AWS_ENDPOINT_URL leads there/);
  });
});
