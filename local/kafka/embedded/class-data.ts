import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { versionFolder } from '../../os/cache.js';
import type { Environment } from '../context.js';
import type { Java } from '../program/java.js';
import type { KafkaVersion } from '../program/version.js';

/**
 * Java's class-data sharing: an archive of the classes that a broker loads, which halves its start time (1.5 s instead
 * of 3 to the first answer, 2.1 s of CPU instead of 3.7). The first broker of a Kafka and Java version records it when
 * it stops, which takes about 2 s; all later ones use it.
 *
 * It is optional: after any failure, a broker starts without it.
 */
export function classDataFile(env: Environment, version: KafkaVersion, java: Java): string {
  return join(versionFolder(env, version), 'class-data', `${java.fingerprint}.jsa`);
}

export interface ClassData {
  /** JVM options that use the archive, or record one, or neither. */
  flags: readonly string[];
  mode: 'used' | 'recorded' | 'off';
}

/** @param recordTo where a broker may write a new archive; undefined if it must not */
export function classDataFlags(archive: string, recordTo: string | undefined): ClassData {
  // The JVM ignores an archive that does not match; without these two options it would log this.
  const quiet = ['-Xshare:auto', '-Xlog:disable', '-Xlog:all=error:stderr'];
  if (existsSync(archive)) return { flags: [`-XX:SharedArchiveFile=${archive}`, ...quiet], mode: 'used' };
  if (recordTo === undefined) return { flags: [], mode: 'off' };
  return { flags: [`-XX:ArchiveClassesAtExit=${recordTo}`, ...quiet], mode: 'recorded' };
}

/** Moves a recorded archive to its place atomically. Does nothing if none was written. */
export async function keepClassData(recorded: string, archive: string): Promise<void> {
  if (!existsSync(recorded)) return;
  const incoming = `${archive}.${randomUUID()}`;
  try {
    await mkdir(dirname(archive), { recursive: true });
    // Copied first, because a rename does not work across file systems, and the temporary folder may be on another one.
    await copyFile(recorded, incoming);
    await rename(incoming, archive);
  } catch {
    await rm(incoming, { force: true }).catch(() => undefined);
  }
}

export async function dropClassData(archive: string): Promise<void> {
  await rm(archive, { force: true }).catch(() => undefined);
}
