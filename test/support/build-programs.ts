import { readFile, rm } from 'node:fs/promises';
import { readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { entries } from '../../scripts/entries.js';

const ROOT = join(import.meta.dirname, '../..');

/** What tests run in separate processes, and the package as programs of users import it. */
const entryPoints = [
  'bin/easy-pubsub.ts',
  'bin/sanity-environment.ts',
  ...Object.values(entries),
  'drills/run.ts',
  ...readdirSync(import.meta.dirname)
    .filter((file) => file.endsWith('-child.ts'))
    .map((file) => `test/support/${file}`),
  'test/local/kafka/fixtures/hold-kafka.ts',
  'test/local/os/fixtures/watched.ts',
  'test/testing/fixtures/hold-test-kafka.ts',
];

/** Packages that read files beside them, or of which a process has one copy. */
const outside = ['esbuild', 'aws-cdk-lib', 'constructs', 'cdk-nag', '@opentelemetry/api', '@platformatic/kafka'];

/** The bundles behave like the sources: paths that are relative to a source file stay valid. */
const sourcePaths: Plugin = {
  name: 'where the sources lie',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, async ({ path }) => ({
      loader: 'ts',
      contents: (await readFile(path, 'utf8'))
        .replaceAll('import.meta.dirname', JSON.stringify(dirname(path)))
        .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href)),
    }));
  },
};

/** A command takes a function's bundle that another one has made in the same run of tests. */
const bundlesOnce: Plugin = {
  name: 'functions are bundled once',
  setup({ onResolve }) {
    const standIn = join(import.meta.dirname, 'bundle-once.ts');
    onResolve({ filter: /\/bundle-function\.js$/ }, ({ importer }) =>
      importer === standIn ? undefined : { path: standIn },
    );
  },
};

/**
 * Builds the programs once for a run of tests: otherwise hundreds of processes would each transform all of them. Their
 * packages are inside, because to find and load hundreds of files takes most of the time of a short command.
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
    format: 'esm',
    platform: 'node',
    target: 'node20',
    // ES modules if a package has them, so that unused parts are left out.
    mainFields: ['module', 'main'],
    external: outside.flatMap((name) => [name, `${name}/*`]),
    // Packages of CommonJS ask for Node's own modules.
    banner: {
      js: "import { createRequire as requireFor } from 'node:module'; const require = requireFor(import.meta.url);",
    },
    define: { PROGRAMS_FOLDER: JSON.stringify(outdir) },
    logLevel: 'warning',
    plugins: [sourcePaths, bundlesOnce],
  });
  return outdir;
}
