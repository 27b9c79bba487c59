import { readdir, symlink } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { isRowFile } from './answers.js';

/**
 * Puts a template and what lies beside it into another folder, by links: rows are written beside a template, and its own
 * folder is somebody's.
 *
 * @returns the template there
 */
export async function borrowAssembly(template: string, folder: string): Promise<string> {
  const own = resolve(dirname(template));
  // What an earlier run may have left here would be written over, through the link.
  const entries = (await readdir(own)).filter((name) => !isRowFile(name));
  await Promise.all(entries.map((name) => symlink(join(own, name), join(folder, name))));
  return join(folder, basename(template));
}
