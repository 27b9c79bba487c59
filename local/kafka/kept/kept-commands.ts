import { Deadline } from '../../../src/base/deadline.js';
import { pubsub_error } from '../../../src/base/error.js';
import { answersAs } from '../choose/choose-kept.js';
import { composeArguments, composeEnvironment } from '../compose/compose.js';
import type { Environment } from '../context.js';
import { endKept, keptFile, livingPids, readKept, type KeptKafka } from './kept.js';
import { withLock } from '../../os/lock.js';

export interface KeptOptions {
  /** @default process.env */
  env?: Environment | undefined;
  /** @default 120 s */
  deadline?: Deadline | undefined;
  onProgress?: ((sentence: string) => void) | undefined;
}

const END_TIMEOUT_MS = 120_000;

/** Ends the Kafka that `kafka up` keeps. @returns the ended one, or undefined if there was none */
export async function endKeptKafka(options: KeptOptions = {}): Promise<KeptKafka | undefined> {
  const env = options.env ?? process.env;
  const lock = {
    deadline: options.deadline ?? new Deadline(END_TIMEOUT_MS),
    waitingFor: 'the end of another `kafka up` or `kafka down`',
    onWait: () => options.onProgress?.('another `kafka up` or `kafka down`'),
  };
  return withLock(`${keptFile(env)}.lock`, lock, async () => {
    const kept = await readKept(env);
    if (kept !== undefined) {
      options.onProgress?.(`Kafka ${kept.version} to end`);
      await endKept(env, kept);
    }
    return kept;
  });
}

export type KeptStatus = KeptKafka & {
  /** True if a broker with its cluster id answers at its address. */
  answers: boolean;
  /** Its running processes. */
  pids: readonly number[];
};

/** The Kafka that `kafka up` keeps, and its state. */
export async function keptKafka(env: Environment = process.env): Promise<KeptStatus | undefined> {
  const kept = await readKept(env);
  return kept === undefined ? undefined : { ...kept, answers: await answersAs(kept), pids: await livingPids(kept) };
}

/** The command that prints the kept Kafka's log. */
export async function logCommand(
  { lines, follow }: { lines: number; follow: boolean },
  env: Environment = process.env,
): Promise<{ file: string; args: string[]; env: Record<string, string | undefined> }> {
  const kept = await readKept(env);
  if (kept === undefined) {
    throw new pubsub_error('kafka_unavailable', 'local_kafka', '`kafka up` is not running, so there is no log', {
      hint: 'To start one: easy-pubsub kafka up',
    });
  }
  if (kept.kind === 'embedded') {
    const files = kept.nodes.map(({ logFile }) => logFile);
    return { file: 'tail', args: ['-n', String(lines), ...(follow ? ['-F'] : []), ...files], env: { ...env } };
  }
  const args = [...composeArguments(kept, kept.project), '--profile', 'cluster', 'logs', '--tail', String(lines)];
  return {
    file: kept.docker,
    args: [...args, ...(follow ? ['--follow'] : [])],
    env: { ...composeEnvironment(env, kept.project) },
  };
}
