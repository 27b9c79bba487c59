/** Writes docs/easy-pubsub.api.md: `npm run generate`. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { API_REPORT, apiReport } from './api-report.js';

await writeFile(join(import.meta.dirname, '..', API_REPORT), await apiReport());
