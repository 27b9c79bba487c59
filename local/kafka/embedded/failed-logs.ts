import { copyFile, mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from '../../os/cache.js';
import type { Environment } from '../context.js';

/** The number of failures that are kept; older ones are deleted. */
const KEPT_FAILURES = 10;

/**
 * Saves the logs and configurations of a failed start, without data, from its temporary folder to the cache.
 *
 * @returns the folder with the copies, or undefined if that failed too
 */
export async function keepFailedLogs(env: Environment, folder: string): Promise<string | undefined> {
  try {
    const parent = join(cacheFolder(env), 'failed');
    await mkdir(parent, { recursive: true });
    await forgetOldest(parent);
    // Sortable by time, and unique if two starts fail in the same second.
    const kept = await mkdtemp(join(parent, `${new Date().toISOString().replaceAll(':', '-').slice(0, 19)}-`));
    for (const name of await readdir(folder)) {
      if (name.endsWith('.log') || name.endsWith('.properties')) await copyFile(join(folder, name), join(kept, name));
    }
    return kept;
  } catch {
    return undefined;
  }
}

async function forgetOldest(parent: string): Promise<void> {
  const folders: string[] = [];
  for (const name of (await readdir(parent)).sort()) {
    if ((await stat(join(parent, name))).isDirectory()) folders.push(name);
  }
  for (const name of folders.slice(0, Math.max(0, folders.length - KEPT_FAILURES + 1))) {
    await rm(join(parent, name), { recursive: true, force: true });
  }
}
