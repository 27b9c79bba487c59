import { join } from 'node:path';

/** The file that Node runs for a source file: built at the start of a run (`vitest.config.ts`, `build-programs.ts`). */
export function built(source: string): string {
  return join(process.env['TEST_PROGRAMS'] ?? '', source.replace(/\.ts$/, '.mjs'));
}

/** Arguments for Node that start the command line. */
export const program: readonly string[] = [built('bin/easy-pubsub.ts')];
