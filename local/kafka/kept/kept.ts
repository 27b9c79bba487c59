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
    /** Data, configuration and logs; also how its processes are recognised. */
    folder: z.string(),
    nodes: z.array(z.object({ id: z.number(), pid: z.number(), logFile: z.string() })),
    /** Where its first node leaves class data when it ends, and where that belongs. */
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

/** A Kafka that goes on running between commands, as `kafka up` wrote it down. */
export type KeptKafka = z.infer<typeof keptKafka>;

/** A JVM that records class data needs some seconds to end. */
const stopPatienceMs = 30_000;

/** One at a time; a lock of this name (plus `.lock`) guards changes. */
export function keptFile(env: Environment): string {
  return join(cacheFolder(env), 'kept.json');
}

/** Where the folders of kept brokers go: not among temporary files, which systems clear away. */
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

/** Ends a kept Kafka, removes its data and forgets it. Also right for one of which parts are gone already. */
export async function endKept(env: Environment, kept: KeptKafka): Promise<void> {
  if (kept.kind === 'compose') {
    await composeDown(env, { docker: kept.docker, file: kept.file }, kept.project);
  } else {
    await Promise.all(kept.nodes.map(({ pid }) => endProcess(pid, kept.folder, stopPatienceMs)));
    await keepClassData(kept.classData.recorded, kept.classData.archive);
    await rm(kept.folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  }
  await rm(keptFile(env), { force: true });
}

/** The process ids that still run; a compose project has none of ours. */
export async function livingPids(kept: KeptKafka): Promise<number[]> {
  if (kept.kind === 'compose') return [];
  const living: number[] = [];
  for (const { pid } of kept.nodes) if (await isProcessOf(pid, kept.folder)) living.push(pid);
  return living;
}
