import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { BuildOptions } from 'esbuild';
import { pubsub_error } from '../../src/base/error.js';
import { projectFile } from '../os/project-files.js';
import type { FunctionName } from './contract.js';

/** The source file of each function, in lambda/. */
const files: Record<FunctionName, string> = { publisher: 'publisher', worker: 'worker', reply_to: 'reply-to' };

/** A folder with a function's code, and its handler as Lambda writes it: "index.handler". */
export interface FunctionAsset {
  folder: string;
  handler: string;
}

/**
 * The function's code as one file with everything inside, as it is deployed. In a checkout it is bundled from the
 * sources into `folder`; an installed package brings it along.
 */
export async function functionAsset(name: FunctionName, folder: string): Promise<FunctionAsset> {
  const source = projectFile(join('lambda', `${files[name]}.ts`));
  if (source === undefined) {
    const built = projectFile(join('dist', 'lambda', name));
    if (built === undefined || !existsSync(join(built, 'index.js'))) {
      throw new pubsub_error('internal', 'handle', `the code of function ${name} is missing from this package`);
    }
    return { folder: built, handler: 'index.handler' };
  }
  await bundleFunction(source, join(folder, name), { sourcemap: 'inline' });
  return { folder: join(folder, name), handler: 'index.handler' };
}

/** The same for a package, which has no sources to go with it: small, and without a map of them. */
export async function packagedFunction(name: FunctionName, folder: string): Promise<void> {
  await bundleFunction(join('lambda', `${files[name]}.ts`), join(folder, name), { minify: true, keepNames: true });
}

async function bundleFunction(source: string, outdir: string, options: BuildOptions): Promise<void> {
  await mkdir(outdir, { recursive: true });
  // Only checkouts bundle, and they have it.
  const { build } = await import('esbuild');
  await build({
    entryPoints: [source],
    outfile: join(outdir, 'index.js'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    logLevel: 'error',
    ...options,
  });
}
