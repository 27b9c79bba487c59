import { API_REPORT } from '../api-report.js';
import { referencePages } from '../api-reference.js';
import { pages } from './pages.js';

/** Every page of docs/ that is generated: by `npm run generate`, or by a test (docs/permissions.md). */
export const generatedPages: readonly string[] = [
  ...Object.keys(pages).map((name) => `docs/${name}`),
  ...Object.values(referencePages),
  API_REPORT,
  'docs/permissions.md',
];
