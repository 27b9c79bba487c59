import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import type { Deadline } from '../../src/base/deadline.js';
import { pubsub_error } from '../../src/base/error.js';
import { isCode, isAlive } from './processes.js';

interface Holder {
  pid: number;
  host: string;
  token: string;
}

/** A holder touches its lock this often… */
const beatMs = 1_000;
/** …and one that has not for so long is gone, wherever it ran (another container may share the folder). */
const silentMs = 15_000;
const pollMs = 50;

export interface LockOptions {
  deadline: Deadline;
  /** Continues "… ms passed without": "the other download's end". */
  waitingFor: string;
  /** Called once if someone else holds the lock. */
  onWait?: (() => void) | undefined;
}

/**
 * Runs one piece of work at a time among all processes that use this lock file. A holder that crashed is noticed at
 * once on the same machine (its process is gone), else by its silence.
 *
 * It saves work, it does not guard data: should two processes take over one dead lock in the same instant, both
 * run. Anyone who works under it publishes results by an atomic rename, so that this costs time and nothing else.
 */
export async function withLock<T>(path: string, options: LockOptions, work: () => Promise<T>): Promise<T> {
  const token = await acquire(path, options);
  const beat = setInterval(() => {
    const now = new Date();
    utimes(path, now, now).catch(() => undefined);
  }, beatMs);
  beat.unref();
  try {
    return await work();
  } finally {
    clearInterval(beat);
    // Not ours any more if someone thought us dead, after a long suspend for example.
    if ((await readHolder(path))?.token === token) await rm(path, { force: true });
  }
}

async function acquire(path: string, options: LockOptions): Promise<string> {
  const subject = {
    stage: 'local_kafka',
    what: options.waitingFor,
    hint: `Another process holds ${path}; end it, or give more time.`,
  } as const;
  await makeFolder(dirname(path));
  const holder: Holder = { pid: process.pid, host: hostname(), token: randomUUID() };
  for (let told = false; ;) {
    options.deadline.check(subject);
    try {
      await writeFile(path, JSON.stringify(holder), { flag: 'wx' });
      return holder.token;
    } catch (error) {
      if (!isCode(error, 'EEXIST')) throw error;
    }
    if (await isAbandoned(path)) {
      await removeAbandoned(path);
      continue;
    }
    if (!told) options.onWait?.();
    told = true;
    await options.deadline.pause(pollMs, subject);
  }
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw new pubsub_error('kafka_unavailable', 'local_kafka', `the cache folder ${folder} cannot be created`, {
      hint: 'Set a folder that is writable: EASY_PUBSUB_CACHE=/some/folder',
      cause: error,
    });
  }
}

async function isAbandoned(path: string): Promise<boolean> {
  const age = await stat(path).then(
    (found) => Date.now() - found.mtimeMs,
    () => undefined,
  );
  if (age === undefined) return false;
  if (age > silentMs) return true;
  const holder = await readHolder(path);
  return holder !== undefined && holder.host === hostname() && !isAlive(holder.pid);
}

/** Moves it aside first: of several that saw the same dead lock, one succeeds and the others find nothing to move. */
async function removeAbandoned(path: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  await rename(path, aside).catch(() => undefined);
  await rm(aside, { force: true });
}

async function readHolder(path: string): Promise<Holder | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Holder;
  } catch {
    return undefined; // gone, or its content is not written yet
  }
}
