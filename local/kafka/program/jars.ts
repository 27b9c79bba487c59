import { existsSync } from 'node:fs';
import { mkdir, readdir, realpath, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pubsub_error } from '../../../src/base/error.js';
import { versionFolder } from '../../os/cache.js';
import type { StartContext } from '../context.js';
import { withLock } from '../../os/lock.js';
import { isCode } from '../../os/processes.js';
import { copyJars, findMaven, type Artifact } from './maven.js';
import type { KafkaVersion } from './version.js';

/** `broker` has the classes of a broker; `tools` adds Kafka's command line classes, which only tests and drills use. */
export type JarSet = 'broker' | 'tools';

/** The folder of the jars of a version, which may not exist yet. */
export function jarFolder(context: Pick<StartContext, 'env'>, version: KafkaVersion, set: JarSet): string {
  return join(versionFolder(context.env, version), set);
}

export function haveJars(context: Pick<StartContext, 'env'>, version: KafkaVersion, set: JarSet): boolean {
  return existsSync(jarFolder(context, version, set));
}

/**
 * A class path with Kafka's jars, which Maven downloads the first time (20 s, 50 MB) and which are then kept.
 *
 * @throws pubsub_error `kafka_unavailable` if there is no Maven, or if it fails
 */
export async function ensureJars(context: StartContext, version: KafkaVersion, set: JarSet): Promise<string> {
  const folder = jarFolder(context, version, set);
  if (!existsSync(folder)) await bringJars(context, version, set, folder);
  // A fixed order and no symbolic links, because a class-data archive is valid only for the same class path.
  const real = await realpath(folder);
  const jars = (await readdir(real)).filter((name) => name.endsWith('.jar')).sort();
  return jars.map((name) => join(real, name)).join(':');
}

async function bringJars(context: StartContext, version: KafkaVersion, set: JarSet, folder: string): Promise<void> {
  const maven = findMaven(context.env);
  if (typeof maven !== 'string') {
    throw new pubsub_error(
      'kafka_unavailable',
      'local_kafka',
      `Kafka ${version.text} has not been downloaded yet, and ${maven.missing}`,
      { hint: 'Install Maven (its package is called "maven"), or Docker; either can download Kafka.' },
    );
  }
  const options = {
    deadline: context.deadline,
    waitingFor: `the end of another start, which downloads the jars of Kafka ${version.text}`,
    onWait: () => context.onProgress(`another start, which downloads Kafka ${version.text}`),
  };
  await mkdir(dirname(folder), { recursive: true });
  await withLock(`${folder}.lock`, options, async () => {
    if (existsSync(folder)) return;
    // In the same parent folder, so that the rename is atomic, and a folder of the final name is always complete.
    const workFolder = await context.watchdog.folder(dirname(folder), `.incoming-${set}-`);
    const incoming = join(workFolder, 'jars');
    await copyJars(artifactsOf(version, set), incoming, { context, maven, version, workFolder });
    await publish(incoming, folder);
  });
}

/** Renames a finished folder; if another process was first, its folder is kept. */
export async function publish(incoming: string, folder: string): Promise<void> {
  try {
    await rename(incoming, folder);
  } catch (error) {
    if (!isCode(error, 'ENOTEMPTY') && !isCode(error, 'EEXIST')) throw error;
  }
}

export function artifactsOf(version: KafkaVersion, set: JarSet): Artifact[] {
  const kafka = (name: string): Artifact => ({ group: 'org.apache.kafka', name, version: version.text });
  return [kafka('kafka_2.13'), ...(set === 'tools' ? [kafka('kafka-tools')] : []), loggingBinding(version)];
}

/**
 * Kafka logs through slf4j. The binding is only in its release archive, which Maven Central does not have. Without a
 * binding, a broker logs nothing, not even why it ends.
 */
function loggingBinding(version: KafkaVersion): Artifact {
  return version.major < 4
    ? { group: 'org.slf4j', name: 'slf4j-reload4j', version: '1.7.36' }
    : { group: 'org.apache.logging.log4j', name: 'log4j-slf4j-impl', version: '2.25.4' };
}
