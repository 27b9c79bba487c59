import { App, Stack } from 'aws-cdk-lib';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { openSession } from '../../../aws/session.js';
import { readContext } from '../../../lib/context.js';
import { NEEDED_BOOTSTRAP_VERSION } from '../../../sanity/preflight/checks/deploying.js';
import {
  identityCheck,
  preflight,
  preflightChecks,
  type PreflightResult,
} from '../../../sanity/preflight/preflight.js';
import { sdkAccount } from '../../../aws/sdk-account.js';
import { Deadline } from '../../../src/base/deadline.js';
import { AwsStandIn, type AwsHandlers } from '../../support/aws-stand-in.js';
import { existingCluster } from '../../lib/support/synthesize.js';
import {
  bootstrapAnswer,
  BROKERS_OPERATION,
  clusterAnswer,
  CLUSTER_OPERATION,
  concurrencyAnswer,
  defaultSubnetAnswer,
  offeringAnswer,
  readyAccount,
  stackAnswer,
  zoneAnswer,
} from './account-of-tests.js';
import { patient } from '../../support/patience.js';

let aws: AwsStandIn;
beforeEach(async () => {
  aws = await AwsStandIn.start({ ...readyAccount });
  aws.stubEnvironment();
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await aws[Symbol.asyncDispose]();
});

const now = new Date('2026-11-24T12:00:00Z');

/** With the real SDK, against the stand-in. */
async function run(context: Record<string, unknown> = {}, timeoutMs = 20_000): Promise<PreflightResult> {
  const session = await openSession();
  const account = sdkAccount(session, new Deadline(timeoutMs));
  return preflight({ options: readContext(context), account, region: session.region, now });
}

function one(result: PreflightResult, id: string) {
  const found = result.checks.find((check) => check.id === id);
  if (found === undefined) throw new Error(`there is no check ${id}: ${JSON.stringify(result.checks)}`);
  return found;
}

const outcomes = (result: PreflightResult) => Object.fromEntries(result.checks.map(({ id, outcome }) => [id, outcome]));

describe('an account is ready', () => {
  test('for a new cluster', async () => {
    const result = await run();
    expect(outcomes(result)).toEqual({
      aws_credentials: 'pass',
      credentials_last: 'pass',
      bootstrap: 'pass',
      stack_status: 'pass',
      zones: 'pass',
      instance_type: 'pass',
      kafka_version: 'pass',
      concurrency: 'pass',
    });
    expect(result).toMatchObject({ verdict: 'ready', exit_code: 0 });
    expect(one(result, 'aws_credentials').evidence).toBe('arn:aws:iam::111122223333:user/ann, in eu-west-1');
  });

  test('for topics in an existing cluster', async () => {
    const result = await run(existingCluster);
    expect(outcomes(result)).toEqual({
      aws_credentials: 'pass',
      credentials_last: 'pass',
      bootstrap: 'pass',
      stack_status: 'pass',
      cluster: 'pass',
      brokers: 'pass',
      vpc: 'pass',
      concurrency: 'pass',
    });
  });

  test('and only read requests are made', async () => {
    await run();
    await run(existingCluster);
    const names = aws.operations().map((operation) => operation.split(':')[1]);
    expect(names.filter((name) => !/^(Get|Describe|List|GET )/.test(String(name)))).toEqual([]);
    expect(new Set(names).size).toBe(11);
  });
});

describe('a cause of failure is named, with a hint', () => {
  type Case = [string, string, AwsHandlers, Record<string, string>, string, string];
  test.each<Case>([
    [
      'no bootstrap',
      'bootstrap',
      { 'ssm:GetParameter': { error: 'ParameterNotFound' } },
      {},
      'there is no bootstrap stack in eu-west-1',
      'npx cdk bootstrap aws://111122223333/eu-west-1',
    ],
    [
      'an old bootstrap',
      'bootstrap',
      { 'ssm:GetParameter': bootstrapAnswer('5') },
      {},
      'version is 5',
      'cdk bootstrap',
    ],
    [
      'a stack that could not be deleted',
      'stack_status',
      { 'cloudformation:DescribeStacks': stackAnswer('DELETE_FAILED') },
      {},
      'SanityStack is DELETE_FAILED',
      'docs/destroy.md',
    ],
    [
      'a stack that is being created',
      'stack_status',
      { 'cloudformation:DescribeStacks': stackAnswer('CREATE_IN_PROGRESS') },
      {},
      'CREATE_IN_PROGRESS',
      'Wait',
    ],
    [
      'too few zones',
      'zones',
      { 'ec2:DescribeAvailabilityZones': zoneAnswer(['eu-west-1a']) },
      {},
      'eu-west-1 has 1 zones, and azs is 2',
      'another region',
    ],
    [
      'too few zones with a default subnet',
      'zones',
      { 'ec2:DescribeSubnets': defaultSubnetAnswer(['eu-west-1b']) },
      {},
      'which only eu-west-1b has, and azs is 2',
      '-c availabilityZones=eu-west-1a,eu-west-1b',
    ],
    [
      'a zone that does not exist',
      'zones',
      {},
      { availabilityZones: 'eu-west-1a,eu-west-1x' },
      'eu-west-1 has no eu-west-1x',
      'eu-west-1a, eu-west-1b, eu-west-1c',
    ],
    [
      'a Kafka version that MSK does not offer',
      'kafka_version',
      {},
      { kafkaVersion: '4.1.x.kraft' },
      'MSK does not offer 4.1.x.kraft in this region',
      '3.8.x, 3.9.x.kraft',
    ],
    [
      'a deprecated Kafka version',
      'kafka_version',
      {
        'kafka:GET /v1/kafka-versions': { json: { kafkaVersions: [{ version: '3.9.x.kraft', status: 'DEPRECATED' }] } },
      },
      {},
      'the status of 3.9.x.kraft in MSK is DEPRECATED',
      '-c kafkaVersion',
    ],
    [
      'no concurrency',
      'concurrency',
      { 'lambda:GET /2016-08-19/account-settings': concurrencyAnswer(3) },
      {},
      '3 concurrent executions are available',
      'quota',
    ],
    [
      'a cluster that does not exist',
      'cluster',
      { [CLUSTER_OPERATION]: { error: 'NotFoundException', status: 404 } },
      existingCluster,
      'there is no such cluster',
      'list-clusters-v2',
    ],
    [
      'a cluster in maintenance',
      'cluster',
      { [CLUSTER_OPERATION]: clusterAnswer({ state: 'MAINTENANCE' }) },
      existingCluster,
      'it is MAINTENANCE',
      'ACTIVE',
    ],
    [
      'a cluster without IAM',
      'cluster',
      { [CLUSTER_OPERATION]: clusterAnswer({}, false) },
      existingCluster,
      'IAM authentication is disabled',
      'Enable IAM',
    ],
    [
      'a Serverless cluster',
      'cluster',
      {
        [CLUSTER_OPERATION]: clusterAnswer({
          provisioned: undefined,
          serverless: { clientAuthentication: { sasl: { iam: { enabled: true } } } },
        }),
      },
      existingCluster,
      'MSK Serverless cluster',
      'createTopics=false',
    ],
    [
      'more replicas than brokers',
      'cluster',
      {},
      { ...existingCluster, replicationFactor: '3' },
      'it has 2 brokers, and replicationFactor is 3',
      '-c replicationFactor=2',
    ],
    [
      'brokers of another cluster',
      'brokers',
      { [BROKERS_OPERATION]: { json: { bootstrapBrokerStringSaslIam: 'b-9.other:9098' } } },
      existingCluster,
      'b-1.demo.abc.c1.kafka.eu-west-1.amazonaws.com:9098 is not an IAM address',
      '-c bootstrapBrokers=b-9.other:9098',
    ],
    [
      'a subnet that does not exist',
      'vpc',
      {},
      { ...existingCluster, subnetIds: 'subnet-0a1b2c3d,subnet-00000000' },
      'not found: subnet-00000000',
      'region',
    ],
    [
      'another VPC',
      'vpc',
      {},
      { ...existingCluster, vpcId: 'vpc-00000000000000000' },
      'subnet-0a1b2c3d is in vpc-0123456789abcdef0',
      'vpc-00000000000000000',
    ],
  ])('%s', async (_name, id, handlers, context, evidence, hint) => {
    Object.assign(aws.handlers, handlers);
    const result = await run(context);
    const check = one(result, id);
    expect(check).toMatchObject({ outcome: 'fail' });
    expect(check.evidence).toContain(evidence);
    expect(check.hint).toContain(hint);
    expect(result).toMatchObject({ verdict: 'not_ready', exit_code: 1 });
  });

  test('a cluster of a region other than the stack', async () => {
    aws.stubEnvironment({ AWS_REGION: 'us-east-1' });
    expect(one(await run(existingCluster), 'cluster').hint).toContain('AWS_REGION=eu-west-1');
  });

  test('zones that CloudFormation would choose: those with a default subnet', async () => {
    aws.handlers['ec2:DescribeSubnets'] = defaultSubnetAnswer(['eu-west-1b', 'eu-west-1c']);
    expect(one(await run(), 'zones')).toMatchObject({
      outcome: 'pass',
      evidence: expect.stringMatching(/^eu-west-1b, eu-west-1c, /) as string,
    });
  });

  test('an instance type that EC2 does not offer in one zone: a warning, because MSK has no list', async () => {
    aws.handlers['ec2:DescribeInstanceTypeOfferings'] = offeringAnswer(['eu-west-1a', 'eu-west-1c']);
    const result = await run();
    expect(one(result, 'instance_type')).toMatchObject({
      outcome: 'warn',
      evidence: 'EC2 does not offer m7g.large in eu-west-1b, so MSK may refuse it there',
      hint: '-c availabilityZones=eu-west-1a,eu-west-1c',
    });
    expect(result.exit_code).toBe(0);
  });
});

describe('credentials', () => {
  const endsIn = (minutes: number): string => new Date(now.getTime() + minutes * 60_000).toISOString();
  const temporary = (minutes: number) => ({
    AWS_SESSION_TOKEN: 'token',
    AWS_CREDENTIAL_EXPIRATION: endsIn(minutes),
  });

  test.each([
    ['expire before a cluster is created', 89, {}, 'fail', 'they expire in 89 minutes; a deployment takes up to 90'],
    ['last long enough', 90, {}, 'pass', 'they expire in 90 minutes; 90 are enough'],
    ['with an existing cluster, a quarter of an hour is enough', 15, existingCluster, 'pass', '15 are enough'],
  ])('%s', async (_name, minutes, context, outcome, evidence) => {
    aws.stubEnvironment(temporary(minutes));
    const check = one(await run(context), 'credentials_last');
    expect(check.outcome).toBe(outcome);
    expect(check.evidence).toContain(evidence);
  });

  test('temporary credentials with an unknown expiry: a warning', async () => {
    aws.stubEnvironment({ AWS_SESSION_TOKEN: 'token' });
    expect(one(await run(), 'credentials_last')).toMatchObject({ outcome: 'warn' });
  });

  test.each([
    ['expired', { error: 'ExpiredToken', status: 403 }, 'authentication_failed', 'have expired'],
    ['unknown', { error: 'InvalidClientTokenId', status: 403 }, 'authentication_failed', 'refused the credentials'],
    [
      'rejected for another reason',
      { error: 'RegionDisabledException', status: 403 },
      'aws_refused',
      'RegionDisabledException',
    ],
  ])('%s: no verdict', async (_name, answer, code, evidence) => {
    aws.handlers['sts:GetCallerIdentity'] = answer;
    const result = await run();
    expect(result).toMatchObject({ verdict: 'no_verdict', exit_code: 2 });
    expect(result.checks[0]).toMatchObject({ outcome: 'fail', code });
    expect(result.checks[0]?.evidence).toContain(evidence);
    expect(result.checks.slice(1).every(({ blocked_by }) => blocked_by === 'aws_credentials')).toBe(true);
    expect(aws.operations()).toEqual(['sts:GetCallerIdentity']);
  });
});

describe('without a right to read', () => {
  const denied = { error: 'AccessDeniedException', status: 403 };
  test.each([
    ['bootstrap', 'ssm:GetParameter', denied, 'ssm:GetParameter'],
    [
      'stack_status',
      'cloudformation:DescribeStacks',
      { error: 'AccessDenied', status: 403 },
      'cloudformation:DescribeStacks',
    ],
    [
      'zones',
      'ec2:DescribeAvailabilityZones',
      { error: 'UnauthorizedOperation', status: 403 },
      'ec2:DescribeAvailabilityZones',
    ],
    ['kafka_version', 'kafka:GET /v1/kafka-versions', denied, 'kafka:ListKafkaVersions'],
    ['concurrency', 'lambda:GET /2016-08-19/account-settings', denied, 'lambda:GetAccountSettings'],
  ])('%s is skipped, and names the missing right', async (id, operation, answer, action) => {
    aws.handlers[operation] = answer;
    const result = await run();
    expect(one(result, id)).toMatchObject({ outcome: 'skipped', evidence: `you lack the permission ${action}` });
    expect(result.exit_code).toBe(0);
  });

  test('all checks are skipped for a caller without these rights, who may still be able to deploy', async () => {
    const { 'sts:GetCallerIdentity': identity } = readyAccount;
    aws.handlers = Object.fromEntries(Object.keys(readyAccount).map((operation) => [operation, denied]));
    if (identity !== undefined) aws.handlers['sts:GetCallerIdentity'] = identity;
    for (const [key, value] of Object.entries(aws.handlers)) {
      if (key.startsWith('ec2:') && value === denied) {
        aws.handlers[key] = { error: 'UnauthorizedOperation', status: 403 };
      }
    }
    const result = await run();
    expect(result.exit_code).toBe(0);
    expect(result.checks.filter(({ outcome }) => outcome === 'skipped')).toHaveLength(6);
  });
});

test('a check ends at its deadline and names the service that does not answer', async () => {
  let release = (): void => undefined;
  aws.handlers['ssm:GetParameter'] = async () => {
    await new Promise<void>((resolve) => (release = resolve));
    return bootstrapAnswer('28');
  };
  const result = await run({}, 3_000);
  release();
  expect(one(result, 'bootstrap')).toMatchObject({ outcome: 'fail', code: 'deadline_exceeded' });
  expect(one(result, 'bootstrap').evidence).toContain('ssm:GetParameter');
  // It could not be read: that says nothing about a deployment.
  expect(result).toMatchObject({ verdict: 'no_verdict', exit_code: 2 });
});

test('a failed check decides the verdict, even if another check could not be made', async () => {
  aws.handlers['ssm:GetParameter'] = { error: 'InternalServerError', status: 400 };
  aws.handlers['kafka:GET /v1/kafka-versions'] = { json: { kafkaVersions: [] } };
  const result = await run();
  expect(one(result, 'bootstrap')).toMatchObject({ outcome: 'fail', code: 'aws_refused' });
  expect(one(result, 'kafka_version')).toMatchObject({ outcome: 'fail' });
  expect(result).toMatchObject({ verdict: 'not_ready', exit_code: 1 });
});

test('the bootstrap version is the one that this app’s assembly requires', { timeout: patient(90_000) }, async () => {
  // Any stack with the synthesizer that bin/sanity-environment.ts leaves at its default.
  const outdir = await mkdtemp(join(tmpdir(), 'easy-pubsub-cdk-'));
  onTestFinished(() => rm(outdir, { recursive: true, force: true }));
  const app = new App({ outdir });
  new Stack(app, 'Any');
  const manifest = readFileSync(join(app.synth().directory, 'manifest.json'), 'utf8');
  const { artifacts } = JSON.parse(manifest) as {
    artifacts: Record<string, { properties?: { requiresBootstrapStackVersion?: number } }>;
  };
  const asked = Object.values(artifacts).map(({ properties }) => properties?.requiresBootstrapStackVersion ?? 0);
  expect(Math.max(...asked)).toBe(NEEDED_BOOTSTRAP_VERSION);
});

test('docs/preflight.md names every check and every permission', () => {
  const page = readFileSync('docs/preflight.md', 'utf8');
  const titles = [identityCheck, ...preflightChecks].map(({ title }) => title);
  expect(titles.filter((title) => !page.includes(`| ${title} |`))).toEqual([]);
  const source = ['sdk-account', 'describe-stack'].map((file) => readFileSync(`aws/${file}.ts`, 'utf8')).join();
  const actions = [...source.matchAll(/'((?:sts|ssm|cloudformation|ec2|kafka|lambda):\w+)'/g)].map(([, name]) => name);
  expect(actions.length).toBeGreaterThan(10);
  expect(actions.filter((action) => !page.includes(`\`${String(action)}\``))).toEqual([]);
});
