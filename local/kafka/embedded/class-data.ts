import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { versionFolder } from '../../os/cache.js';
import type { Environment } from '../context.js';
import type { Java } from '../program/java.js';
import type { KafkaVersion } from '../program/version.js';

/**
 * Java's class-data sharing: an archive of the classes that a broker loads, which halves its start (1.5 s to an answer
 * instead of 3, 2.1 s of CPU instead of 3.7). The first broker of a (Kafka, Java) pair records it as it stops, which
 * costs that one stop about 2 s; all later ones use it.
 *
 * It is a convenience: whatever goes wrong with it, a broker starts without it.
 */
export function classDataFile(env: Environment, version: KafkaVersion, java: Java): string {
  return join(versionFolder(env, version), 'class-data', `${java.fingerprint}.jsa`);
}

export interface ClassData {
  /** JVM options that use the archive, or that record one, or none. */
  flags: readonly string[];
  mode: 'used' | 'recorded' | 'off';
}

/** @param recordTo where a broker may leave a new archive; undefined when it must not */
export function classDataFlags(archive: string, recordTo: string | undefined): ClassData {
  // An archive that does not fit is ignored by the JVM; without these two it would say so on our log.
  const quiet = ['-Xshare:auto', '-Xlog:disable', '-Xlog:all=error:stderr'];
  if (existsSync(archive)) return { flags: [`-XX:SharedArchiveFile=${archive}`, ...quiet], mode: 'used' };
  if (recordTo === undefined) return { flags: [], mode: 'off' };
  return { flags: [`-XX:ArchiveClassesAtExit=${recordTo}`, ...quiet], mode: 'recorded' };
}

/** Puts a recorded archive in its place, all at once. Does nothing when none was written. */
export async function keepClassData(recorded: string, archive: string): Promise<void> {
  if (!existsSync(recorded)) return;
  const incoming = `${archive}.${randomUUID()}`;
  try {
    await mkdir(dirname(archive), { recursive: true });
    // A copy first: the temporary folder may be on another file system, across which nothing can be renamed.
    await copyFile(recorded, incoming);
    await rename(incoming, archive);
  } catch {
    await rm(incoming, { force: true }).catch(() => undefined);
  }
}

export async function dropClassData(archive: string): Promise<void> {
  await rm(archive, { force: true }).catch(() => undefined);
}
