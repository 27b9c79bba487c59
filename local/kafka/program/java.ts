import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { findOnPath, isExecutable, runCommand } from '../../os/commands.js';
import type { Environment, Missing } from '../context.js';

/** A Java that can run Kafka's broker. */
export interface Java {
  /** The `java` program. */
  path: string;
  /** 17, 21, 25… */
  major: number;
  /** Differs between any two builds of Java: class data of one does not work with another. */
  fingerprint: string;
}

/** Brokers of Kafka 4 need it, and 3.x runs with it. */
const OLDEST_MAJOR = 17;
const VERSION_TIMEOUT_MS = 15_000;

/** The first of `JAVA_HOME` and `PATH` that is new enough, or why there is none. */
export async function findJava(env: Environment, signal?: AbortSignal): Promise<Java | Missing> {
  const reasons: string[] = [];
  for (const candidate of candidates(env)) {
    const found = candidate.path === undefined ? { missing: candidate.ifAbsent } : await probe(candidate, env, signal);
    if (!('missing' in found)) return found;
    reasons.push(found.missing);
  }
  return { missing: reasons.join(', and ') };
}

interface Candidate {
  path: string | undefined;
  /** `java on the PATH` */
  name: string;
  ifAbsent: string;
}

function candidates(env: Environment): Candidate[] {
  const found: Candidate[] = [];
  const home = env['JAVA_HOME'];
  if (home) {
    const path = join(home, 'bin', 'java');
    found.push({
      path: isExecutable(path) ? path : undefined,
      name: `JAVA_HOME (${home})`,
      ifAbsent: `JAVA_HOME is ${home}, which has no bin/java`,
    });
  }
  found.push({ path: findOnPath('java', env), name: 'java on the PATH', ifAbsent: 'no java is on the PATH' });
  return found;
}

async function probe(candidate: Candidate, env: Environment, signal?: AbortSignal): Promise<Java | Missing> {
  const path = candidate.path ?? '';
  const result = await runCommand(path, ['-version'], { env, timeoutMs: VERSION_TIMEOUT_MS, signal });
  // It prints to stderr, after lines about the options in JAVA_TOOL_OPTIONS.
  const major = parseJavaMajor(result.stderr);
  if (result.exitCode !== 0 || major === undefined) {
    const said = result.stderr.trim().split('\n')[0] ?? '';
    return { missing: `${candidate.name} does not run${said === '' ? '' : ` (${said})`}` };
  }
  if (major < OLDEST_MAJOR)
    return { missing: `${candidate.name} is Java ${major}, and Kafka needs ${OLDEST_MAJOR} or newer` };
  return { path, major, fingerprint: createHash('sha256').update(result.stderr).digest('hex').slice(0, 16) };
}

/** 17 from `openjdk version "17.0.15" 2025-04-15`, 8 from `java version "1.8.0_402"`. */
export function parseJavaMajor(versionOutput: string): number | undefined {
  const match = /version "(?:1\.)?(\d+)/.exec(versionOutput);
  return match === null ? undefined : Number(match[1]);
}
