import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pubsub_error } from '../../src/base/error.js';
import { projectFile } from '../kafka/project-files.js';
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
  const outdir = join(folder, name);
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
    sourcemap: 'inline',
    logLevel: 'error',
  });
  return { folder: outdir, handler: 'index.handler' };
}
