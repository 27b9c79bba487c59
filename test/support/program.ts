/** Arguments for Node that start the command line: built at the start of a run (`vitest.config.ts`). */
export const program = JSON.parse(process.env['TEST_PROGRAM'] ?? '[]') as readonly string[];
