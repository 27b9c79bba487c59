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

/** A holder renews its lock at this interval… */
const BEAT_MS = 1_000;
/**
 * …and a holder that has not renewed it for this time has ended, even on another machine (another container may share
 * the folder).
 */
const SILENT_MS = 15_000;
const POLL_MS = 50;

export interface LockOptions {
  deadline: Deadline;
  /** Continues "timed out after … ms waiting for": "the end of the other download". */
  waitingFor: string;
  /** Called once if another process holds the lock. */
  onWait?: (() => void) | undefined;
}

/**
 * Runs one task at a time among all processes that use this lock file. A crashed holder is detected immediately on the
 * same machine (its process does not exist), otherwise because it does not renew the lock.
 *
 * It saves work, but does not protect data: if two processes take over one abandoned lock at the same moment, both run.
 * All users publish their results with an atomic rename, so that this only costs time.
 */
export async function withLock<T>(path: string, options: LockOptions, work: () => Promise<T>): Promise<T> {
  const token = await acquire(path, options);
  const beat = setInterval(() => {
    const now = new Date();
    utimes(path, now, now).catch(() => undefined);
  }, BEAT_MS);
  beat.unref();
  try {
    return await work();
  } finally {
    clearInterval(beat);
    // Another process may have taken the lock, for example after a long suspend.
    if ((await readHolder(path))?.token === token) await rm(path, { force: true });
  }
}

async function acquire(path: string, options: LockOptions): Promise<string> {
  const subject = {
    stage: 'local_kafka',
    what: options.waitingFor,
    hint: `Another process holds the lock ${path}: stop that process, or use a longer time limit.`,
  } as const;
  await makeFolder(dirname(path));
  const holder: Holder = { pid: process.pid, host: hostname(), token: randomUUID() };
  for (let reported = false; ;) {
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
    if (!reported) options.onWait?.();
    reported = true;
    await options.deadline.pause(POLL_MS, subject);
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
  if (age > SILENT_MS) return true;
  const holder = await readHolder(path);
  return holder !== undefined && holder.host === hostname() && !isAlive(holder.pid);
}

/** Renames it first: if several processes saw the same abandoned lock, only one rename succeeds. */
async function removeAbandoned(path: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  await rename(path, aside).catch(() => undefined);
  await rm(aside, { force: true });
}

async function readHolder(path: string): Promise<Holder | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Holder;
  } catch {
    return undefined; // removed, or its content is not written yet
  }
}
