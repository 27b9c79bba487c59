import { createPrivateKey } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { pubsub_error } from '../../src/base/error.js';
import { newKey, voucherOf, type Voucher } from './login/jws.js';

/**
 * A key that is kept longer than a gateway runs, for brokers that the user starts and that read its public part when
 * they start.
 */
export interface KeptKey {
  voucher: Voucher;
  /** The file that brokers read. */
  keySetFile: string;
  keySetUrl: string;
}

/** Uses the key in a folder, or creates one there. Only its owner can read the private part. */
export async function keptKey(folder: string): Promise<KeptKey> {
  const keyFile = join(folder, 'key.pem');
  const keySetFile = join(folder, 'keys.json');
  await mkdir(folder, { recursive: true });
  const voucher = voucherOf(createPrivateKey(await readOrMake(keyFile)));
  // A container may run as another user.
  await put(keySetFile, voucher.keySet, 0o644);
  return { voucher, keySetFile, keySetUrl: pathToFileURL(keySetFile).href };
}

async function readOrMake(file: string): Promise<string> {
  const kept = await readFile(file, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new pubsub_error('argument_invalid', 'local_kafka', `the gateway’s key ${file} cannot be read`, {
      cause: error,
    });
  });
  if (kept !== undefined) return kept;
  const made = (await newKey()).export({ type: 'pkcs8', format: 'pem' }).toString();
  await put(file, made, 0o600);
  return made;
}

/** Writes only if the content differs: a container does not notice that a file which it mounts was replaced. */
async function put(file: string, text: string, mode: number): Promise<void> {
  if ((await readFile(file, 'utf8').catch(() => undefined)) === text) return;
  const incoming = `${file}.${process.pid}`;
  await writeFile(incoming, text, { mode });
  await rename(incoming, file);
}
