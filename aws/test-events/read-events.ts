import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Events } from './content.js';

/** The events of a folder by the names of their files, without the expected results beside them. */
export async function readEvents(folder: string): Promise<Events> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.json') && !file.endsWith('.expected.json'));
  const read = files
    .sort()
    .map(async (file) => [basename(file, '.json'), JSON.parse(await readFile(join(folder, file), 'utf8'))] as const);
  return Object.fromEntries(await Promise.all(read));
}
