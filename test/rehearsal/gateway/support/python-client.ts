import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from '../../../../local/os/commands.js';
import { PythonPackages } from '../../../support/python-packages.js';
import type { SkipReason } from '../../../support/skips.js';
import { REGION, type Credentials } from './world.js';

const packages = new PythonPackages('python-clients-1', [
  'aws-msk-iam-sasl-signer-python==1.0.2',
  'confluent-kafka==2.16.1',
]);

/** Installs the two packages the first time; returns the reason to skip if that is not possible. */
export async function pythonSkip(): Promise<SkipReason | undefined> {
  return (await packages.bring()) ? undefined : 'no-python-clients';
}

export interface PythonJob {
  caFile: string;
  brokers: readonly string[];
  role: Credentials;
  action: string;
  topic: string;
  group: string;
  settings: object;
}

/** Runs `iam_client.py` and returns its output. */
export async function pythonClient({ caFile, role, ...job }: PythonJob): Promise<unknown> {
  // botocore looks for profiles in the home folder: there are none in this one.
  const home = await mkdtemp(join(packages.folder, 'home-'));
  const { stdout, stderr } = await runCommand(
    join(packages.bin, 'python'),
    [join(import.meta.dirname, 'iam_client.py')],
    {
      env: {
        PATH: process.env['PATH'],
        HOME: home,
        AWS_EC2_METADATA_DISABLED: 'true',
        AWS_REGION: REGION,
        AWS_ACCESS_KEY_ID: role.accessKeyId,
        AWS_SECRET_ACCESS_KEY: role.secretAccessKey,
        AWS_SESSION_TOKEN: role.sessionToken,
      },
      timeoutMs: 90_000,
      input: JSON.stringify({ ...job, ca_file: caFile }),
    },
  );
  await rm(home, { recursive: true, force: true });
  try {
    return JSON.parse(stdout);
  } catch {
    throw new Error(`the Python client failed: ${stderr}`);
  }
}
