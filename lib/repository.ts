import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A file at the top of this repository or package, from wherever a build has moved this module to. */
export function fileAbove(name: string): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    const file = join(folder, name);
    if (existsSync(file) && existsSync(join(folder, 'package.json'))) return file;
    const parent = dirname(folder);
    if (parent === folder) throw new Error(`${name} is missing from this package`);
    folder = parent;
  }
}
