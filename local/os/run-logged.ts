import { readFile } from 'node:fs/promises';
import type { StartContext } from '../kafka/context.js';
import type { ProcessEnd, ProcessSpec } from './watchdog.js';

export interface LoggedRun extends Omit<ProcessSpec, 'env'> {
  /** Continues "… ms passed without": "the end of the download by Maven". */
  what: string;
  hint?: string | undefined;
  /** Called with the output of the process so far, about twice a second. */
  onLog?: ((log: string) => void) | undefined;
}

const LOOK_EVERY_MS = 500;

/**
 * Runs a process of some seconds through the watchdog; it is killed when the deadline passes or the signal is aborted.
 */
export async function runLogged(context: StartContext, run: LoggedRun): Promise<ProcessEnd> {
  const { what, onLog, hint, ...spec } = run;
  const watched = await context.watchdog.run({ ...spec, env: context.env });
  const look = async (): Promise<void> => onLog?.(await readFile(run.logFile, 'utf8').catch(() => ''));
  const timer = setInterval(() => {
    look().catch(() => undefined);
  }, LOOK_EVERY_MS);
  try {
    if (onLog !== undefined) await look();
    const subject = { stage: 'local_kafka' as const, what };
    return await context.deadline.race(watched.settled(), hint === undefined ? subject : { ...subject, hint });
  } catch (error) {
    watched.kill('SIGKILL');
    await watched.settled();
    throw error;
  } finally {
    clearInterval(timer);
  }
}

/** The last lines of a text, without trailing white space. */
export function tail(text: string, lines: number): string {
  return text.trimEnd().split('\n').slice(-lines).join('\n');
}
