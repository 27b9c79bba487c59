import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pubsub_error } from '../../../src/base/error.js';
import { temporaryFolder } from '../../os/cache.js';
import { findOnPath, runCommand } from '../../os/commands.js';
import type { Environment, Missing, StartContext } from '../context.js';
import { packageFile } from '../../../lib/package-file.js';
import { HOST } from '../embedded/properties.js';
import { runLogged, tail } from '../../os/run-logged.js';

/** The `CLUSTER_ID` in docker-compose.yml: a broker with this id was started from this file. */
export const COMPOSE_CLUSTER_ID = 'ZWFzeS1wdWJzdWItbG9jYQ';
/** The port of the compose file's single broker, unless `EASY_PUBSUB_KAFKA_PORT` is set. */
export const DEFAULT_PORT = 9092;

/** A Docker engine that answers, with compose. */
export interface ComposeEngine {
  /** The `docker` program. */
  docker: string;
  /** The path of docker-compose.yml. */
  file: string;
}

/** The brokers to run, or that run. */
export interface ComposeProject {
  /** The name of the compose project. */
  name: string;
  version: string;
  /** Ports of 127.0.0.1, one per broker: one or three. */
  ports: readonly number[];
}

/** A running daemon answers within milliseconds, so a longer wait is not useful. */
const ENGINE_TIMEOUT_MS = 3_000;
const DOWN_TIMEOUT_MS = 60_000;

/** The engine, or why there is none. */
export async function findEngine(env: Environment, signal?: AbortSignal): Promise<ComposeEngine | Missing> {
  const docker = findOnPath('docker', env);
  if (docker === undefined) return { missing: 'docker is not on the PATH' };
  const file = packageFile('docker-compose.yml');
  if (file === undefined) return { missing: 'docker-compose.yml is missing' };
  const options = { env, timeoutMs: ENGINE_TIMEOUT_MS, signal };
  // In parallel, because each costs a process start, and most machines have both or neither.
  const [engine, compose] = await Promise.all([
    runCommand(docker, ['version', '--format', '{{.Server.Version}}'], options),
    runCommand(docker, ['compose', 'version', '--short'], options),
  ]);
  if (engine.timedOut) return { missing: `no Docker engine answered within ${ENGINE_TIMEOUT_MS / 1000} s` };
  if (engine.exitCode !== 0) return { missing: `no Docker engine answers (${lastSentence(engine.stderr)})` };
  if (compose.exitCode !== 0) return { missing: 'Docker has no compose plugin' };
  return { docker, file };
}

export function composeProject(version: string, ports: readonly number[]): ComposeProject {
  const usual = ports.length === 1 && ports[0] === DEFAULT_PORT;
  // On the usual port, the project has the name that `docker compose up` in the checkout gives it.
  return { name: usual ? 'easy-pubsub' : `easy-pubsub-${ports.join('-')}`, version, ports };
}

export function composeBrokers(project: ComposeProject): string[] {
  return project.ports.map((port) => `${HOST}:${port}`);
}

/**
 * `docker compose up --wait`.
 *
 * @throws pubsub_error `kafka_unavailable` with the output of compose; containers that it started are removed again
 */
export async function composeUp(context: StartContext, engine: ComposeEngine, project: ComposeProject): Promise<void> {
  const folder = await context.watchdog.folder(temporaryFolder(context.env), 'easy-pubsub-compose-');
  const logFile = join(folder, 'compose.log');
  context.onProgress(`docker compose to start Kafka ${project.version}`);
  try {
    const end = await runLogged(
      { ...context, env: composeEnvironment(context.env, project) },
      {
        file: engine.docker,
        args: [...composeArguments(engine, project), 'up', '--detach', '--wait', ...services(project)],
        cwd: folder,
        logFile,
        what: `the start of Kafka ${project.version} by docker compose`,
        onLog: (log) => {
          if (/ Pulling/.test(log)) context.onProgress(`docker to pull apache/kafka:${project.version}`);
        },
      },
    );
    if (end.exitCode === 0) return;
    const said = await readFile(logFile, 'utf8').catch(() => '');
    throw new pubsub_error('kafka_unavailable', 'local_kafka', `docker compose up failed (${lastSentence(said)})`, {
      hint: `Docker printed:\n${tail(said, 8)}`,
      details: { exit_code: end.exitCode },
    });
  } catch (error) {
    await composeDown(context.env, engine, project);
    throw error;
  }
}

/** Removes containers, network and data. No signal interrupts this, so that nothing is left behind. */
export async function composeDown(
  env: Environment,
  engine: Pick<ComposeEngine, 'docker' | 'file'>,
  project: ComposeProject,
): Promise<void> {
  const args = [...composeArguments(engine, project), '--profile', 'cluster', 'down', '--volumes', '--timeout', '5'];
  const result = await runCommand(engine.docker, args, {
    env: composeEnvironment(env, project),
    timeoutMs: DOWN_TIMEOUT_MS,
  });
  if (result.exitCode === 0) return;
  throw new pubsub_error('kafka_unavailable', 'local_kafka', 'docker compose down failed', {
    hint: `Stop it with: docker compose --project-name ${project.name} down --volumes\n${tail(result.stderr, 5)}`,
  });
}

/** For `kafka logs`. */
export function composeArguments(engine: Pick<ComposeEngine, 'file'>, project: ComposeProject): string[] {
  return ['compose', '--file', engine.file, '--project-name', project.name, '--ansi', 'never'];
}

export function composeEnvironment(env: Environment, project: ComposeProject): Environment {
  const ports: Record<string, string> =
    project.ports.length === 1
      ? { EASY_PUBSUB_KAFKA_PORT: String(project.ports[0]) }
      : Object.fromEntries(project.ports.map((port, i) => [`EASY_PUBSUB_KAFKA_PORT_${i + 1}`, String(port)]));
  return { ...env, ...ports, KAFKA_VERSION: project.version };
}

function services(project: ComposeProject): string[] {
  return project.ports.length === 1 ? ['kafka'] : ['kafka-1', 'kafka-2', 'kafka-3'];
}

/** The last non-empty line, shortened for use in a sentence. */
function lastSentence(text: string): string {
  const line = text.trim().split('\n').at(-1)?.trim() ?? '';
  return line === '' ? 'without a message' : line.slice(0, 200).replace(/[.?!]+$/, '');
}
