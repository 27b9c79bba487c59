import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from '../../../../../local/kafka/cache.js';
import { findOnPath, runCommand } from '../../../../../local/kafka/commands.js';
import type { SkipReason } from '../../../../support/skips.js';
import { region, type Credentials } from './world.js';

const packages = ['aws-msk-iam-sasl-signer-python==1.0.2', 'confluent-kafka==2.16.1'];
/** Kept, as Kafka's jars are. A file says that everything was installed. */
const folder = join(cacheFolder(process.env), 'test', 'python-clients-1');
const python = join(folder, 'bin', 'python');
const complete = join(folder, 'complete');

/** Brings the two packages, the first time; the reason to skip where that cannot be done. */
export async function pythonSkip(): Promise<SkipReason | undefined> {
  if (existsSync(complete)) return undefined;
  const system = findOnPath('python3', process.env);
  if (system === undefined) return 'no-python-clients';
  await mkdir(join(folder, '..'), { recursive: true });
  await rm(folder, { recursive: true, force: true });
  for (const [file, ...args] of [
    [system, '-m', 'venv', folder],
    [python, '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages],
  ] as [string, ...string[]][]) {
    const { exitCode } = await runCommand(file, args, { env: process.env, timeoutMs: 240_000 });
    if (exitCode !== 0) return 'no-python-clients';
  }
  await writeFile(complete, packages.join('\n'));
  return undefined;
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

/** Runs `iam_client.py` and gives back what it printed. */
export async function pythonClient({ caFile, role, ...job }: PythonJob): Promise<unknown> {
  // botocore looks into the home folder for profiles: there are none in this one.
  const home = await mkdtemp(join(folder, 'home-'));
  const { stdout, stderr } = await runCommand(python, [join(import.meta.dirname, 'iam_client.py')], {
    env: {
      PATH: process.env['PATH'],
      HOME: home,
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: role.accessKeyId,
      AWS_SECRET_ACCESS_KEY: role.secretAccessKey,
      AWS_SESSION_TOKEN: role.sessionToken,
    },
    timeoutMs: 90_000,
    input: JSON.stringify({ ...job, ca_file: caFile }),
  });
  await rm(home, { recursive: true, force: true });
  try {
    return JSON.parse(stdout);
  } catch {
    throw new Error(`the Python client ended badly: ${stderr}`);
  }
}
