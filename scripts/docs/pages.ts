import { z } from 'zod';
import { reportSchema } from '../../sanity/report/schema.js';
import { configurationPage } from './configuration-page.js';

/** The pages of docs/ that are generated from the code, by file name. A test in test/docs checks that they are current. */
export const pages: Readonly<Record<string, () => string>> = {
  'configuration.md': configurationPage,
  'sanity-report.schema.json': schemaPage,
};

/** The schema of the output of `sanity --json`. */
function schemaPage(): string {
  const schema = z.toJSONSchema(reportSchema, { target: 'draft-2020-12' });
  return `${JSON.stringify({ title: 'Sanity report, version 1', ...schema }, null, 2)}\n`;
}
