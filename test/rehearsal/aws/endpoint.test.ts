import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { InvokeCommand, LambdaClient, type InvokeCommandInput } from '@aws-sdk/client-lambda';
import { DescribeRegistryCommand, SchemasClient } from '@aws-sdk/client-schemas';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { DescribeAvailabilityZonesCommand, EC2Client } from '@aws-sdk/client-ec2';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { expect, onTestFinished, test } from 'vitest';
import {
  LambdaService,
  LogsService,
  LogStore,
  startAwsEndpoint,
  StsService,
  throttled,
  type HostedFunction,
} from '../../../rehearsal/aws/index.js';
import { caller, credentialsOf } from '../../support/local-aws.js';

const ARN = 'arn:aws:lambda:eu-west-1:111122223333:function:echo';

/** An account with one function, which answers with its event. */
async function account(more: Partial<HostedFunction> = {}) {
  const logs = new LogStore();
  logs.createGroup('group');
  const seen: unknown[] = [];
  const echo: HostedFunction = {
    name: 'echo',
    arn: ARN,
    region: 'eu-west-1',
    invoke: async (event, id) => {
      seen.push(event);
      return { id, ok: true, result: event, ms: 1, log: ['x'.repeat(5_000), 'the end'] };
    },
    ...more,
  };
  const endpoint = await startAwsEndpoint({
    callers: [caller],
    services: [new LambdaService([echo]), new LogsService(logs), new StsService('111122223333')],
  });
  onTestFinished(() => endpoint.close());
  const { AWS_ACCESS_KEY_ID: accessKeyId = '' } = credentialsOf(caller);
  const settings = {
    endpoint: endpoint.url,
    region: 'eu-west-1',
    credentials: { accessKeyId, secretAccessKey: 'secret' },
    maxAttempts: 1,
  };
  const lambda = new LambdaClient(settings);
  const invoke = (input: Partial<InvokeCommandInput>) =>
    lambda.send(new InvokeCommand({ FunctionName: 'echo', Payload: Buffer.from('{"a":1}'), ...input }));
  return { url: endpoint.url, settings, invoke, seen, logs };
}

test('Invoke: the result, the version, and the last 4 kB of the log', async () => {
  const { invoke } = await account();
  const answer = await invoke({ LogType: 'Tail' });
  expect(answer).toMatchObject({ StatusCode: 200, ExecutedVersion: '$LATEST' });
  expect(answer.FunctionError).toBeUndefined();
  expect(Buffer.from(answer.Payload!).toString()).toBe('{"a":1}');
  const tail = Buffer.from(answer.LogResult!, 'base64').toString();
  expect(tail).toHaveLength(4_096);
  expect(tail.endsWith('\nthe end\n')).toBe(true);
});

test('by ARN and by version; a missing event is an empty one', async () => {
  const { invoke, seen } = await account();
  await invoke({ FunctionName: ARN });
  await invoke({ FunctionName: 'echo:$LATEST', Payload: Buffer.alloc(0) });
  expect(seen).toEqual([{ a: 1 }, {}]);
});

test('Event is answered at once and runs afterwards; DryRun does not run', async () => {
  const { invoke, seen } = await account();
  expect((await invoke({ InvocationType: 'Event' })).StatusCode).toBe(202);
  expect(seen).toEqual([{ a: 1 }]);
  expect((await invoke({ InvocationType: 'DryRun' })).StatusCode).toBe(204);
  expect(seen).toHaveLength(1);
});

test('a function that failed: status 200, with the error as the payload', async () => {
  const error = { errorType: 'TypeError', errorMessage: 'no', trace: [] };
  const { invoke } = await account({
    invoke: async (_, id) => ({ id, ok: false, error, timedOut: false, ms: 1, log: [] }),
  });
  const answer = await invoke({});
  expect(answer).toMatchObject({ StatusCode: 200, FunctionError: 'Unhandled' });
  expect(JSON.parse(Buffer.from(answer.Payload!).toString())).toEqual(error);
});

test.each<[string, Partial<InvokeCommandInput>, object]>([
  [
    'no such function',
    { FunctionName: 'other' },
    { name: 'ResourceNotFoundException', $metadata: { httpStatusCode: 404 } },
  ],
  ['an event that is not valid JSON', { Payload: Buffer.from('{') }, { name: 'InvalidRequestContentException' }],
  ['more than 6 MB', { Payload: Buffer.alloc(6_291_457, '1') }, { name: 'RequestTooLargeException' }],
  [
    'more than 1 MB for an asynchronous one',
    { Payload: Buffer.alloc(1_048_577, '1'), InvocationType: 'Event' },
    { name: 'RequestTooLargeException' },
  ],
])('refused: %s', async (_, input, error) => {
  const { invoke, seen } = await account();
  await expect(invoke(input)).rejects.toMatchObject(error);
  expect(seen).toEqual([]);
});

test('refused: throttled, with the reason', async () => {
  const { invoke } = await account({ refusal: () => throttled('ConcurrentInvocationLimitExceeded') });
  await expect(invoke({})).rejects.toMatchObject({
    name: 'TooManyRequestsException',
    Reason: 'ConcurrentInvocationLimitExceeded',
    $metadata: { httpStatusCode: 429 },
  });
});

test('refused: without credentials, with unknown ones, and in another region', async () => {
  const { url, settings, seen } = await account();
  const unsigned = await fetch(`${url}/2015-03-31/functions/echo/invocations`, { method: 'POST', body: '{}' });
  expect([unsigned.status, unsigned.headers.get('x-amzn-errortype')]).toEqual([
    403,
    'MissingAuthenticationTokenException',
  ]);
  const send = (changed: object) =>
    new LambdaClient({ ...settings, ...changed }).send(new InvokeCommand({ FunctionName: 'echo' }));
  await expect(send({ credentials: { accessKeyId: 'AKIANOBODY', secretAccessKey: 'x' } })).rejects.toMatchObject({
    name: 'UnrecognizedClientException',
  });
  await expect(send({ region: 'us-east-1' })).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  expect(seen).toEqual([]);
});

test('FilterLogEvents: what was logged since, with these words, a page at a time', async () => {
  const { settings, logs } = await account();
  for (const message of ['one apple', 'two pears', 'three apples']) logs.add('group', 'stream', message);
  // Writing does not create a group.
  logs.add('another', 'stream', 'lost');
  const client = new CloudWatchLogsClient(settings);
  const messages = async (more: object): Promise<unknown> =>
    (await client.send(new FilterLogEventsCommand({ logGroupName: 'group', ...more }))).events?.map(
      (one) => one.message,
    );
  expect(await messages({})).toEqual(['one apple', 'two pears', 'three apples']);
  expect(await messages({ filterPattern: '"apple"' })).toEqual(['one apple', 'three apples']);
  expect(await messages({ startTime: Date.now() + 60_000 })).toEqual([]);
  const first = await client.send(new FilterLogEventsCommand({ logGroupName: 'group', limit: 2 }));
  expect(await messages({ nextToken: first.nextToken })).toEqual(['three apples']);
  await expect(messages({ logGroupName: 'another' })).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});

test('GetCallerIdentity', async () => {
  const { settings } = await account();
  expect(await new STSClient(settings).send(new GetCallerIdentityCommand({}))).toMatchObject({
    Arn: caller.arn,
    Account: '111122223333',
  });
});

test.each([
  [
    'ssm',
    'UnknownOperationException',
    (settings: object) => new SSMClient(settings).send(new GetParameterCommand({ Name: 'x' })),
  ],
  [
    'schemas',
    'UnknownOperationException',
    (settings: object) => new SchemasClient(settings).send(new DescribeRegistryCommand({ RegistryName: 'x' })),
  ],
  [
    'ec2',
    'InvalidAction',
    (settings: object) => new EC2Client(settings).send(new DescribeAvailabilityZonesCommand({})),
  ],
  [
    'cloudformation',
    'InvalidAction',
    (settings: object) => new CloudFormationClient(settings).send(new DescribeStacksCommand({})),
  ],
])('a missing service answers with an error in its own protocol: %s', async (service, name, send) => {
  const { settings } = await account();
  await expect(send(settings)).rejects.toMatchObject({
    name,
    message: `a rehearsal has no ${service}: it has lambda, logs and sts`,
  });
});

test('without a list of callers, any caller with credentials belongs to the account of AWS’s examples', async () => {
  const endpoint = await startAwsEndpoint({ services: [new StsService('111122223333')] });
  onTestFinished(() => endpoint.close());
  const sts = new STSClient({
    endpoint: endpoint.url,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'me', secretAccessKey: 'secret' },
  });
  expect(await sts.send(new GetCallerIdentityCommand({}))).toMatchObject({
    Account: '111122223333',
    Arn: 'arn:aws:iam::111122223333:user/me',
  });
});
