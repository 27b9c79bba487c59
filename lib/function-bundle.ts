import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BuildOptions, OutputFile } from 'esbuild';
import type { ClientName } from '../src/pubsub/config/settings.js';

/** The folder of the repository, independent of the current folder. */
export const REPOSITORY_ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Replaces modules that only other credential providers need. */
const NOTHING = fileURLToPath(new URL('absent-credential-chain.cjs', import.meta.url));

/** Packages of @platformatic/kafka that nothing here uses. */
const CODECS = fileURLToPath(new URL('absent-codecs.cjs', import.meta.url));
/** Replaces the package's index by the parts that are used. */
const PARTS = fileURLToPath(new URL('platformatic-parts.mjs', import.meta.url));

/** Replaces 13 kB of JavaScript. */
const NODE_SHA_256 = fileURLToPath(new URL('node-sha256.mjs', import.meta.url));

/**
 * Options that bundle a function into one file with all dependencies. These include the AWS SDK, because the runtime
 * has other versions of it and does not have some packages that the signer requires.
 *
 * The signer requires every credential provider, and an STS client for debugging, which are 500 kB at each cold start.
 * The SDK's Lambda client does the same. A function only uses the credentials in its environment, so the others are
 * left out.
 */
const common = {
  absWorkingDir: REPOSITORY_ROOT,
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  // ES modules if a package has them, so that unused parts are left out.
  mainFields: ['module', 'main'],
  minify: true,
  keepNames: false,
  sourcemap: true,
  // Names and lines are enough for a stack trace; the source is in the repository.
  sourcesContent: false,
  alias: {
    '@aws-sdk/credential-providers': NOTHING,
    '@aws-sdk/client-sts': NOTHING,
    '@aws-sdk/credential-provider-node': NOTHING,
    '@aws-crypto/sha256-js': NODE_SHA_256,
  },
  // A faster implementation that the signer uses if it is installed; it is not.
  external: ['@aws-sdk/signature-v4-crt', '@aws-sdk/signature-v4a'],
  // Packages import their whole package.json for a version or an address in a message.
  loader: { '.json': 'empty' },
  legalComments: 'none',
  logLevel: 'error',
} as const satisfies BuildOptions;

/** What @platformatic/kafka needs: its ajv reads schemas from JSON files, and it asks for its own address. */
const forPlatformatic = {
  loader: {},
  alias: { ...common.alias, '@platformatic/wasm-utils': CODECS, avsc: CODECS, '@platformatic/kafka': PARTS },
  banner: { js: "const bundleAddress = require('node:url').pathToFileURL(__filename).href;" },
} as const satisfies BuildOptions;

/** Options that bundle a function with one client library. */
export function functionBundle(client: ClientName): BuildOptions {
  const define = { BUNDLED_CLIENT: JSON.stringify(client) };
  return client === 'kafkajs'
    ? { ...common, define }
    : { ...common, ...forPlatformatic, define: { ...define, 'import.meta.url': 'bundleAddress' } };
}

/** The source map has paths relative to this folder, so that the bundle does not depend on the output folder. */
const SEEMINGLY_IN = join(REPOSITORY_ROOT, 'cdk.out', 'asset', 'index.js');

/**
 * Options that bundle one function. The stack, local runs and the package all use these, so that the code that is
 * tested on a laptop is, byte for byte, the deployed code.
 *
 * @param source relative to the repository
 * @param client the client library that it has
 */
export function functionBuild(source: string, client: ClientName): BuildOptions & { write: false } {
  return { ...functionBundle(client), entryPoints: [source], outfile: SEEMINGLY_IN, write: false };
}

/** Writes the result of a build with these options: `index.js` and its source map. */
export function writeBundle(folder: string, { outputFiles }: { readonly outputFiles: readonly OutputFile[] }): void {
  mkdirSync(folder, { recursive: true });
  for (const { path, contents } of outputFiles) writeFileSync(join(folder, basename(path)), contents);
}
