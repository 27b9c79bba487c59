import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The path of a file in the top folder of this repository or package, also from a built module in another folder. */
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
