import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseEnv } from 'node:util';

const PACKAGE_NAME = 'easy-pubsub';

/**
 * The folder of this package: the checkout, or its copy in a node_modules folder, also for a built file in another
 * folder.
 */
function packageFolder(): string | undefined {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    const manifest = join(folder, 'package.json');
    if (existsSync(manifest) && nameIn(manifest) === PACKAGE_NAME) return folder;
    const parent = dirname(folder);
    if (parent === folder) return undefined;
    folder = parent;
  }
}

function nameIn(manifest: string): unknown {
  const content: unknown = JSON.parse(readFileSync(manifest, 'utf8'));
  return typeof content === 'object' && content !== null && 'name' in content ? content.name : undefined;
}

/** The path of a file in the top folder of this package (`.env`, `docker-compose.yml`), if it exists. */
export function packageFile(name: string): string | undefined {
  const folder = packageFolder();
  if (folder === undefined) return undefined;
  const path = join(folder, name);
  return existsSync(path) ? path : undefined;
}

/** `KAFKA_VERSION` in the `.env` file, which docker compose also reads, and that file. Both undefined if there is none. */
export function pinnedKafkaVersion(): { readonly version?: string | undefined; readonly file?: string | undefined } {
  const file = packageFile('.env');
  if (file === undefined) return {};
  return { version: parseEnv(readFileSync(file, 'utf8'))['KAFKA_VERSION']?.trim(), file };
}
