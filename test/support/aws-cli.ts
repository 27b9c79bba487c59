import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { PythonPackages } from './python-packages.js';
import type { SkipReason } from './skips.js';

/** Version 1, which is on PyPI. */
const packages = new PythonPackages('aws-cli-1', ['awscli==1.46.3']);

/** Installs it the first time; returns the reason to skip if that is not possible. */
export async function awsCliSkip(): Promise<SkipReason | undefined> {
  return (await packages.bring()) ? undefined : 'no-aws-cli';
}

/** Runs commands in a shell whose `aws` is the AWS CLI. Rejects with their output if they fail. */
export async function inShell(env: Readonly<Record<string, string>>, commands: string): Promise<string> {
  // Through pipes, as with `| jq`: the CLI opens /dev/stdout, and Node gives a child a socket.
  const { stdout } = await promisify(execFile)('bash', ['-o', 'pipefail', '-c', `{ ${commands}\n} | cat`], {
    env: { ...env, PATH: `${packages.bin}:${env['PATH'] ?? ''}` },
  });
  return stdout;
}
