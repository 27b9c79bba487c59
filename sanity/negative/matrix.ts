import { fork } from 'node:child_process';
import type { Deadline } from '../../src/base/deadline.js';
import { pubsub_error } from '../../src/index.js';
import type { RowAnswer } from './rows.js';
import { compareRow, type JudgedReport, type MatrixRow } from './compare.js';

export interface MatrixOptions {
  /** A synthesized template, in a folder that may be written to. */
  readonly template: string;
  readonly stackName: string;
  /** Options for its assumed place, and for values that it does not have. */
  readonly about: readonly string[];
  readonly seed: string;
  /** The program for the two processes: `easy-pubsub`, with `rehearse draw` and `rehearse judge`. */
  readonly program: string;
  readonly deadline: Deadline;
  readonly onProgress: (sentence: string) => void;
  readonly onRow: (row: MatrixRow) => void;
}

/** Messages of the two processes. */
export type MatrixMessage =
  | { readonly tell: 'drawn'; readonly answers: readonly RowAnswer[] }
  | { readonly tell: 'progress'; readonly sentence: string }
  | { readonly tell: 'report'; readonly row: number; readonly report: JudgedReport }
  | { readonly tell: 'failed'; readonly error: SentError };

/** An error, in a message from one process to another. */
export type SentError = Pick<pubsub_error, 'code' | 'stage' | 'raw_message' | 'hint'>;

/**
 * Removes every right, one at a time, and checks that the verdict names it. One process draws the changes of the
 * rows, by the seed; another one, which only gets the templates, rehearses them; this one compares their results.
 *
 * @throws pubsub_error only when rows could not be judged: a template that cannot be rehearsed, no Kafka, aborted
 */
export async function runMatrix(options: MatrixOptions): Promise<MatrixRow[]> {
  const { template, stackName, seed, onProgress, onRow } = options;
  const about = [template, '--stack-name', stackName, ...options.about];
  onProgress('a template without each right');
  let answers: readonly RowAnswer[] = [];
  await inProcess(options, ['draw', ...about, `--seed=${seed}`], (message) => {
    if (message.tell === 'drawn') answers = message.answers;
  });
  const rows: MatrixRow[] = [];
  const judge = ['judge', ...about, '--rows', String(answers.length)];
  await inProcess(options, judge, (message) => {
    if (message.tell === 'progress') onProgress(message.sentence);
    if (message.tell !== 'report') return;
    const answer = answers.find(({ row }) => row === message.row);
    if (answer === undefined) return;
    const row = compareRow(answer, message.report);
    rows.push(row);
    onRow(row);
  });
  if (rows.length === answers.length) return rows;
  throw new pubsub_error('internal', 'rehearsal', `${rows.length} of ${answers.length} rows were judged`);
}

/** The time for a Kafka and its functions to exit. */
const STOP_MS = 30_000;

async function inProcess(
  { program, deadline }: MatrixOptions,
  args: readonly string[],
  onMessage: (message: MatrixMessage) => void,
): Promise<void> {
  const child = fork(program, ['rehearse', ...args], {
    // In a checkout, the options that load TypeScript.
    execArgv: process.execArgv,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    // Ctrl-C reaches this process only; the child ends with our deadline's signal, or when we exit.
    detached: true,
  });
  let output = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (output = (output + text).slice(-4_000)));
  let failure: pubsub_error | undefined;
  child.on('message', (message: MatrixMessage) => {
    if (message.tell !== 'failed') {
      onMessage(message);
      return;
    }
    const { code, stage, raw_message, hint } = message.error;
    failure = new pubsub_error(code, stage, raw_message, { hint });
  });
  const ended = new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve();
      else reject(failure ?? unexplainedExit(args[0] ?? '', code, output));
    });
  });
  try {
    await deadline.race(ended, { stage: 'rehearsal', what: `the end of rehearse ${args[0] ?? ''}` });
  } catch (error) {
    // It ends its Kafka and its functions before it exits.
    child.kill('SIGTERM');
    const stop = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    await ended.catch(() => undefined);
    clearTimeout(stop);
    throw error;
  }
}

/** For a process that exited without reporting an error. */
function unexplainedExit(command: string, code: number | null, output: string): pubsub_error {
  const sentence = `rehearse ${command} ended with ${code ?? 'a signal'}: ${output.trim() || 'it printed nothing'}`;
  return new pubsub_error('internal', 'rehearsal', sentence);
}
