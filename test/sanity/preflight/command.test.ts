import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AwsStandIn } from '../../support/aws-stand-in.js';
import { easyPubsub } from '../../support/broker-cli.js';
import { existingCluster } from '../../lib/support/synthesize.js';
import { bootstrapAnswer, readyAccount } from './account-of-tests.js';

let aws: AwsStandIn;
/** A machine's metadata service that takes connections and never answers. */
let silent: Server;

beforeAll(async () => {
  aws = await AwsStandIn.start({ ...readyAccount });
  silent = createServer(() => undefined);
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  await aws[Symbol.asyncDispose]();
  silent.closeAllConnections();
  silent.close();
});

const preflight = (args: string[], env: Record<string, string> = aws.variables) =>
  easyPubsub({ env: { PATH: process.env['PATH'], HOME: '/nowhere', ...env } }, 'aws', 'preflight', ...args);

test('ready: exit code 0, and a line for each check with its time', async () => {
  const { exitCode, stdout } = await preflight([]);
  expect(stdout).toMatch(/✓ {2}MSK offers the Kafka version +\d+ ms +MSK offers 3\.9\.x\.kraft/);
  expect(stdout).toMatch(/ready to deploy: 8 checks in \d+\.\d s\n$/);
  expect(exitCode).toBe(0);
});

test('as JSON, with context values, in another region', async () => {
  const { exitCode, stdout } = await preflight([
    '--json',
    '--region',
    'eu-central-1',
    ...Object.entries(existingCluster).flatMap(([key, value]) => ['-c', `${key}=${value}`]),
  ]);
  const report = JSON.parse(stdout) as { region: string; checks: { id: string; outcome: string }[] };
  expect(report).toMatchObject({ schema_version: 1, kind: 'preflight', region: 'eu-central-1', exit_code: 1 });
  expect(report.checks.find(({ outcome }) => outcome === 'fail')?.id).toBe('cluster');
  expect(exitCode).toBe(1);
});

test('not ready: exit code 1, with the next step', async () => {
  aws.handlers['ssm:GetParameter'] = bootstrapAnswer('1');
  const { exitCode, stdout } = await preflight([]);
  aws.handlers['ssm:GetParameter'] = bootstrapAnswer('28');
  expect(stdout).toContain('→ npx cdk bootstrap aws://111122223333/eu-west-1');
  expect(stdout).toContain(
    'a deployment would fail: failed check: the CDK’s bootstrap stack exists in this account and region',
  );
  expect(exitCode).toBe(1);
});

test('no credentials, and a metadata service that never answers: exit code 2 within the limit, with a hint', async () => {
  const { AWS_ACCESS_KEY_ID: _, AWS_SECRET_ACCESS_KEY: __, AWS_EC2_METADATA_DISABLED: ___, ...others } = aws.variables;
  const { exitCode, stdout } = await preflight([], {
    ...others,
    AWS_EC2_METADATA_SERVICE_ENDPOINT: `http://127.0.0.1:${(silent.address() as AddressInfo).port}`,
  });
  expect(stdout).toContain('no AWS credentials were found');
  expect(stdout).toContain('aws sso login');
  expect(exitCode).toBe(2);
  const took = /no verdict: failed check: AWS credentials and region are valid \((\d+\.\d) s/.exec(stdout)?.[1];
  expect(Number(took)).toBeLessThan(5);
});

test('no region: exit code 2', async () => {
  const { AWS_REGION: _, ...others } = aws.variables;
  const { exitCode, stderr } = await preflight([], others);
  expect(stderr).toContain('No AWS region is set [config_invalid]');
  expect(exitCode).toBe(2);
});

test('an invalid context value: exit code 2, before any call to AWS', async () => {
  const before = aws.calls.length;
  const { exitCode, stderr } = await preflight(['-c', 'partitons=3']);
  expect(stderr).toContain('did you mean partitions?');
  expect(exitCode).toBe(2);
  expect((await preflight(['-c', 'partitions'])).exitCode).toBe(2);
  expect(aws.calls.length).toBe(before);
});
