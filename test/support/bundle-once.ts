import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { FunctionName } from '../../lambda/functions.js';
import { bundleFunction as makeBundle } from '../../local/functions/bundle-function.js';
import type { ClientName } from '../../src/pubsub/config/settings.js';

/** Where the programs of a run of tests are (`build-programs.ts`, which writes it into them). */
declare const PROGRAMS_FOLDER: string | undefined;

/**
 * The bundle of a function, made once in a run of tests: bundling takes as long as the rest of a short command.
 *
 * @returns its folder, which is not to be changed
 */
export async function bundleOnce(name: FunctionName, client: ClientName = 'kafkajs'): Promise<string> {
  const programs = typeof PROGRAMS_FOLDER === 'string' ? PROGRAMS_FOLDER : (process.env['TEST_PROGRAMS'] ?? '');
  const folder = join(programs, 'functions', client, name);
  if (existsSync(folder)) return folder;
  const own = `${folder}-${randomUUID()}`;
  await makeBundle(name, own, client);
  await mkdir(dirname(folder), { recursive: true });
  // Another process may have made the same one.
  await rename(own, folder).catch(() => rm(own, { recursive: true }));
  return folder;
}

/** Replaces `local/functions/bundle-function.ts` in the programs of a run of tests: it copies the bundle. */
export async function bundleFunction(name: FunctionName, folder: string, client?: ClientName): Promise<void> {
  await cp(await bundleOnce(name, client), folder, { recursive: true });
}
