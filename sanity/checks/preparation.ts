import type { CheckHead } from './check.js';

/** Checks that a kind of run makes itself, before its functions are used. */
export const preparation = {
  config: { id: 'config', title: 'configuration is valid' },
  kafka: { id: 'kafka', title: 'brokers for the run were chosen' },
  foreign_groups: { id: 'foreign_groups', title: 'no group of another program uses the topics' },
} as const satisfies Record<string, CheckHead>;
