import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pages } from '../../scripts/docs/pages.js';

test.each(Object.entries(pages))('docs/%s is as `npm run generate` writes it', async (name, page) => {
  expect(await readFile(join('docs', name), 'utf8')).toBe(page());
});
