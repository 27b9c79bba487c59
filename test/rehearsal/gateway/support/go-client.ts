import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from '../../../../local/os/cache.js';
import { findOnPath, runCommand } from '../../../../local/os/commands.js';
import type { SkipReason } from '../../../support/skips.js';
import { REGION, type Credentials } from './world.js';

const FOLDER = join(cacheFolder(process.env), 'test', 'go-client-1');
const PROGRAM = join(FOLDER, 'client');

/** Builds the program with its modules; returns the reason to skip if that is not possible. */
export async function goSkip(): Promise<SkipReason | undefined> {
  const go = findOnPath('go', process.env);
  if (go === undefined) return 'no-go-client';
  await mkdir(FOLDER, { recursive: true });
  // Go caches what it has built: the second time takes a second.
  const { exitCode } = await runCommand(
    go,
    ['-C', join(import.meta.dirname, 'go-client'), 'build', '-o', PROGRAM, '.'],
    {
      env: process.env,
      timeoutMs: 240_000,
    },
  );
  return exitCode === 0 ? undefined : 'no-go-client';
}

export interface GoJob {
  caFile: string;
  brokers: readonly string[];
  role: Credentials;
  topic: string;
  group: string;
  idempotent: boolean;
}

/** Runs the program of `go-client/` and returns its output. */
export async function goClient({ caFile, role, ...job }: GoJob): Promise<unknown> {
  const { stdout, stderr } = await runCommand(PROGRAM, [], {
    env: {
      // Without the profiles of this machine.
      HOME: FOLDER,
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_REGION: REGION,
      AWS_ACCESS_KEY_ID: role.accessKeyId,
      AWS_SECRET_ACCESS_KEY: role.secretAccessKey,
      AWS_SESSION_TOKEN: role.sessionToken,
    },
    timeoutMs: 60_000,
    input: JSON.stringify({ ...job, ca_file: caFile }),
  });
  try {
    return JSON.parse(stdout);
  } catch {
    throw new Error(`the Go client failed: ${stderr}`);
  }
}
