import { readFile, rm } from 'node:fs/promises';
import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const ROOT = join(import.meta.dirname, '../..');

/**
 * Builds the command line once for a run of tests: otherwise hundreds of processes would each transform all of it.
 * The bundle behaves like the sources: paths that are relative to a source file stay valid.
 *
 * @returns arguments for Node that start it
 */
export async function buildProgram(): Promise<string[]> {
  const outdir = join(ROOT, 'node_modules/.cache/easy-pubsub-tests', String(process.pid));
  await rm(outdir, { recursive: true, force: true });
  process.on('exit', () => rmSync(outdir, { recursive: true, force: true }));
  await build({
    absWorkingDir: ROOT,
    entryPoints: ['bin/easy-pubsub.ts'],
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
    target: 'node20',
    sourcemap: 'inline',
    logLevel: 'warning',
    plugins: [
      {
        name: 'where the sources lie',
        setup({ onLoad }) {
          onLoad({ filter: /\.ts$/ }, async ({ path }) => ({
            loader: 'ts',
            contents: (await readFile(path, 'utf8'))
              .replaceAll('import.meta.dirname', JSON.stringify(dirname(path)))
              .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href)),
          }));
        },
      },
    ],
  });
  return [join(outdir, 'easy-pubsub.mjs')];
}
