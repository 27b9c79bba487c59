/** Writes the pages of docs/, and the types, that come from other code: `npm run generate`. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CONFIG_INPUT, configInput } from './docs/config-input.js';
import { pages } from './docs/pages.js';

await writeFile(join(import.meta.dirname, '..', CONFIG_INPUT), await configInput());
for (const [name, page] of Object.entries(pages)) {
  await writeFile(join(import.meta.dirname, '..', 'docs', name), page());
}
