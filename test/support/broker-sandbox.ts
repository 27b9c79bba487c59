import { chmod, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { Deadline } from '../../src/base/deadline.js';
import { cacheFolder, versionFolder } from '../../local/os/cache.js';
import { runCommand } from '../../local/os/commands.js';
import { ensureJars } from '../../local/kafka/program/jars.js';
import { parseKafkaVersion, readKafkaVersion, type KafkaVersion } from '../../local/kafka/program/version.js';
import { Watchdog } from '../../local/os/watchdog.js';

/**
 * The part of the real cache that a sandbox has. Downloading Kafka for every test would be slow, and a load on the
 * servers.
 */
export type SharedCache = 'all' | 'jars' | 'nothing';

/** The environment of a test: a cache, a temporary folder, and programs that replace the real ones on the PATH. */
export interface Sandbox {
  env: Record<string, string | undefined>;
  cache: string;
  /** What our code leaves in the temporary folder. */
  leftovers(): Promise<string[]>;
  /** Puts a shell script before the program of that name. */
  program(name: string, script: string): Promise<void>;
  /** An environment in which only these programs are found, not the machine's. */
  bare(): Record<string, string | undefined>;
}

/** Removed after the test. By default no Docker engine answers in it. */
export async function sandbox(shared: SharedCache = 'all', version?: string): Promise<Sandbox> {
  const folder = await mkdtemp(join(tmpdir(), 'sandbox-'));
  onTestFinished(async () => {
    await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  });
  const cache = join(folder, 'cache');
  const temporary = join(folder, 'tmp');
  const programs = join(folder, 'bin');
  for (const path of [cache, temporary, programs]) await mkdir(path);
  const kafka = version === undefined ? readKafkaVersion(process.env) : parseKafkaVersion(version, 'the test');
  if (shared !== 'nothing') await bringJars(kafka);
  if (shared === 'all') await symlink(join(cacheFolder(process.env), 'kafka'), join(cache, 'kafka'));
  if (shared === 'jars') {
    const own = versionFolder({ EASY_PUBSUB_CACHE: cache }, kafka);
    await mkdir(own, { recursive: true });
    await symlink(join(versionFolder(process.env, kafka), 'broker'), join(own, 'broker'));
  }
  const env = {
    ...process.env,
    KAFKA_VERSION: version ?? process.env['KAFKA_VERSION'],
    EASY_PUBSUB_CACHE: cache,
    EASY_PUBSUB_KAFKA_PORT: undefined,
    PUBSUB_BROKERS: undefined,
    TMPDIR: temporary,
    PATH: `${programs}:${process.env['PATH'] ?? ''}`,
  };
  const program = async (name: string, script: string): Promise<void> => {
    await writeFile(join(programs, name), `#!/bin/sh\n${script}\n`);
    await chmod(join(programs, name), 0o755);
  };
  await program('docker', 'echo "Cannot connect to the Docker daemon. Is the docker daemon running?" >&2; exit 1');
  return {
    env,
    cache,
    program,
    leftovers: async () => (await readdir(temporary)).filter((name) => name.startsWith('easy-pubsub')),
    bare: () => ({ ...env, PATH: programs, JAVA_HOME: undefined, MAVEN_HOME: undefined, M2_HOME: undefined }),
  };
}

/** Makes sure that the real cache has Kafka's jars. */
async function bringJars(version: KafkaVersion): Promise<void> {
  const watchdog = await Watchdog.start();
  try {
    const context = { env: process.env, deadline: new Deadline(240_000), onProgress: () => undefined, watchdog };
    await ensureJars(context, version, 'broker');
  } finally {
    await watchdog.close();
  }
}

/** All processes whose arguments contain a string. */
export async function processesWith(text: string): Promise<number[]> {
  return (await processes()).filter(({ args }) => args.includes(text)).map(({ pid }) => pid);
}

/** A process's children, their children, and so on. */
export async function descendants(pid: number): Promise<{ pid: number; args: string }[]> {
  const all = await processes();
  const found: { pid: number; args: string }[] = [];
  const ofParents = new Set([pid]);
  for (let grown = true; grown;) {
    const next = all.filter((one) => ofParents.has(one.parent) && !ofParents.has(one.pid));
    for (const one of next) ofParents.add(one.pid);
    found.push(...next);
    grown = next.length > 0;
  }
  return found;
}

async function processes(): Promise<{ pid: number; parent: number; args: string }[]> {
  const { stdout } = await runCommand('/bin/ps', ['-A', '-ww', '-o', 'pid=,ppid=,args='], {
    env: process.env,
    timeoutMs: 10_000,
  });
  return stdout.split('\n').flatMap((line) => {
    const match = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line);
    return match === null ? [] : [{ pid: Number(match[1]), parent: Number(match[2]), args: match[3] ?? '' }];
  });
}
