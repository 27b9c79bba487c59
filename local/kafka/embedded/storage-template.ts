import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pubsub_error } from '../../../src/base/error.js';
import { temporaryFolder, versionFolder } from '../../os/cache.js';
import type { StartContext } from '../context.js';
import type { Java } from '../program/java.js';
import { publish } from '../program/jars.js';
import type { ScramUser } from './listeners.js';
import { withLock } from '../../os/lock.js';
import { propertiesText, serverProperties } from './properties.js';
import { runLogged, tail } from '../../os/run-logged.js';
import type { KafkaVersion } from '../program/version.js';

/** The arguments of Kafka's storage tool. */
export interface FormatOptions {
  version: KafkaVersion;
  java: Java;
  /** The broker's jars. */
  classPath: string;
  /** JVM options that make it start faster. */
  flags: readonly string[];
  /** Users to add. With users, the storage is formatted each time, because their keys must not be in a cache. */
  scramUsers: readonly ScramUser[];
}

/** A KRaft id: 16 random bytes as Kafka writes them. A leading `-` would look like an option to Kafka's tools. */
export function newKafkaId(): string {
  for (;;) {
    const id = randomBytes(16).toString('base64url');
    if (!id.startsWith('-')) return id;
  }
}

/**
 * A folder of formatted storage. Formatting needs a JVM start, so it is done once per Kafka version, kept, and copied
 * for each node with new ids (`copyStorage`).
 */
export async function ensureTemplate(context: StartContext, options: FormatOptions): Promise<string> {
  if (options.scramUsers.length > 0)
    return format(
      context,
      options,
      await context.watchdog.folder(temporaryFolder(context.env), 'easy-pubsub-storage-'),
    );
  const folder = join(versionFolder(context.env, options.version), 'storage');
  if (existsSync(folder)) return folder;
  const lock = {
    deadline: context.deadline,
    waitingFor: 'the end of another start, which formats the storage',
    onWait: () => context.onProgress('another start, which formats the storage'),
  };
  await mkdir(dirname(folder), { recursive: true });
  await withLock(`${folder}.lock`, lock, async () => {
    if (existsSync(folder)) return;
    const workFolder = await context.watchdog.folder(dirname(folder), '.incoming-storage-');
    await publish(await format(context, options, workFolder), folder);
  });
  return folder;
}

async function format(context: StartContext, options: FormatOptions, workFolder: string): Promise<string> {
  const { version, java } = options;
  context.onProgress(`Kafka ${version.text} to format its storage`);
  const dataFolder = join(workFolder, 'data');
  const config = join(workFolder, 'server.properties');
  const logFile = join(workFolder, 'format.log');
  const nodes = [{ id: 1, plain: 9092, controller: 9093, extra: {} }];
  await writeFile(
    config,
    propertiesText(serverProperties({ version, nodeId: 1, nodes, dataFolder, listeners: [], overrides: {} })),
  );
  const users = options.scramUsers.flatMap(({ mechanism, username, password }) => [
    '--add-scram',
    `${mechanism}=[name=${username},password=${password}]`,
  ]);
  const tool = ['kafka.tools.StorageTool', 'format', '--cluster-id', newKafkaId(), '--config', config, ...users];
  const end = await runLogged(context, {
    file: java.path,
    args: [...options.flags, '-cp', options.classPath, ...tool],
    cwd: workFolder,
    logFile,
    what: 'the end of the formatting of the storage by Kafka',
  });
  if (end.exitCode === 0) return dataFolder;
  throw new pubsub_error('kafka_unavailable', 'local_kafka', `Kafka ${version.text} could not format its storage`, {
    hint: `It printed:\n${tail(await readFile(logFile, 'utf8').catch(() => ''), 8)}`,
    details: { exit_code: end.exitCode },
  });
}

/** Creates a node's storage from a template. Every node needs its own directory id; a cluster refuses a copied one. */
export async function copyStorage(
  template: string,
  dataFolder: string,
  ids: { nodeId: number; clusterId: string },
): Promise<void> {
  await mkdir(dataFolder, { recursive: true });
  for (const name of await readdir(template)) {
    if (name !== 'meta.properties') await cp(join(template, name), join(dataFolder, name), { recursive: true });
  }
  const meta = await readFile(join(template, 'meta.properties'), 'utf8');
  await writeFile(join(dataFolder, 'meta.properties'), withIds(meta, ids));
}

export function withIds(meta: string, { nodeId, clusterId }: { nodeId: number; clusterId: string }): string {
  return meta
    .replace(/^node\.id=.*$/m, `node.id=${nodeId}`)
    .replace(/^cluster\.id=.*$/m, `cluster.id=${clusterId}`)
    .replace(/^directory\.id=.*$/m, `directory.id=${newKafkaId()}`);
}
