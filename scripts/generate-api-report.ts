/** Writes the reports of the public API to docs: `npm run generate`. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { apiReports } from './api-report.js';

for (const [page, text] of Object.entries(await apiReports())) {
  await writeFile(join(import.meta.dirname, '..', page), text);
}
