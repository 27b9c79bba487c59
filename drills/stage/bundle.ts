import { join } from 'node:path';
import { build } from 'esbuild';

/** Makes the program of the drills' processes one file, so that each starts fast. */
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
    // Less to compile, six times a drill.
    minify: true,
    keepNames: true,
    logLevel: 'error',
  });
  return outfile;
}
