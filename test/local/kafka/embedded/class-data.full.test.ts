import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { chooseKafka, startEmbedded } from '../../../../local/kafka/index.js';
import { readKafkaVersion } from '../../../../local/kafka/program/version.js';
import { embeddedSkip } from '../../../support/broker-machine.js';
import { sandbox } from '../../../support/broker-sandbox.js';
import { skipFor } from '../../../support/skips.js';

beforeEach(async (context) => skipFor(context, await embeddedSkip()));

const VERSION = readKafkaVersion(process.env).text;

test('the first broker records class data, the second uses it, and invalid class data does no harm', async () => {
  const box = await sandbox('jars');
  const flags = async (): Promise<string> => {
    await using kafka = await startEmbedded({ env: box.env });
    expect(kafka.pids).toHaveLength(1);
    return (await readFile(`/proc/${kafka.pids[0] ?? 0}/cmdline`, 'utf8').catch(() => '')).replaceAll('\0', ' ');
  };
  const onLinux = process.platform === 'linux';
  const first = await flags();
  if (onLinux) expect(first).toContain('-XX:ArchiveClassesAtExit');
  const folder = join(box.cache, 'kafka', VERSION, 'class-data');
  const [archive, ...others] = await readdir(folder);
  expect(others).toEqual([]);
  const second = await flags();
  if (onLinux) expect(second).toContain(`-XX:SharedArchiveFile=${join(folder, archive ?? '')}`);
  await writeFile(join(folder, archive ?? ''), 'garbage');
  await flags();
});

test('two commands at the same time start separate embedded brokers', async () => {
  const box = await sandbox();
  await using first = await chooseKafka({ env: box.env });
  await using second = await chooseKafka({ env: box.env });
  expect(first.clusterId).not.toBe(second.clusterId);
  expect(first.brokers).not.toEqual(second.brokers);
});
