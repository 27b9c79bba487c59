import { mkdir } from 'node:fs/promises';
import { Parts } from '../../os/parts.js';
import { temporaryFolder } from '../../os/cache.js';
import { chosen, enumerate, type ChosenKafka } from './chosen.js';
import { isMissing } from '../context.js';
import { startCluster } from '../embedded/embedded.js';
import type { EmbeddedCluster } from '../embedded/embedded-cluster.js';
import { haveJars } from '../program/jars.js';
import { findJava } from '../program/java.js';
import { keptFolder, writeKept } from '../kept/kept.js';
import { findMaven } from '../program/maven.js';
import { isFree } from '../../os/ports.js';
import type { KafkaRequest } from './request.js';

/** Why an embedded Kafka cannot be started here, if it cannot. */
export async function missingForEmbedded(request: KafkaRequest): Promise<string | undefined> {
  const { env, version, deadline } = request;
  const java = await findJava(env, deadline.signal);
  if (isMissing(java)) return java.missing;
  if (haveJars(request, version, 'broker')) return undefined;
  const maven = findMaven(env);
  return typeof maven === 'string' ? undefined : `${maven.missing} to download Kafka ${version.text}`;
}

/** Starts a broker that ends with this process, or (`keep`) continues to run. */
export async function chooseEmbedded(request: KafkaRequest, reasons: ReadonlySet<string>): Promise<ChosenKafka> {
  const { env, version, deadline, onProgress, keep } = request;
  const nodes = request.nodes ?? 1;
  const ports = await fixedPorts(request, nodes);
  const parentFolder = keep ? keptFolder(env) : temporaryFolder(env);
  await mkdir(parentFolder, { recursive: true });
  const options = { version: version.text, nodes, env, deadline, onProgress };
  const kafka = await startCluster(ports === undefined ? options : { ...options, ports }, parentFolder);
  if (keep) await letGo(request, kafka);
  const parts = {
    kind: 'embedded' as const,
    brokers: kafka.brokers,
    why: `it was started from Maven's jars, because ${enumerate([...reasons])}`,
    version: kafka.version,
    clusterId: kafka.clusterId,
    startedByUs: true,
  };
  return keep ? chosen(parts) : chosen(parts, () => kafka[Symbol.asyncDispose]());
}

/**
 * A requested port is used. A broker that is kept uses the usual port if it is free, so that other programs find it. A
 * broker that ends with this process uses any port, so that two runs do not conflict.
 */
async function fixedPorts(request: KafkaRequest, nodes: number): Promise<number[] | undefined> {
  const wanted = Array.from({ length: nodes }, (_, i) => request.port + i);
  if (request.portIsPinned) return wanted;
  if (!request.keep) return undefined;
  const free = await Promise.all(wanted.map((port) => isFree(port)));
  return free.every(Boolean) ? wanted : undefined;
}

/** Recorded first, then released, so that there is always a process or a record that can end it. */
async function letGo({ env }: KafkaRequest, kafka: EmbeddedCluster): Promise<void> {
  try {
    await writeKept(env, {
      schema: 1,
      kind: 'embedded',
      brokers: [...kafka.brokers],
      clusterId: kafka.clusterId,
      version: kafka.version,
      startedAt: new Date().toISOString(),
      folder: kafka.folder,
      nodes: kafka.nodes.map(({ id, pid, logFile }) => ({ id, pid: pid ?? 0, logFile })),
      classData: kafka.classDataFiles,
    });
  } catch (error) {
    return await new Parts(kafka).undo(error);
  }
  await kafka.release();
}
