import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { findOnPath, runCommand } from '../../../local/kafka/commands.js';
import { chooseKafka, endKeptKafka, keptKafka } from '../../../local/kafka/index.js';
import { isAlive } from '../../../local/kafka/lock.js';
import { freePorts } from '../../../local/kafka/ports.js';
import { embeddedSkip } from '../../support/broker-machine.js';
import { descendants, processesWith, sandbox, type Sandbox } from '../../support/broker-sandbox.js';
import { skipFor } from '../../support/skips.js';

beforeEach(async (context) => skipFor(context, await embeddedSkip()));

interface Ran {
  exitCode: number | undefined;
  stdout: string;
  stderr: string;
}

function easyPubsub(box: Sandbox, ...args: string[]): Promise<Ran> {
  const program = join(import.meta.dirname, '../../../bin/easy-pubsub.ts');
  return runCommand(process.execPath, ['--import', 'tsx', program, ...args], { env: box.env, timeoutMs: 60_000 });
}

/** The machine's own Java, for a program that stands before it. */
function javaOf(env: NodeJS.ProcessEnv): string {
  const home = env['JAVA_HOME'];
  return home ? join(home, 'bin', 'java') : (findOnPath('java', env) ?? '');
}

async function keeper(): Promise<{ box: Sandbox; port: string }> {
  const box = await sandbox();
  onTestFinished(async () => {
    await endKeptKafka({ env: box.env });
  });
  const [port] = await freePorts(1);
  return { box, port: String(port) };
}

describe('easy-pubsub kafka', () => {
  test('up keeps one running between commands, which others find, until down', async () => {
    const { box, port } = await keeper();
    expect(await easyPubsub(box, 'kafka', 'status')).toMatchObject({ exitCode: 1 });

    const up = await easyPubsub(box, 'kafka', 'up', '--port', port);
    expect(up).toMatchObject({ exitCode: 0 });
    expect(up.stdout).toMatch(new RegExp(`^Kafka [\\d.]+ runs at 127.0.0.1:${port}: it was started from Maven's jars`));

    const status = await easyPubsub(box, 'kafka', 'status');
    expect(status).toMatchObject({ exitCode: 0 });
    expect(status.stdout).toMatch(/^answers +yes$/m);
    const kept = await keptKafka(box.env);
    expect(kept?.pids).toHaveLength(1);

    const again = await easyPubsub(box, 'kafka', 'up');
    expect(again.stdout).toContain('`kafka up` keeps it running');

    await using found = await chooseKafka({ env: box.env });
    expect(found).toMatchObject({ kind: 'kept', brokers: [`127.0.0.1:${port}`], startedByUs: false });
    await found.stop();
    expect(kept?.pids.every(isAlive)).toBe(true);

    const logs = await easyPubsub(box, 'kafka', 'logs', '-n', '5');
    expect(logs.stdout.trim().split('\n')).toHaveLength(5);

    const other = await easyPubsub(box, 'kafka', 'up', '--nodes', '2');
    expect(other).toMatchObject({ exitCode: 2 });
    expect(other.stderr).toContain('has 1 of the 2 nodes asked for [kafka_unavailable]\n  One at a time is kept.');

    const down = await easyPubsub(box, 'kafka', 'down');
    expect(down).toMatchObject({ exitCode: 0 });
    expect(await processesWith(box.cache)).toEqual([]);
    expect(kept?.kind === 'embedded' && existsSync(kept.folder)).toBe(false);
    expect(await easyPubsub(box, 'kafka', 'down')).toMatchObject({ exitCode: 0, stdout: 'No Kafka is kept.\n' });
    const noLog = await easyPubsub(box, 'kafka', 'logs');
    expect(noLog).toMatchObject({ exitCode: 2 });
  });

  test('one of another version than is asked for is not used, and why says so', async () => {
    const { box, port } = await keeper();
    await using first = await chooseKafka({ env: box.env, keep: true, port: Number(port) });
    const file = join(box.cache, 'kept.json');
    await writeFile(file, (await readFile(file, 'utf8')).replace(/"version": "[^"]+"/, '"version": "3.8.0"'));
    await using second = await chooseKafka({ env: { ...box.env, KAFKA_VERSION: first.version } });
    expect(second.kind).toBe('embedded');
    expect(second.why).toContain(`keeps at 127.0.0.1:${port} is 3.8.0 where ${first.version ?? ''} is asked for`);
    await expect(chooseKafka({ env: box.env, keep: true, version: first.version })).rejects.toMatchObject({
      hint: 'One at a time is kept. End it first: easy-pubsub kafka down',
    });
  });

  test('one that has died is replaced by up, and its folder removed', async () => {
    const { box, port } = await keeper();
    await chooseKafka({ env: box.env, keep: true, port: Number(port) });
    const dead = await keptKafka(box.env);
    for (const pid of dead?.pids ?? []) process.kill(pid, 'SIGKILL');
    await expect.poll(async () => (await keptKafka(box.env))?.pids).toEqual([]);
    expect(await easyPubsub(box, 'kafka', 'status')).toMatchObject({ exitCode: 1 });
    const again = await chooseKafka({ env: box.env, keep: true, port: Number(port) });
    expect(again.why).toContain('does not answer any more');
    expect(dead?.kind === 'embedded' && existsSync(dead.folder)).toBe(false);
    expect((await keptKafka(box.env))?.answers).toBe(true);
  });

  test('down does not touch a process that only has the same id', async () => {
    const { box } = await keeper();
    await chooseKafka({ env: box.env, keep: true });
    const kept = await keptKafka(box.env);
    const file = join(box.cache, 'kept.json');
    const record = JSON.parse(await readFile(file, 'utf8')) as { nodes: { pid: number }[] };
    const real = record.nodes[0]?.pid ?? 0;
    record.nodes[0]!.pid = process.pid;
    await writeFile(file, JSON.stringify(record));
    await endKeptKafka({ env: box.env });
    expect(kept?.pids).toEqual([real]);
    process.kill(real, 'SIGKILL');
  });
});

test('Ctrl-C of kafka up ends with 130 and leaves nothing', async () => {
  const { box } = await keeper();
  await box.program(
    'java',
    `case "$*" in *kafka.Kafka*) exec /bin/sleep 300;; *) exec ${javaOf(process.env)} "$@";; esac`,
  );
  const program = join(import.meta.dirname, '../../../bin/easy-pubsub.ts');
  const up = spawn(process.execPath, ['--import', 'tsx', program, 'kafka', 'up'], { env: box.env, stdio: 'pipe' });
  onTestFinished(() => void up.kill('SIGKILL'));
  await expect.poll(async () => (await descendants(up.pid ?? 0)).length, { timeout: 20_000 }).toBeGreaterThan(1);
  await expect.poll(async () => (await processesWith('sleep 300')).length, { timeout: 20_000 }).toBeGreaterThan(0);
  const below = (await descendants(up.pid ?? 0)).map(({ pid }) => pid);
  up.kill('SIGINT');
  const [code] = (await once(up, 'exit')) as [number | null];
  expect(code).toBe(130);
  await expect.poll(() => below.filter(isAlive), { timeout: 15_000 }).toEqual([]);
  expect(await readdir(join(box.cache, 'kept'))).toEqual([]);
  expect(await keptKafka(box.env)).toBeUndefined();
});

describe('bad arguments end with exit code 2 and say what is wrong', () => {
  test.each([
    [['kafka', 'up', '--port', 'x'], 'It has to be a whole number.'],
    [['kafka', 'up', '--version', '3.9'], 'The version asked for is "3.9", which is no released Kafka'],
    [['kafka', 'up', '--nodes', '7'], 'A local Kafka has 1 to 3 nodes, not 7'],
    [['kafka', 'sideways'], "unknown command 'sideways'"],
    [['kafka'], 'Usage: easy-pubsub kafka'],
  ])('%j', async (args, said) => {
    const box = await sandbox('nothing');
    const ran = await easyPubsub(box, ...args);
    expect(ran).toMatchObject({ exitCode: 2, stdout: '' });
    expect(ran.stderr).toContain(said);
    expect(ran.stderr).not.toMatch(/^\s+at /m);
  });

  test('nothing to start a Kafka with', async () => {
    const box = await sandbox('nothing');
    const ran = await easyPubsub({ ...box, env: { ...box.bare() } }, 'kafka', 'up');
    expect(ran).toMatchObject({ exitCode: 2, stdout: '' });
    expect(ran.stderr).toMatch(/^No Kafka can be started: [^\n]+ \[kafka_unavailable\]\n {2}Install Docker/m);
  });
});
