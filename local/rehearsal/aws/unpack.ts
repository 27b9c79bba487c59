import { cp, mkdir, realpath, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { refusal } from '../refusal.js';
import type { FunctionModel } from '../template/index.js';

/**
 * Puts a function's code into a folder of its own, away from anything that it could find beside it by accident.
 *
 * @returns the folder
 */
export async function unpack({ code, name, logicalId }: FunctionModel, folder: string): Promise<string> {
  const own = join(folder, name);
  await mkdir(own, { recursive: true });
  switch (code.kind) {
    case 'folder':
      // A link is followed here, and kept where it is part of the code.
      await cp(await realpath(code.path), own, { recursive: true });
      return own;
    case 'inline':
      await writeFile(join(own, 'index.js'), code.text);
      return own;
    case 'zip':
      throw refusal(
        `Resources.${logicalId}.Properties.Code`,
        'is a .zip file',
        `Unpack ${code.path}, and name its folder.`,
      );
  }
}
