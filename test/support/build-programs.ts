import { readFile, rm } from 'node:fs/promises';
import { readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { entries } from '../../scripts/entries.js';

const ROOT = join(import.meta.dirname, '../..');

/** What tests run in separate processes, and the package as programs of users import it. */
const entryPoints = [
  'bin/easy-pubsub.ts',
  'drills/run.ts',
  ...Object.values(entries),
  ...readdirSync(import.meta.dirname)
    .filter((file) => file.endsWith('-child.ts'))
    .map((file) => `test/support/${file}`),
  'test/local/kafka/fixtures/hold-kafka.ts',
  'test/local/os/fixtures/watched.ts',
  'test/testing/fixtures/hold-test-kafka.ts',
];

/**
 * Builds the programs once for a run of tests: otherwise hundreds of processes would each transform all of them.
 * The bundles behave like the sources: paths that are relative to a source file stay valid.
 *
 * @returns the folder of the bundles
 */
export async function buildPrograms(): Promise<string> {
  const outdir = join(ROOT, 'node_modules/.cache/easy-pubsub-tests', String(process.pid));
  await rm(outdir, { recursive: true, force: true });
  process.on('exit', () => rmSync(outdir, { recursive: true, force: true }));
  await build({
    absWorkingDir: ROOT,
    entryPoints,
    outbase: ROOT,
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
  return outdir;
}
