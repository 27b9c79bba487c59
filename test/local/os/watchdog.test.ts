import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, onTestFinished, test } from 'vitest';
import { isAlive } from '../../../local/os/processes.js';
import { Watchdog, type ProcessSpec } from '../../../local/os/watchdog.js';
import { sandbox } from '../../support/broker-sandbox.js';
import { patient } from '../../support/patience.js';
import { built } from '../../support/programs.js';

async function watched(): Promise<{ watchdog: Watchdog; folder: string; sleeper: (script?: string) => ProcessSpec }> {
  const { env } = await sandbox('nothing');
  const watchdog = await Watchdog.start();
  onTestFinished(() => watchdog.close());
  const folder = await watchdog.folder(env['TMPDIR'] ?? '', 'easy-pubsub-test-');
  const sleeper = (script = 'sleep 300 & echo $!; wait'): ProcessSpec => ({
    file: '/bin/sh',
    args: ['-c', script],
    cwd: folder,
    env: { PATH: process.env['PATH'] },
    logFile: join(folder, 'out.log'),
  });
  return { watchdog, folder, sleeper };
}

/** The id that the sleeper's shell printed: a grandchild of the watchdog. */
async function grandchild(folder: string): Promise<number> {
  const read = async (): Promise<number> => Number(await readFile(join(folder, 'out.log'), 'utf8').catch(() => '0'));
  await expect.poll(read).toBeGreaterThan(0);
  return read();
}

const gone = (pid: number): Promise<void> => expect.poll(() => isAlive(pid), { timeout: patient(10_000) }).toBe(false);

describe('the watchdog', () => {
  test('ends processes and their children, and removes folders, when it is closed', async () => {
    const { watchdog, folder, sleeper } = await watched();
    const child = await watchdog.run(sleeper());
    const below = await grandchild(folder);
    expect(isAlive(child.pid)).toBe(true);
    await watchdog.close();
    await watchdog.close();
    expect(existsSync(folder)).toBe(false);
    await gone(child.pid);
    await gone(below);
    await expect(child.ended).resolves.toMatchObject({ signal: 'SIGKILL' });
  });

  test('does the same when its parent is killed', async () => {
    const { env } = await sandbox('nothing');
    const parent = spawn(process.execPath, [built('test/local/os/fixtures/watched.ts')], {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const lines = createInterface({ input: parent.stdout });
    for await (const line of lines) {
      const { pids, folder } = JSON.parse(line) as { pids: number[]; folder: string };
      expect(pids.map(isAlive)).toEqual([true, true]);
      parent.kill('SIGKILL');
      for (const pid of pids) await gone(pid);
      await expect.poll(() => existsSync(folder), { timeout: patient(10_000) }).toBe(false);
      return;
    }
    expect.unreachable('the fixture said nothing');
  });

  test('leaves its processes to its parent if it is killed itself', async () => {
    const { watchdog, sleeper } = await watched();
    const child = await watchdog.run(sleeper());
    process.kill(watchdog.pid ?? 0, 'SIGKILL');
    await child.ended;
    await gone(child.pid);
    await expect(watchdog.run(sleeper())).rejects.toMatchObject({ code: 'kafka_unavailable' });
  });

  test('reports how a process ended', async () => {
    const { watchdog, sleeper } = await watched();
    const child = await watchdog.run(sleeper('exit 7'));
    await expect(child.ended).resolves.toEqual({ exitCode: 7, signal: null });
    expect(child.end).toEqual({ exitCode: 7, signal: null });
  });

  test('reports a missing program', async () => {
    const { watchdog, sleeper } = await watched();
    await expect(watchdog.run({ ...sleeper(), file: '/nowhere/java' })).rejects.toMatchObject({
      code: 'kafka_unavailable',
      raw_message: expect.stringContaining('ENOENT') as string,
    });
  });

  test('releases processes that are to continue', async () => {
    const { watchdog, folder, sleeper } = await watched();
    const child = await watchdog.run(sleeper('exec sleep 300'));
    await watchdog.forget();
    expect(isAlive(child.pid)).toBe(true);
    expect(existsSync(folder)).toBe(true);
    process.kill(child.pid, 'SIGKILL');
  });
});
