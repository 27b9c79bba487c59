import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BuildOptions, OutputFile } from 'esbuild';

/** The repository, wherever synth is started from. */
export const REPOSITORY_ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Takes the place of what only other ways to credentials need. */
const NOTHING = fileURLToPath(new URL('absent-credential-chain.cjs', import.meta.url));

/** Takes the place of 13 kB of JavaScript. */
const NODE_SHA_256 = fileURLToPath(new URL('node-sha256.mjs', import.meta.url));

/**
 * How a function becomes one file with everything inside (the AWS SDK's parts too: the runtime's own copies are of
 * other versions, and some packages that the signer asks for are not there at all).
 *
 * The signer requires every way to get credentials, and an STS client for debugging: 500 kB that are loaded at each
 * cold start; so does the SDK's client of Lambda. A function has its credentials in its environment and signs with those
 * alone, so they are left out.
 */
export const functionBundle = {
  absWorkingDir: REPOSITORY_ROOT,
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  // ES modules where a package has them: what is not used of them stays out.
  mainFields: ['module', 'main'],
  minify: true,
  keepNames: false,
  sourcemap: true,
  // Names and lines are enough for a stack trace; the texts are in the repository.
  sourcesContent: false,
  alias: {
    '@aws-sdk/credential-providers': NOTHING,
    '@aws-sdk/client-sts': NOTHING,
    '@aws-sdk/credential-provider-node': NOTHING,
    '@aws-crypto/sha256-js': NODE_SHA_256,
  },
  // A faster implementation that the signer uses where it is installed; it is not.
  external: ['@aws-sdk/signature-v4-crt', '@aws-sdk/signature-v4a'],
  // Packages ask for their own package.json, whole, for a version or an address in a message.
  loader: { '.json': 'empty' },
  legalComments: 'none',
  logLevel: 'error',
} as const satisfies BuildOptions;

/** The source map has paths from here, so that the bundle is the same in whatever folder it is written to. */
const SEEMINGLY_IN = join(REPOSITORY_ROOT, 'cdk.out', 'asset', 'index.js');

/**
 * Options that bundle one function. The stack, local runs and the package all use these, so that what is tested on a
 * laptop is, byte for byte, what is deployed.
 *
 * @param source from the repository's root
 */
export function functionBuild(source: string): BuildOptions & { write: false } {
  return { ...functionBundle, entryPoints: [source], outfile: SEEMINGLY_IN, write: false };
}

/** Writes what a build with these options made: `index.js` and its source map. */
export function writeBundle(folder: string, { outputFiles }: { readonly outputFiles: readonly OutputFile[] }): void {
  mkdirSync(folder, { recursive: true });
  for (const { path, contents } of outputFiles) writeFileSync(join(folder, basename(path)), contents);
}
