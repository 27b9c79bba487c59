import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readRunning, writeRunning, type RunningGateway } from '../../../rehearsal/gateway/index.js';

/** Linux and macOS give no process this id. */
const ENDED = 2 ** 31 - 2;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'easy-pubsub-running-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const gateway = (pid: number): RunningGateway => ({
  pid,
  startedAt: new Date().toISOString(),
  clusterArn: 'arn:aws:kafka:eu-west-1:123456789012:cluster/shop/uuid-1',
  brokers: ['127.0.0.1:9098'],
  brokerLogs: [],
  authorizerLogs: [],
});

test('a gateway is recorded until it stops', async () => {
  const mine = gateway(process.pid);
  const record = await writeRunning(folder, mine);
  expect(await readRunning(folder)).toEqual([mine]);
  await record[Symbol.asyncDispose]();
  expect(await readRunning(folder)).toEqual([]);
});

test('the files of a process that has ended are removed, complete or not', async () => {
  await writeRunning(folder, gateway(ENDED));
  await writeFile(join(folder, `${ENDED - 1}.json`), '{"pid":');
  await writeFile(join(folder, `${ENDED - 1}.json.incoming`), '{"pid":');
  expect(await readRunning(folder)).toEqual([]);
  expect(await readdir(folder)).toEqual([]);
});

test('a file that cannot be read, or is not a record, fails nothing and is kept while its process runs', async () => {
  const mine = gateway(process.pid);
  await writeRunning(folder, mine);
  await writeFile(join(folder, `${process.ppid}.json`), '{"pid":');
  await writeFile(join(folder, `${process.ppid}.json.incoming`), '{"pid":');
  await writeFile(join(folder, '1.json'), JSON.stringify({ schema: 'of another version' }));
  await writeFile(join(folder, 'notes.txt'), '');
  const before = await readdir(folder);
  expect(await readRunning(folder)).toEqual([mine]);
  expect(await readdir(folder)).toEqual(before);
});
