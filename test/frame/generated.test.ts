import { execFile } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { patient } from '../support/patience.js';

const COMMITTED = 'src/frame/gen';

async function contents(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  const pairs = files.map(async (file) => [path.relative(folder, file), await readFile(file, 'utf8')] as const);
  return Object.fromEntries(await Promise.all(pairs));
}

test(
  'the committed frame code is current with the schema',
  async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'easy-pubsub-generated-'));
    try {
      // `--output` is put before the `out` of buf.gen.yaml.
      await promisify(execFile)('npx', ['buf', 'generate', '--output', folder], { timeout: patient(60_000) });
      expect(await contents(path.join(folder, COMMITTED))).toEqual(await contents(COMMITTED));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
  patient(70_000),
);
