import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { repositoryRoot } from '../../lib/function-bundle.js';

const run = promisify(execFile);
const cli = join(repositoryRoot, 'node_modules', 'aws-cdk', 'bin', 'cdk');

/** What the CLI makes, without any credentials to use. */
async function synth(folder: string, ...values: string[]): Promise<void> {
  await run(process.execPath, [cli, 'synth', '--quiet', '--output', folder, ...values], {
    cwd: repositoryRoot,
    env: { PATH: process.env['PATH'], HOME: folder, AWS_EC2_METADATA_DISABLED: 'true', CDK_DISABLE_CLI_TELEMETRY: '1' },
    timeout: 60_000,
  });
}

test('twice the same, without credentials; with every flag of cdk init', { timeout: 120_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'easy-pubsub-synth-'));
  try {
    const out = join(folder, 'out');
    const contents = async (): Promise<Record<string, string>> => {
      await synth(out);
      const files = (await readdir(out, { recursive: true, withFileTypes: true })).filter((file) => file.isFile());
      const read = files
        .map((file) => join(file.parentPath, file.name))
        .filter((path) => /template\.json$|asset\./.test(path))
        .map(async (path) => [path, await readFile(path, 'base64')] as const);
      return Object.fromEntries(await Promise.all(read));
    };
    const first = await contents();
    await rm(out, { recursive: true });
    expect(Object.keys(first).length).toBeGreaterThan(4);
    expect(await contents()).toEqual(first);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test('a wrong value is refused before there is a template', { timeout: 60_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'easy-pubsub-synth-'));
  try {
    const out = join(folder, 'out');
    await expect(synth(out, '-c', 'partitons=3')).rejects.toThrow('did you mean partitions?');
    const left = await readdir(out).catch(() => []);
    expect(left.filter((file) => file.endsWith('.template.json'))).toEqual([]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
