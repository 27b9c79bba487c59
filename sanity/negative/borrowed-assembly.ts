import { readdir, symlink } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { isRowFile } from './rows.js';

/**
 * Links a template and the files beside it into another folder: rows are written beside a template, and the user's own
 * folder stays as it is.
 *
 * @returns the template in that folder
 */
export async function borrowAssembly(template: string, folder: string): Promise<string> {
  const own = resolve(dirname(template));
  // Rows that an earlier run left here would be overwritten, through the link.
  const entries = (await readdir(own)).filter((name) => !isRowFile(name));
  await Promise.all(entries.map((name) => symlink(join(own, name), join(folder, name))));
  return join(folder, basename(template));
}
