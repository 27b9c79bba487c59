import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CONFIG_INPUT, configInput } from '../../scripts/docs/config-input.js';
import { pages } from '../../scripts/docs/pages.js';

test('the types of the settings are as `npm run generate` writes them', async () => {
  expect(await readFile(CONFIG_INPUT, 'utf8')).toBe(await configInput());
});

test.each(Object.entries(pages))('docs/%s is as `npm run generate` writes it', async (name, page) => {
  expect(await readFile(join('docs', name), 'utf8')).toBe(page());
});
