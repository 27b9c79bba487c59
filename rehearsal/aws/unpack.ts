import { cp, mkdir, realpath, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { unpackArchive } from '../plan/code/archive.js';
import { problem } from '../problem.js';
import type { FunctionModel } from '../template/index.js';

/** Where Node finds the packages of a function's layers; undefined for a function without layers. */
export function layerModules(
  { name, layers }: Pick<FunctionModel, 'name' | 'layers'>,
  folder: string,
): string | undefined {
  return layers.length === 0 ? undefined : join(layersOf(name, folder), 'nodejs', 'node_modules');
}

function layersOf(name: string, folder: string): string {
  return join(folder, `${name}-layers`);
}

/**
 * Copies a function's code into a folder of its own, so that it cannot find files that were beside it by accident,
 * and its layers into theirs.
 *
 * @returns the folder
 * @throws pubsub_error `template_refused` for files that cannot be copied
 */
export async function unpack({ name, logicalId, code, layers }: FunctionModel, folder: string): Promise<string> {
  const own = join(folder, name);
  try {
    await mkdir(own, { recursive: true });
    if (code.kind === 'folder') await copy(code.path, own);
    else if (code.kind === 'zip') await unpackArchive(code.path, own);
    else await writeFile(join(own, 'index.js'), code.text);
    // As in Lambda: a later layer overwrites the files of an earlier one.
    for (const layer of layers) await copy(layer, layersOf(name, folder));
    return own;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw problem(`Resources.${logicalId}.Properties.Code`, `cannot be unpacked: ${reason}`);
  }
}

/** A link to the code itself is followed; links inside of the code are kept. */
async function copy(from: string, to: string): Promise<void> {
  await cp(await realpath(from), to, { recursive: true });
}
