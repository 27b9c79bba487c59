import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Deadline } from '../../../src/base/deadline.js';
import { withLock } from '../../../local/os/lock.js';
import { sandbox } from '../../support/broker-sandbox.js';
import { patient } from '../../support/patience.js';

const options = (ms = 10_000): { deadline: Deadline; waitingFor: string } => ({
  deadline: new Deadline(ms),
  waitingFor: 'the other one',
});

async function lockFile(): Promise<string> {
  return join((await sandbox('nothing')).cache, 'deep', 'x.lock');
}

async function leftBehind(path: string, holder: { pid: number; host: string }): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, JSON.stringify({ ...holder, token: 'other' }));
}

describe('a lock', () => {
  test('admits one holder at a time, and is removed afterwards', async () => {
    const path = await lockFile();
    let inside = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      most = Math.max(most, ++inside);
      await new Promise(setImmediate);
      inside--;
    };
    await Promise.all(Array.from({ length: 8 }, () => withLock(path, options(), work)));
    expect(most).toBe(1);
    await expect(readdir(dirname(path))).resolves.toEqual([]);
  });

  test('is released if the work fails', async () => {
    const path = await lockFile();
    await expect(withLock(path, options(), () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await expect(withLock(path, options(), () => Promise.resolve('in'))).resolves.toBe('in');
  });

  test('of a process that has ended is taken over immediately', async () => {
    const path = await lockFile();
    const ended = spawn(process.execPath, ['-e', '']);
    await once(ended, 'exit');
    await leftBehind(path, { pid: ended.pid ?? 0, host: hostname() });
    const began = performance.now();
    await expect(withLock(path, options(), () => Promise.resolve('in'))).resolves.toBe('in');
    expect(performance.now() - began).toBeLessThan(patient(1_000));
  });

  test('of another machine is taken over after it was not renewed for some time', async () => {
    const path = await lockFile();
    await leftBehind(path, { pid: 1, host: 'elsewhere' });
    const longAgo = new Date(Date.now() - 60_000);
    await utimes(path, longAgo, longAgo);
    await expect(withLock(path, options(), () => Promise.resolve('in'))).resolves.toBe('in');
  });

  test('of a running process is awaited until the deadline, and the waiting is reported', async () => {
    const path = await lockFile();
    await leftBehind(path, { pid: process.pid, host: hostname() });
    let waits = 0;
    const waiting = withLock(path, { ...options(200), onWait: () => waits++ }, () => Promise.resolve());
    await expect(waiting).rejects.toMatchObject({
      code: 'deadline_exceeded',
      hint: expect.stringContaining(path) as string,
    });
    expect(waits).toBe(1);
    await expect(stat(path)).resolves.toBeDefined();
  });
});
