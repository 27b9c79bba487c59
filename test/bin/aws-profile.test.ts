import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CloudFormationService, startAwsEndpoint, StsService, type AwsEndpoint } from '../../rehearsal/aws/index.js';
import { easyPubsub } from '../support/broker-cli.js';

let folder: string;
let aws: AwsEndpoint;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'easy-pubsub-profiles-'));
  await writeFile(
    join(folder, 'config'),
    '[default]\nregion = eu-west-1\n[profile dev]\nregion = eu-west-1\n[profile "with space"]\n[sso-session nope]\n# [profile no]\n',
  );
  await writeFile(
    join(folder, 'credentials'),
    '[dev]\naws_access_key_id = AKIADEV\naws_secret_access_key = secret\n[old]\n',
  );
  const caller = { accessKeyId: 'AKIADEV', arn: 'arn:aws:iam::111122223333:user/dev' };
  aws = await startAwsEndpoint({
    callers: [caller],
    services: [new CloudFormationService([]), new StsService('111122223333')],
  });
});
afterAll(async () => {
  await aws.close();
  await rm(folder, { recursive: true, force: true });
});

const run = (args: readonly string[], more: Record<string, string> = {}) =>
  easyPubsub(
    {
      env: {
        PATH: process.env['PATH'],
        HOME: folder,
        AWS_CONFIG_FILE: join(folder, 'config'),
        AWS_SHARED_CREDENTIALS_FILE: join(folder, 'credentials'),
        AWS_EC2_METADATA_DISABLED: 'true',
        AWS_ENDPOINT_URL: aws.url,
        AWS_REGION: 'eu-west-1',
        ...more,
      },
    },
    ...args,
  );
const commands = [
  ['sanity', '--stack', 'SanityStack'],
  ['events', 'push', '--stack', 'SanityStack'],
  ['aws', 'preflight'],
];

describe.each(commands)('%s %s', (...command) => {
  test.each<[string, string[], Record<string, string>]>([
    ['--profile', ['--profile', 'nope'], {}],
    ['AWS_PROFILE', [], { AWS_PROFILE: 'nope' }],
  ])('a missing profile (%s) is named, together with the existing profiles', async (by, args, env) => {
    const { exitCode, stdout, stderr } = await run([...command, ...args], env);
    const said = (stdout + stderr).replaceAll(/\s+/g, ' ');
    expect(said).toMatch(new RegExp(`there is no AWS profile "nope" \\(${by}\\)`, 'i'));
    expect(said).toContain(`${join(folder, 'config')} has default, dev, with space`);
    expect(said).toContain(`${join(folder, 'credentials')} has dev, old`);
    expect(said).toContain('[credentials_missing]');
    expect(exitCode).toBe(2);
  });

  test('with a profile and keys, one sentence says which is used', async () => {
    const keys = { AWS_ACCESS_KEY_ID: 'AKIAOTHER', AWS_SECRET_ACCESS_KEY: 'secret' };
    const { stdout, stderr } = await run([...command, '--profile', 'dev'], keys);
    expect(stderr).not.toMatch(/Multiple credential sources|aws-sdk/);
    expect(stderr.match(/Using profile dev; AWS_ACCESS_KEY_ID in the environment is ignored/g)).toHaveLength(1);
    // The key of the environment, which this account does not know, was not used.
    expect(stdout + stderr).not.toMatch(/does not know these credentials/);
  });
});

test('missing files are reported', async () => {
  const { stdout } = await run([...commands[0]!, '--profile', 'nope'], { AWS_CONFIG_FILE: join(folder, 'none') });
  expect(stdout.replaceAll(/\s+/g, ' ')).toContain(`${join(folder, 'none')} does not exist`);
});
