import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { cdkSynth } from './support/cdk-synth.js';
import { patient } from '../support/patience.js';

test(
  'synthesis gives the same template twice, in any folder, without credentials, with every flag of cdk init',
  { timeout: patient(120_000) },
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'easy-pubsub-synth-'));
    try {
      const contents = async (out: string): Promise<Record<string, string>> => {
        await cdkSynth(out);
        const files = (await readdir(out, { recursive: true, withFileTypes: true })).filter((file) => file.isFile());
        const read = files
          .map((file) => join(file.parentPath, file.name))
          .filter((path) => /template\.json$|asset\./.test(path))
          .map(async (path) => [relative(out, path), await readFile(path, 'base64')] as const);
        return Object.fromEntries(await Promise.all(read));
      };
      const first = await contents(join(folder, 'out'));
      expect(Object.keys(first).length).toBeGreaterThan(4);
      expect(await contents(join(folder, 'deep', 'er', 'out'))).toEqual(first);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
);

test('a wrong value is refused before a template is written', { timeout: patient(60_000) }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'easy-pubsub-synth-'));
  try {
    const out = join(folder, 'out');
    await expect(cdkSynth(out, '-c', 'partitons=3')).rejects.toThrow('did you mean partitions?');
    const left = await readdir(out).catch(() => []);
    expect(left.filter((file) => file.endsWith('.template.json'))).toEqual([]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test('the CLI has major version 2: aws-cdk@3.0.0 was published by accident, and cannot read the output of this app', () => {
  const { version } = createRequire(import.meta.url)('aws-cdk/package.json') as { version: string };
  expect(version).toMatch(/^2\./);
});
