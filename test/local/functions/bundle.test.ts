import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { functionNames } from '../../../lambda/functions.js';
import { functionAsset } from '../../../local/functions/index.js';

/** The signer names it in the sentence of an error, and asks for it nowhere. */
const onlyNamed = ['@aws-sdk/signature-v4-crt'];

test.each(functionNames)('%s is bundled as one file that imports only Node', async (name) => {
  const folder = await mkdtemp(join(tmpdir(), 'bundle-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const asset = await functionAsset(name, folder);
  expect(asset).toEqual({ folder: join(folder, name), handler: 'index.handler' });
  expect(await readdir(asset.folder)).toEqual(['index.js', 'index.js.map']);
  const code = await readFile(join(asset.folder, 'index.js'), 'utf8');
  const asked = [...code.matchAll(/\brequire\("([^"]+)"\)/g)].map((match) => match[1] ?? '');
  expect(asked.length).toBeGreaterThan(0);
  expect(asked.filter((module) => !isBuiltin(module) && !onlyNamed.includes(module))).toEqual([]);
});
