import { configurationPage } from './configuration-page.js';
import { reportSchema } from './report-schema.js';

/** The pages of docs/ that are generated from the code, by file name. test/docs holds that they are fresh. */
export const pages: Readonly<Record<string, () => string>> = {
  'configuration.md': configurationPage,
  'sanity-report.schema.json': reportSchema,
};
