import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { CloudFormationService, startAwsEndpoint, type HostedStack } from '../../../rehearsal/aws/index.js';
import type { Caller } from '../../../rehearsal/aws/index.js';
import { caller, credentialsOf, noAwsOfOurs } from '../../support/local-aws.js';
import { SanityProcess } from '../../support/sanity-process.js';

const outputs = {
  PublisherFunctionName: 'p',
  WorkerFunctionName: 'w',
  ReplyToFunctionName: 'r',
  WorkerTopicName: 'worker',
  ReplyToTopicName: 'reply_to',
  FunctionTimeoutSeconds: '120',
};
const deployed: HostedStack = {
  name: 'SanityStack',
  id: 'arn:aws:cloudformation:eu-west-1:111122223333:stack/SanityStack/1',
  region: 'eu-west-1',
  outputs,
};

/** An account in which there is only CloudFormation, with this stack. */
async function account(stack: Partial<HostedStack> = {}, who: Partial<Caller> = {}): Promise<Record<string, string>> {
  const endpoint = await startAwsEndpoint({
    callers: [{ ...caller, ...who }],
    services: [new CloudFormationService([{ ...deployed, ...stack }])],
  });
  onTestFinished(() => endpoint.close());
  return { ...noAwsOfOurs, ...credentialsOf(caller), AWS_ENDPOINT_URL: endpoint.url };
}

const args = ['--stack', 'SanityStack', '--json'];
/** Removes the credentials and the region of this machine. */
const nothing = Object.fromEntries(
  Object.keys(process.env)
    .filter((key) => key.startsWith('AWS_'))
    .map((key) => [key, undefined]),
);

describe('no verdict: exit code 2, the cause and a hint', () => {
  test.each<[string, Partial<HostedStack>, Partial<Caller>, Record<string, string>, string, string, RegExp, RegExp]>([
    [
      'another name',
      { name: 'Other' },
      {},
      {},
      'stack',
      'stack_absent',
      /no stack SanityStack in eu-west-1/,
      /--region/,
    ],
    ['another region', {}, {}, { AWS_REGION: 'eu-central-1' }, 'stack', 'stack_absent', /in eu-central-1/, /--region/],
    [
      'being created',
      { status: 'CREATE_IN_PROGRESS', outputs: {} },
      {},
      {},
      'stack',
      'stack_busy',
      /CREATE_IN_PROGRESS/,
      /15 to 70 minutes/,
    ],
    [
      'rolled back',
      { status: 'ROLLBACK_COMPLETE', reason: 'the cluster failed', outputs: {} },
      {},
      {},
      'stack',
      'stack_failed',
      /ROLLBACK_COMPLETE: the cluster failed/,
      /cdk destroy/,
    ],
    [
      'failed during creation',
      { status: 'CREATE_FAILED', outputs: {} },
      {},
      {},
      'stack',
      'stack_failed',
      /./,
      /continues/,
    ],
    ['being deleted', { status: 'DELETE_IN_PROGRESS' }, {}, {}, 'stack', 'stack_deleted', /./, /redeploy/],
    [
      'an update under way',
      { status: 'UPDATE_IN_PROGRESS' },
      {},
      {},
      'stack',
      'stack_busy',
      /./,
      /when the update is complete/,
    ],
    [
      'another kind of stack',
      { outputs: { Url: 'https://example.com' } },
      {},
      {},
      'stack',
      'stack_outputs_missing',
      /PublisherFunctionName, WorkerFunctionName/,
      /sanity stack/,
    ],
    ['expired', {}, { expired: true }, {}, 'aws_credentials', 'authentication_failed', /expired/, /aws sso login/],
    ['unknown', {}, { accessKeyId: 'AKIAOTHER' }, {}, 'aws_credentials', 'authentication_failed', /invalid/, /./],
    [
      'a caller without the right to describe it',
      {},
      { denied: ['cloudformation:DescribeStacks'] },
      {},
      'stack',
      'not_authorized',
      /cloudformation:DescribeStacks/,
      /^You lack cloudformation:DescribeStacks on arn:aws:cloudformation:eu-west-1:/,
    ],
  ])('%s', async (_, stack, who, env, id, code, evidence, hint) => {
    const end = await SanityProcess.run(args, { ...nothing, ...(await account(stack, who)), ...env });
    expect(end.exitCode, end.stderr).toBe(2);
    expect(end.report().verdict).toBe('no_verdict');
    const check = end.check(id);
    expect(check).toMatchObject({ outcome: 'fail', code });
    expect(check?.evidence).toMatch(evidence);
    expect(check?.hint).toMatch(hint);
    // Every other check has its line.
    expect(end.check('round_trips')).toMatchObject({ outcome: 'skipped', blocked_by: id });
  });

  test('no credentials, and a metadata service that never answers', async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      silent.closeAllConnections();
      silent.close();
    });
    const { port } = silent.address() as AddressInfo;
    const end = await SanityProcess.run(args, {
      ...nothing,
      ...noAwsOfOurs,
      AWS_EC2_METADATA_DISABLED: undefined,
      AWS_EC2_METADATA_SERVICE_ENDPOINT: `http://127.0.0.1:${port}`,
      AWS_REGION: 'eu-west-1',
    });
    expect(end.exitCode).toBe(2);
    const check = end.check('aws_credentials');
    expect(check).toMatchObject({ outcome: 'fail', code: 'credentials_missing' });
    expect(check?.hint).toMatch(/aws sso login.*AWS_ACCESS_KEY_ID/);
    // Our own deadline: it does not include the time that a busy machine needs to start a process.
    expect(check?.ms).toBeLessThan(5_000);
  });

  test('no region', async () => {
    const end = await SanityProcess.run(args, { ...nothing, ...noAwsOfOurs });
    expect(end.exitCode).toBe(2);
    expect(end.check('aws_credentials')).toMatchObject({ code: 'config_invalid', evidence: 'no AWS region is set' });
  });

  test('AWS cannot be reached', async () => {
    const end = await SanityProcess.run(args, {
      ...nothing,
      ...noAwsOfOurs,
      ...credentialsOf(caller),
      AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
    });
    expect(end.exitCode).toBe(2);
    expect(end.check('stack')).toMatchObject({ outcome: 'fail', code: 'connection_refused' });
  });

  test('a run that is longer than the time-out of the functions', async () => {
    const end = await SanityProcess.run([...args, '--timeout', '111'], { ...nothing, ...(await account()) });
    expect(end.exitCode).toBe(2);
    expect(end.stderr).toMatch(/--timeout 111 is longer than the time-out of this stack's functions \(120 s\)/);
  });

  test.each([
    [['--stack', 'X', '--brokers', 'localhost:9092'], /--brokers .* cannot be used with option '--stack/],
    [['--stack', 'X', '--create-topics'], /--create-topics' cannot be used with option '--stack/],
    [['--stack', 'X', '--allow-foreign-groups'], /--allow-foreign-groups' cannot be used with/],
    [['--region', 'eu-west-1'], /--region is for --stack/],
    [['--profile', 'me'], /--profile is for --stack/],
  ])('%j', async (given, said) => {
    const end = await SanityProcess.run(given, nothing);
    expect(end.exitCode).toBe(2);
    expect(end.stdout).toBe('');
    expect(end.stderr).toMatch(said);
  });
});
