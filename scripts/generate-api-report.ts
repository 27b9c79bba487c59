/** Writes docs/easy-pubsub.api.md and the API reference: `npm run generate`. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { apiReference } from './api-reference.js';
import { API_REPORT, apiReport } from './api-report.js';
import { withDeclarations } from './declarations.js';

const ROOT = join(import.meta.dirname, '..');

await writeFile(join(ROOT, API_REPORT), await withDeclarations(apiReport));
for (const [page, text] of Object.entries(await apiReference())) await writeFile(join(ROOT, page), text);
