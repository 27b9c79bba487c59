/**
 * Builds the content of the package: `npm run build`, which `npm pack` also runs.
 *
 *   dist/index.cjs, dist/index.js   the library; ESM re-exports CJS, so that a process has one of each class
 *   dist/testing.cjs, .js           the same for each other entry; it takes the library from index.cjs
 *   dist/types/{esm,cjs}            its types, once for each kind of importer
 *   dist/bin/easy-pubsub.js         the command line
 *   dist/lambda/<function>          the three functions, with everything inside
 */
import { chmod, cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { build, type BuildOptions } from 'esbuild';
import { functionNames } from '../lambda/functions.js';
import { bundleFunction } from '../local/functions/bundle-function.js';
import { emitDeclarations } from './declarations.js';
import { entries, peersOf, specifierOf } from './entries.js';
import { fromLibrary } from './from-library.js';
import { peerCheck } from './peer-check.js';

const ROOT = join(import.meta.dirname, '..');
const DIST = join(ROOT, 'dist');
/** As the other bundles require it. */
const LIBRARY = './index.cjs';

interface Manifest {
  dependencies: Record<string, string>;
  peerDependencies?: Record<string, string>;
}

await rm(DIST, { recursive: true, force: true });
await mkdir(DIST, { recursive: true });
const manifest = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as Manifest;
// Dependencies that npm installs with the package are not bundled; the others (tables, colours) are.
const installed = [...Object.keys(manifest.dependencies), ...Object.keys(manifest.peerDependencies ?? {}), 'esbuild'];
const common: BuildOptions = {
  absWorkingDir: ROOT,
  bundle: true,
  platform: 'node',
  target: 'node20',
  external: installed.flatMap((name) => [name, `${name}/*`]),
  logLevel: 'warning',
};

/** A bundle beside the library takes what the library exports from its bundle. */
function beside(name: string): BuildOptions {
  const address = "const moduleAddress = require('node:url').pathToFileURL(__filename).href;";
  const peers = peersOf[name];
  const check = peers === undefined ? [] : [peerCheck(specifierOf(name), peers, LIBRARY)];
  return {
    plugins: [fromLibrary(ROOT, LIBRARY)],
    define: { 'import.meta.url': 'moduleAddress' },
    banner: { js: [address, ...check].join('\n') },
  };
}

await Promise.all([libraries(), commandLine(), types(), functions()]);

async function libraries(): Promise<void> {
  // The others load the first one, the library.
  for (const [name, source] of Object.entries(entries)) await library(name, source);
}

/** ESM takes the classes of CommonJS, so that a process has one of each; so do the other entries. */
async function library(name: string, source: string): Promise<void> {
  const outfile = join(DIST, `${name}.cjs`);
  await build({
    ...common,
    entryPoints: [source],
    outfile,
    format: 'cjs',
    keepNames: true,
    ...(name === 'index' ? {} : beside(name)),
  });
  const names = Object.keys(createRequire(import.meta.url)(outfile) as object).sort();
  const lines = [`import library from './${name}.cjs';`, `export const { ${names.join(', ')} } = library;`, ''];
  await writeFile(join(DIST, `${name}.js`), lines.join('\n'));
}

async function commandLine(): Promise<void> {
  const outfile = join(DIST, 'bin', 'easy-pubsub.js');
  await build({
    ...common,
    entryPoints: ['bin/easy-pubsub.ts'],
    outfile,
    format: 'esm',
    // CommonJS packages that we put inside ask for Node's own modules.
    banner: {
      js: "import { createRequire as requireFor } from 'node:module'; const require = requireFor(import.meta.url);",
    },
  });
  await chmod(outfile, 0o755);
}

async function types(): Promise<void> {
  const [esm, cjs] = [join(DIST, 'types', 'esm'), join(DIST, 'types', 'cjs')];
  await emitDeclarations(esm, { check: true });
  await cp(esm, cjs, { recursive: true });
  await declareCommonJs(cjs);
}

async function functions(): Promise<void> {
  for (const name of functionNames) await bundleFunction(name, join(DIST, 'lambda', name));
  await declareCommonJs(join(DIST, 'lambda'));
}

/** In a package of modules, the package.json of a folder declares that its files are CommonJS. */
async function declareCommonJs(folder: string): Promise<void> {
  await writeFile(join(folder, 'package.json'), '{ "type": "commonjs" }\n');
}
