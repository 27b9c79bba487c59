import { readFileSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, isAbsolute, join, normalize } from 'node:path';
import { unzipSync } from 'fflate';

/**
 * Names of the files in a .zip file.
 * @throws Error if it is not a .zip file
 */
export function filesInArchive(file: string): string[] {
  const names: string[] = [];
  unzipSync(readFileSync(file), {
    filter: ({ name }) => {
      names.push(name);
      return false;
    },
  });
  return names.filter((name) => !name.endsWith('/'));
}

/** Unpacks a .zip file into a folder. A file that would lie outside of it is left out. */
export async function unpackArchive(file: string, folder: string): Promise<void> {
  const contents = unzipSync(await readFile(file));
  for (const [name, bytes] of Object.entries(contents)) {
    const inside = normalize(name);
    if (name.endsWith('/') || isAbsolute(inside) || inside.startsWith('..')) continue;
    await mkdir(dirname(join(folder, inside)), { recursive: true });
    await writeFile(join(folder, inside), bytes);
  }
}
