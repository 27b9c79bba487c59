import { fork } from 'node:child_process';
import type { Deadline } from '../../src/base/deadline.js';
import { pubsub_error } from '../../src/index.js';
import type { RowAnswer } from './answers.js';
import { compareRow, type JudgedReport, type MatrixRow } from './compare.js';

export interface MatrixOptions {
  /** A synthesized template, in a folder that may be written to. */
  readonly template: string;
  readonly stackName: string;
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
  | { readonly tell: 'report'; readonly row: number; readonly report: JudgedReport };

/**
 * Takes every right away, one at a time, and looks whether the verdict names it. One process draws what is done to which
 * row, by the seed; another, which gets the templates and nothing else, judges them; what they say is compared here.
 */
export async function runMatrix(options: MatrixOptions): Promise<MatrixRow[]> {
  const { template, stackName, seed, onProgress, onRow } = options;
  onProgress('every right to be taken out of a template of its own');
  let answers: readonly RowAnswer[] = [];
  await inProcess(options, ['draw', template, '--stack-name', stackName, '--seed', seed], (message) => {
    if (message.tell === 'drawn') answers = message.answers;
  });
  const rows: MatrixRow[] = [];
  const judge = ['judge', template, '--stack-name', stackName, '--rows', String(answers.length)];
  await inProcess(options, judge, (message) => {
    if (message.tell === 'progress') onProgress(message.sentence);
    if (message.tell !== 'report') return;
    const answer = answers.find(({ row }) => row === message.row);
    if (answer === undefined) return;
    const row = compareRow(answer, message.report);
    rows.push(row);
    onRow(row);
  });
  return rows;
}

async function inProcess(
  { program, deadline }: MatrixOptions,
  args: readonly string[],
  onMessage: (message: MatrixMessage) => void,
): Promise<void> {
  const child = fork(program, ['rehearse', ...args], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'], detached: true });
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-4_000)));
  child.on('message', onMessage);
  const ended = new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve();
      else
        reject(
          new pubsub_error('internal', 'rehearsal', `rehearse ${args[0] ?? ''} ended with ${code}: ${said.trim()}`),
        );
    });
  });
  try {
    await deadline.race(ended, { stage: 'rehearsal', what: `rehearse ${args[0] ?? ''}` });
  } catch (error) {
    // It ends its Kafka and its functions, and then itself.
    child.kill('SIGTERM');
    await ended.catch(() => undefined);
    throw error;
  }
}
