import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { onTestFinished } from 'vitest';
import {
  startLocalAws,
  type Caller,
  type HostedFunction,
  type HostedStack,
  type LogStore,
} from '../../rehearsal/aws/index.js';
import { loadTemplate, readTemplate, type StackModel } from '../../rehearsal/template/index.js';
import { built } from './programs.js';

/** The caller of a sanity run against the local AWS. */
export const caller: Caller = { accessKeyId: 'AKIACALLER', arn: 'arn:aws:iam::111122223333:user/caller' };

/** What `cdk synth` creates from this repository, and the stack that it would be with this Kafka. */
export async function synthesizedStack(
  folder: string,
  brokers: readonly string[],
  ...context: readonly string[]
): Promise<StackModel> {
  const out = join(folder, 'cdk.out');
  const cdk = join('node_modules', 'aws-cdk', 'bin', 'cdk');
  const values = context.flatMap((value) => ['-c', value]);
  // The same app as in cdk.json, built.
  const app = ['--app', `${process.execPath} ${built('bin/sanity-environment.ts')}`];
  const args = [cdk, 'synth', '--quiet', ...app, '--output', out, ...values];
  await promisify(execFile)(process.execPath, args, { timeout: 120_000 });
  const { template, name, assembly } = loadTemplate(join(out, 'SanityStack.template.json'));
  return readTemplate(template, {
    stackName: name,
    region: 'eu-west-1',
    account: '111122223333',
    assembly,
    bootstrapBrokers: brokers.join(','),
  });
}

export interface LocalAwsOptions {
  readonly model: StackModel;
  /** Variables that differ from the template's: the login, and the topics of a test. */
  readonly changed: Readonly<Record<string, string>>;
  readonly node?: string | undefined;
  readonly callers?: readonly Caller[];
  readonly stack?: Partial<HostedStack>;
  /** Changes to the functions as they run. */
  readonly functions?: (hosted: readonly HostedFunction[], model: StackModel) => readonly HostedFunction[];
}

export interface LocalAws {
  readonly url: string;
  readonly logs: LogStore;
  /** The environment of a process that uses it, as `caller`. */
  readonly env: Readonly<Record<string, string>>;
}

/** A deployed stack on a loopback port; it ends with the test. */
export async function localAws(options: LocalAwsOptions): Promise<LocalAws> {
  const { model, changed, node, stack, functions, callers = [caller] } = options;
  const folder = await mkdtemp(join(tmpdir(), 'local-aws-'));
  const aws = await startLocalAws({
    model,
    folder,
    callers,
    stack,
    functions,
    given: () => ({ AWS_ACCESS_KEY_ID: 'AKIAROLE', AWS_SECRET_ACCESS_KEY: 'secret', AWS_SESSION_TOKEN: 'token' }),
    changed: () => changed,
    node: node === undefined ? undefined : () => node,
  });
  onTestFinished(async () => {
    await aws[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });
  const { url, logs } = aws;
  return { url, logs, env: { ...noAwsOfOurs, ...credentialsOf(caller), AWS_ENDPOINT_URL: url } };
}

export function credentialsOf({ accessKeyId }: Caller): Record<string, string> {
  return { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: 'secret', AWS_REGION: 'eu-west-1' };
}

/** Disables the AWS settings of this machine: its profiles and its role. */
export const noAwsOfOurs = {
  AWS_CONFIG_FILE: '/nonexistent/config',
  AWS_SHARED_CREDENTIALS_FILE: '/nonexistent/credentials',
  AWS_EC2_METADATA_DISABLED: 'true',
} as const;
