import { configurationPage } from './configuration-page.js';

/** The pages of docs/ that are generated from the code, by file name. test/docs holds that they are fresh. */
export const pages: Readonly<Record<string, () => string>> = {
  'configuration.md': configurationPage,
};
