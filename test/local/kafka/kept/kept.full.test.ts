import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { chooseKafka, endKeptKafka, keptKafka } from '../../../../local/kafka/index.js';
import { easyPubsub, keeper } from '../../../support/broker-cli.js';
import { embeddedSkip } from '../../../support/broker-machine.js';
import { skipFor } from '../../../support/skips.js';

beforeEach(async (context) => skipFor(context, await embeddedSkip()));

describe('a Kafka that kafka up keeps running', () => {
  test('is not used if its version differs from the requested one, and the output says why', async () => {
    const { box, port } = await keeper();
    await using first = await chooseKafka({ env: box.env, keep: true, port: Number(port) });
    const file = join(box.cache, 'kept.json');
    await writeFile(file, (await readFile(file, 'utf8')).replace(/"version": "[^"]+"/, '"version": "3.8.0"'));
    await using second = await chooseKafka({ env: { ...box.env, KAFKA_VERSION: first.version } });
    expect(second.kind).toBe('embedded');
    expect(second.why).toContain(
      `keeps at 127.0.0.1:${port} has version 3.8.0 instead of the requested ${first.version ?? ''}`,
    );
    await expect(chooseKafka({ env: box.env, keep: true, version: first.version })).rejects.toMatchObject({
      hint: 'Only one Kafka can be kept. Stop it first: easy-pubsub kafka down',
    });
  });

  test('is replaced by kafka up if it has crashed, and its folder is removed', async () => {
    const { box, port } = await keeper();
    await chooseKafka({ env: box.env, keep: true, port: Number(port) });
    const dead = await keptKafka(box.env);
    for (const pid of dead?.pids ?? []) process.kill(pid, 'SIGKILL');
    await expect.poll(async () => (await keptKafka(box.env))?.pids).toEqual([]);
    expect(await easyPubsub(box, 'kafka', 'status')).toMatchObject({ exitCode: 1 });
    const again = await chooseKafka({ env: box.env, keep: true, port: Number(port) });
    expect(again.why).toContain('no longer answers');
    expect(dead?.kind === 'embedded' && existsSync(dead.folder)).toBe(false);
    expect((await keptKafka(box.env))?.answers).toBe(true);
  });

  test('is not confused by kafka down with a process that only has the same id', async () => {
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
