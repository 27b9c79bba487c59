import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { functionDescriptors, type FunctionName } from '../../lambda/functions.js';
import { functionBuild, writeBundle } from '../../lib/function-bundle.js';
import { pubsub_error } from '../../src/base/error.js';
import { projectFile } from '../os/project-files.js';

/** A folder with a function's code, and its handler as Lambda writes it: "index.handler". */
export interface FunctionAsset {
  folder: string;
  handler: string;
}

/**
 * The code of a function as it is deployed: one file with all dependencies. A checkout bundles its sources into a
 * subfolder of `folder`; an installed package contains the same file.
 */
export async function functionAsset(name: FunctionName, folder: string): Promise<FunctionAsset> {
  const handler = 'index.handler';
  if (projectFile(functionDescriptors[name].source) !== undefined) {
    await bundleFunction(name, join(folder, name));
    return { folder: join(folder, name), handler };
  }
  const built = projectFile(join('dist', 'lambda', name));
  if (built === undefined || !existsSync(join(built, 'index.js'))) {
    throw new pubsub_error('internal', 'handle', `this package has no code for the function ${name}`);
  }
  return { folder: built, handler };
}

/** Bundles a function from the sources of this checkout. */
export async function bundleFunction(name: FunctionName, folder: string): Promise<void> {
  // A development dependency, because an installed package does not bundle.
  const { build } = await import('esbuild');
  writeBundle(folder, await build(functionBuild(functionDescriptors[name].source)));
}
