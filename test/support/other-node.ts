import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/**
 * The path of a Node of this major version: the one that runs this process, or the newest from npm, installed into
 * `folder`. npm's `node` package is a script that installs the package of the platform; that package is installed
 * directly.
 */
export async function nodeOfVersion(major: string, folder: string): Promise<string> {
  if (process.version.startsWith(`v${major}.`)) return process.execPath;
  const name = `node-${process.platform}-${process.arch}`;
  const home = join(folder, `node-${major}`);
  const program = join(home, 'node_modules', name, 'bin', 'node');
  if (existsSync(program)) return program;
  await mkdir(home, { recursive: true });
  await writeFile(join(home, 'package.json'), '{ "private": true }');
  await promisify(execFile)('npm', ['install', '--loglevel', 'error', `${name}@${major}`], { cwd: home });
  return program;
}

/** The same, kept with the other downloads of this checkout: undefined if npm cannot install it. */
export async function keptNode(major: string): Promise<string | undefined> {
  try {
    return await nodeOfVersion(major, join(import.meta.dirname, '../../node_modules/.cache/easy-pubsub'));
  } catch {
    return undefined;
  }
}
