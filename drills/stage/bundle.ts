import { join } from 'node:path';
import { build } from 'esbuild';

/** Bundles the program of the drills' processes into one file, so that each starts fast. */
export async function bundleProgram(folder: string): Promise<string> {
  const outfile = join(folder, 'program.cjs');
  await build({
    entryPoints: [join(import.meta.dirname, '../programs/program.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    external: ['@aws-sdk/signature-v4-crt', '@aws-sdk/signature-v4a'],
    // Less code to compile, for six processes in each drill.
    minify: true,
    keepNames: true,
    logLevel: 'error',
  });
  return outfile;
}
