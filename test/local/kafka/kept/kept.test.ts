import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { chooseKafka, keptKafka } from '../../../../local/kafka/index.js';
import { isAlive } from '../../../../local/os/processes.js';
import { easyPubsub, javaOf, keeper } from '../../../support/broker-cli.js';
import { embeddedSkip } from '../../../support/broker-machine.js';
import { descendants, processesWith, sandbox } from '../../../support/broker-sandbox.js';
import { skipFor } from '../../../support/skips.js';
import { patient } from '../../../support/patience.js';
import { program } from '../../../support/programs.js';

beforeEach(async (context) => skipFor(context, await embeddedSkip()));

describe('easy-pubsub kafka', () => {
  test('up keeps a broker running for other commands, until down', { timeout: patient(90_000) }, async () => {
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
    expect(other.stderr).toContain('has 1 of the 2 requested nodes [kafka_unavailable]\n  Only one Kafka can be kept.');

    const down = await easyPubsub(box, 'kafka', 'down');
    expect(down).toMatchObject({ exitCode: 0 });
    expect(await processesWith(box.cache)).toEqual([]);
    expect(kept?.kind === 'embedded' && existsSync(kept.folder)).toBe(false);
    expect(await easyPubsub(box, 'kafka', 'down')).toMatchObject({ exitCode: 0, stdout: 'No Kafka is kept.\n' });
    const noLog = await easyPubsub(box, 'kafka', 'logs');
    expect(noLog).toMatchObject({ exitCode: 2 });
  });
});

test('Ctrl-C of kafka up ends with 130 and leaves nothing', async () => {
  const { box } = await keeper();
  await box.program(
    'java',
    `case "$*" in *kafka.Kafka*) exec /bin/sleep 300;; *) exec ${javaOf(process.env)} "$@";; esac`,
  );
  const up = spawn(process.execPath, [...program, 'kafka', 'up'], { env: box.env, stdio: 'pipe' });
  onTestFinished(() => void up.kill('SIGKILL'));
  await expect
    .poll(async () => (await descendants(up.pid ?? 0)).length, { timeout: patient(20_000) })
    .toBeGreaterThan(1);
  await expect
    .poll(async () => (await processesWith('sleep 300')).length, { timeout: patient(20_000) })
    .toBeGreaterThan(0);
  const below = (await descendants(up.pid ?? 0)).map(({ pid }) => pid);
  up.kill('SIGINT');
  const [code] = (await once(up, 'exit')) as [number | null];
  expect(code).toBe(130);
  await expect.poll(() => below.filter(isAlive), { timeout: patient(15_000) }).toEqual([]);
  expect(await readdir(join(box.cache, 'kept'))).toEqual([]);
  expect(await keptKafka(box.env)).toBeUndefined();
});

describe('bad arguments end with exit code 2 and say what is wrong', () => {
  test.each([
    [['kafka', 'up', '--port', 'x'], 'It must be a whole number.'],
    [['kafka', 'up', '--version', '3.9'], 'The requested version is "3.9", which is not a released Kafka version'],
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

  test('no way to start a broker', async () => {
    const box = await sandbox('nothing');
    const ran = await easyPubsub({ ...box, env: { ...box.bare() } }, 'kafka', 'up');
    expect(ran).toMatchObject({ exitCode: 2, stdout: '' });
    expect(ran.stderr).toMatch(/^No Kafka can be started: [^\n]+ \[kafka_unavailable\]\n {2}Install Docker/m);
  });
});
