import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { PythonPackages } from './python-packages.js';
import type { SkipReason } from './skips.js';

/** Version 1, the one that PyPI has. */
const packages = new PythonPackages('aws-cli-1', ['awscli==1.46.3']);

/** Brings it, the first time; the reason to skip where that cannot be done. */
export async function awsCliSkip(): Promise<SkipReason | undefined> {
  return (await packages.bring()) ? undefined : 'no-aws-cli';
}

/** Runs commands in a shell whose `aws` is the AWS CLI. Rejects with what it said when they fail. */
export async function inShell(env: Readonly<Record<string, string>>, commands: string): Promise<string> {
  // Through pipes, as `| jq` would be: the CLI opens /dev/stdout, and what Node gives a child is a socket.
  const { stdout } = await promisify(execFile)('bash', ['-o', 'pipefail', '-c', `{ ${commands}\n} | cat`], {
    env: { ...env, PATH: `${packages.bin}:${env['PATH'] ?? ''}` },
  });
  return stdout;
}
