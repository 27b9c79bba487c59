import { cp, mkdir, realpath, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { refusal } from '../refusal.js';
import type { FunctionCode, FunctionModel } from '../template/index.js';

/**
 * Puts a function's code into a folder of its own, away from anything that it could find beside it by accident.
 *
 * @returns the folder
 */
export async function unpack(model: FunctionModel, folder: string): Promise<string> {
  const code = refuseZip(model);
  const own = join(folder, model.name);
  await mkdir(own, { recursive: true });
  // A link is followed here, and kept where it is part of the code.
  if (code.kind === 'folder') await cp(await realpath(code.path), own, { recursive: true });
  else await writeFile(join(own, 'index.js'), code.text);
  return own;
}

/** @throws pubsub_error `template_refused` for code that is in a .zip file */
export function refuseZip({ code, logicalId }: FunctionModel): Exclude<FunctionCode, { kind: 'zip' }> {
  if (code.kind !== 'zip') return code;
  throw refusal(
    `Resources.${logicalId}.Properties.Code`,
    'is a .zip file',
    `Unpack ${code.path}, and name its folder.`,
  );
}
