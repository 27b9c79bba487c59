import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { cacheFolder } from '../../os/cache.js';
import { keepClassData } from '../embedded/class-data.js';
import { composeDown } from '../compose/compose.js';
import type { Environment } from '../context.js';
import { readJson, writeJson } from '../../os/files.js';
import { endProcess, isProcessOf } from '../../os/processes.js';

const common = {
  schema: z.literal(1),
  brokers: z.array(z.string()),
  clusterId: z.string(),
  version: z.string(),
  /** ISO 8601. */
  startedAt: z.string(),
};

const keptKafka = z.discriminatedUnion('kind', [
  z.object({
    ...common,
    kind: z.literal('embedded'),
    /** The folder of data, configuration and logs, by which its processes are also recognized. */
    folder: z.string(),
    nodes: z.array(z.object({ id: z.number(), pid: z.number(), logFile: z.string() })),
    /** The file to which its first node writes class data when it stops, and its final place. */
    classData: z.object({ recorded: z.string(), archive: z.string() }),
  }),
  z.object({
    ...common,
    kind: z.literal('compose'),
    docker: z.string(),
    file: z.string(),
    project: z.object({ name: z.string(), version: z.string(), ports: z.array(z.number()) }),
  }),
]);

/** A Kafka that continues to run between commands, as `kafka up` recorded it. */
export type KeptKafka = z.infer<typeof keptKafka>;

/** A JVM that records class data needs some seconds to exit. */
const STOP_PATIENCE_MS = 30_000;

/** Only one exists; a lock of this name (plus `.lock`) protects changes. */
export function keptFile(env: Environment): string {
  return join(cacheFolder(env), 'kept.json');
}

/** The parent of the folders of kept brokers: not the temporary folder, which systems clean up. */
export function keptFolder(env: Environment): string {
  return join(cacheFolder(env), 'kept');
}

export async function readKept(env: Environment): Promise<KeptKafka | undefined> {
  const parsed = keptKafka.safeParse(await readJson(keptFile(env)));
  return parsed.success ? parsed.data : undefined;
}

export async function writeKept(env: Environment, kept: KeptKafka): Promise<void> {
  await writeJson(keptFile(env), kept);
}

/** Ends a kept Kafka, and removes its data and its record. Also works if parts of it no longer exist. */
export async function endKept(env: Environment, kept: KeptKafka): Promise<void> {
  if (kept.kind === 'compose') {
    await composeDown(env, { docker: kept.docker, file: kept.file }, kept.project);
  } else {
    await Promise.all(kept.nodes.map(({ pid }) => endProcess(pid, kept.folder, STOP_PATIENCE_MS)));
    await keepClassData(kept.classData.recorded, kept.classData.archive);
    await rm(kept.folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  }
  await rm(keptFile(env), { force: true });
}

/** The ids of its running processes; a compose project has none. */
export async function livingPids(kept: KeptKafka): Promise<number[]> {
  if (kept.kind === 'compose') return [];
  const living: number[] = [];
  for (const { pid } of kept.nodes) if (await isProcessOf(pid, kept.folder)) living.push(pid);
  return living;
}
