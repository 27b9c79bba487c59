import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { keptNode } from '../test/support/other-node.js';

/** The Node of this major version, or the one that runs this. */
export async function nodeFor(major: string | undefined): Promise<string> {
  if (major === undefined) return process.execPath;
  const node = await keptNode(major);
  if (node === undefined) throw new Error(`npm cannot bring Node ${major}`);
  return node;
}

export async function versionOf(node: string): Promise<string> {
  return (await promisify(execFile)(node, ['--version'])).stdout.trim();
}
