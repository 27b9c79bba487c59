import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { isAlive } from '../../../local/os/processes.js';
import { embeddedSkip } from '../../support/broker-machine.js';
import { descendants, processesWith, sandbox, type Sandbox, type SharedCache } from '../../support/broker-sandbox.js';
import { skipFor } from '../../support/skips.js';
import { built } from '../../support/programs.js';

interface Event {
  progress?: string;
  ready?: { pids: number[]; folder: string };
}

/** Runs the fixture until it says something that matches, and gives it to `act`. */
async function untilItSays(box: Sandbox, matches: (event: Event) => boolean): Promise<ChildProcess> {
  const child = spawn(process.execPath, [built('test/local/kafka/fixtures/hold-kafka.ts')], {
    env: box.env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines = createInterface({ input: child.stdout });
  for await (const line of lines) if (matches(JSON.parse(line) as Event)) return child;
  throw new Error('the fixture ended without saying it');
}

async function endsWithoutTrace(box: Sandbox, child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  const pids = (await descendants(child.pid ?? 0)).map(({ pid }) => pid);
  expect(pids.length).toBeGreaterThanOrEqual(2);
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
  await expect.poll(() => pids.filter(isAlive), { timeout: 15_000 }).toEqual([]);
  expect(await box.leftovers()).toEqual([]);
  expect(await processesWith(box.cache)).toEqual([]);
}

/** `running`: a process that is to be there at that moment. */
const moments = [
  { name: 'while Maven downloads', shared: 'nothing', progress: /Maven to download/, running: /sleep 300/ },
  { name: 'while storage is formatted', shared: 'jars', progress: /to format/, running: /StorageTool/ },
  { name: 'while the broker starts', shared: 'all', progress: /to start/, running: /kafka\.Kafka/ },
] as const satisfies readonly { name: string; shared: SharedCache; progress: RegExp; running: RegExp }[];

export type Moment = (typeof moments)[number]['name'] | 'when the Kafka is up';

/** Tests that a program which is ended at that moment by that signal leaves no process and no folder. */
export function leavesNothing(signal: NodeJS.Signals, names: readonly Moment[]): void {
  beforeEach(async (context) => skipFor(context, await embeddedSkip()));

  test.each(moments.filter(({ name }) => names.includes(name)))('$name', async ({ shared, progress, running }) => {
    const box = await sandbox(shared);
    await box.program('mvn', 'echo "Downloaded from somewhere: a.jar (1 kB)"; sleep 300');
    const child = await untilItSays(box, (event) => progress.test(event.progress ?? ''));
    const below = async (): Promise<string> => (await descendants(child.pid ?? 0)).map(({ args }) => args).join('\n');
    await expect.poll(below, { timeout: 10_000, interval: 10 }).toMatch(running);
    await endsWithoutTrace(box, child, signal);
  });

  if (!names.includes('when the Kafka is up')) return;
  test('when the Kafka is up', async () => {
    const box = await sandbox();
    const child = await untilItSays(box, (event) => event.ready !== undefined);
    await endsWithoutTrace(box, child, signal);
  });
}
