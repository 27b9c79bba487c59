/** Writes the pages of docs/ that come from the code: `npm run generate`. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pages } from './docs/pages.js';

for (const [name, page] of Object.entries(pages)) {
  await writeFile(join(import.meta.dirname, '..', 'docs', name), page());
}
