import { mkdir, readdir, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { startEmbedded } from '../../../local/kafka/index.js';
import { cacheFolder } from '../../../local/os/cache.js';
import { readKafkaVersion } from '../../../local/kafka/program/version.js';
import { embeddedSkip } from '../../support/broker-machine.js';
import { sandbox, type Sandbox } from '../../support/broker-sandbox.js';
import { skipFor } from '../../support/skips.js';

beforeEach(async (context) => skipFor(context, await embeddedSkip()));

const VERSION = readKafkaVersion(process.env).text;

/** A Maven that "downloads" from the real cache, takes its time, and counts its runs. */
async function fakeMaven(box: Sandbox, before = 'sleep 1'): Promise<() => Promise<number>> {
  // Brings the real jars, which the fake then copies.
  await sandbox('jars');
  const real = join(cacheFolder(process.env), 'kafka', VERSION, 'broker');
  const counted = join(box.cache, 'runs');
  await box.program(
    'mvn',
    `echo run >> '${counted}'
${before}
for arg in "$@"; do case $arg in -DoutputDirectory=*) out="\${arg#*=}";; esac; done
mkdir -p "$out" && cp -r '${real}/.' "$out"`,
  );
  return async () => (await readFile(counted, 'utf8')).trim().split('\n').length;
}

/** Recording the class data of a broker takes most of the time of a first start, and is not the subject here. */
async function withClassData(box: Sandbox): Promise<void> {
  const own = join(box.cache, 'kafka', VERSION);
  await mkdir(own, { recursive: true });
  await symlink(join(cacheFolder(process.env), 'kafka', VERSION, 'class-data'), join(own, 'class-data'));
}

test('two concurrent starts share one download and one format', async () => {
  const box = await sandbox('nothing');
  const runs = await fakeMaven(box);
  await withClassData(box);
  const said: string[] = [];
  const start = async (): Promise<void> => {
    await using kafka = await startEmbedded({ env: box.env, onProgress: (sentence) => said.push(sentence) });
    expect(kafka.pids).toHaveLength(1);
  };
  await Promise.all([start(), start()]);
  expect(await runs()).toBe(1);
  expect(said.filter((sentence) => sentence.includes('format its storage'))).toHaveLength(1);
  expect(said).toContain(`another start, which downloads Kafka ${VERSION}`);
  const left = await readdir(join(box.cache, 'kafka', VERSION));
  expect(left.sort()).toEqual(['broker', 'class-data', 'storage']);
});

test('an interrupted download is not used', async () => {
  const box = await sandbox('nothing');
  await fakeMaven(box, 'exit 1');
  await expect(startEmbedded({ env: box.env })).rejects.toMatchObject({
    code: 'kafka_unavailable',
    raw_message: `Maven could not download the jars of Kafka ${VERSION}`,
  });
  expect(await readdir(join(box.cache, 'kafka', VERSION))).toEqual([]);
  await fakeMaven(box, 'true');
  await withClassData(box);
  const kafka = await startEmbedded({ env: box.env });
  onTestFinished(() => kafka[Symbol.asyncDispose]());
  expect(kafka.pids).toHaveLength(1);
});

test('the errors of Maven are shown, without its general advice', async () => {
  const box = await sandbox('nothing');
  const [wrong, advice] = ['Could not find artifact org.apache.kafka:kafka_2.13:jar:3.9.99', 're-run Maven with -X'];
  await box.program('mvn', `echo '[ERROR] ${wrong}'; echo '[ERROR] '; echo '[ERROR] ${advice}'; exit 1`);
  const failed = await startEmbedded({ env: { ...box.env, KAFKA_VERSION: '3.9.99' } }).catch((error: unknown) => error);
  const { hint } = failed as { hint: string };
  expect(hint).toContain('Kafka 3.9.99 may not exist');
  expect(hint).toContain(wrong);
  expect(hint).not.toContain(advice);
});
