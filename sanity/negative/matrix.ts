import { fork } from 'node:child_process';
import type { Deadline } from '../../src/base/deadline.js';
import { pubsub_error } from '../../src/index.js';
import type { RowAnswer } from './answers.js';
import { compareRow, type JudgedReport, type MatrixRow } from './compare.js';

export interface MatrixOptions {
  /** A synthesized template, in a folder that may be written to. */
  readonly template: string;
  readonly stackName: string;
  /** Options that say where it is taken to be, and what it leaves open. */
  readonly about: readonly string[];
  readonly seed: string;
  /** The program to run in processes of their own: `easy-pubsub`, with `rehearse draw` and `rehearse judge`. */
  readonly program: string;
  readonly deadline: Deadline;
  readonly onProgress: (sentence: string) => void;
  readonly onRow: (row: MatrixRow) => void;
}

/** What the two processes say. */
export type MatrixMessage =
  | { readonly tell: 'drawn'; readonly answers: readonly RowAnswer[] }
  | { readonly tell: 'progress'; readonly sentence: string }
  | { readonly tell: 'report'; readonly row: number; readonly report: JudgedReport }
  | { readonly tell: 'failed'; readonly error: ToldError };

/** An error, as it goes from one process to another. */
export type ToldError = Pick<pubsub_error, 'code' | 'stage' | 'raw_message' | 'hint'>;

/**
 * Takes every right away, one at a time, and looks whether the verdict names it. One process draws what is done to which
 * row, by the seed; another, which gets the templates and nothing else, judges them; what they say is compared here.
 *
 * @throws pubsub_error only when rows could not be judged: a template that cannot be rehearsed, no Kafka, aborted
 */
export async function runMatrix(options: MatrixOptions): Promise<MatrixRow[]> {
  const { template, stackName, seed, onProgress, onRow } = options;
  const about = [template, '--stack-name', stackName, ...options.about];
  onProgress('every right to be taken out of a template of its own');
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

/** For a Kafka and its functions to be ended in. */
const STOP_MS = 30_000;

async function inProcess(
  { program, deadline }: MatrixOptions,
  args: readonly string[],
  onMessage: (message: MatrixMessage) => void,
): Promise<void> {
  const child = fork(program, ['rehearse', ...args], {
    // What loads TypeScript in a checkout; nothing, in the package.
    execArgv: process.execArgv,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    // Ctrl-C is for us; it ends with our deadline's signal, or when we are gone.
    detached: true,
  });
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-4_000)));
  let failure: pubsub_error | undefined;
  child.on('message', (message: MatrixMessage) => {
    if (message.tell !== 'failed') {
      onMessage(message);
      return;
    }
    const { code, stage, raw_message, hint } = message.error;
    failure = new pubsub_error(code, stage, raw_message, hint === undefined ? {} : { hint });
  });
  const ended = new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve();
      else reject(failure ?? endedBadly(args[0] ?? '', code, said));
    });
  });
  try {
    await deadline.race(ended, { stage: 'rehearsal', what: `rehearse ${args[0] ?? ''}` });
  } catch (error) {
    // It ends its Kafka and its functions, and then itself.
    child.kill('SIGTERM');
    const stop = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    await ended.catch(() => undefined);
    clearTimeout(stop);
    throw error;
  }
}

/** Without a word of its own about why. */
function endedBadly(command: string, code: number | null, said: string): pubsub_error {
  const sentence = `rehearse ${command} ended with ${code ?? 'a signal'}: ${said.trim() || 'it said nothing'}`;
  return new pubsub_error('internal', 'rehearsal', sentence);
}
