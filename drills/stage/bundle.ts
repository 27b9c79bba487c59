import { join } from 'node:path';
import { build, type BuildOptions } from 'esbuild';
import { functionBundle } from '../../lib/function-bundle.js';
import type { KafkaLibrary } from '../programs/input.js';

/** @platformatic/kafka is bundled as in the functions: only with the parts of it that are used. */
const optionsFor: Readonly<Record<KafkaLibrary, BuildOptions>> = {
  kafkajs: { external: ['@aws-sdk/signature-v4-crt', '@aws-sdk/signature-v4a', '@platformatic/kafka'] },
  platformatic: functionBundle('platformatic'),
};

/** Bundles the program of the drills' processes into one file, so that each starts fast. */
export async function bundleProgram(folder: string, library: KafkaLibrary): Promise<string> {
  const outfile = join(folder, 'program.cjs');
  await build({
    ...optionsFor[library],
    entryPoints: [join(import.meta.dirname, '../programs/program.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    // Less code to compile, for six processes in each drill.
    minify: true,
    keepNames: true,
    sourcemap: false,
    logLevel: 'error',
  });
  return outfile;
}
