import type { Command } from 'commander';
import { wrapped } from '../sanity/report/wrap.js';
import { commandWith } from './command-with.js';
import { withOwnCommands } from './own-commands.js';
import { EndingSignals } from './signals.js';
import { columnsOf } from './terminal.js';
import { visible } from './visible.js';
import { pubsub_error } from '../src/base/error.js';

/** The exit code of a command: 0 for success, 1 for failure, 2 for no result. */
export type ExitCode = 0 | 1 | 2;

/** A handle that still keeps the event loop alive after this time is a leak, and is not awaited. */
const LINGER_MS = 2_000;

/**
 * Creates a command's action from a function that takes a signal, which is aborted when something ends the command from
 * outside (`signals.ts`). The exit code is then that of the signal.
 *
 * Errors are printed on stderr, as a sentence and a hint, and end with exit code 2.
 */
export function action<A extends unknown[]>(
  run: (signal: AbortSignal, ...args: A) => Promise<ExitCode>,
): (...args: A) => Promise<void> {
  return async (...args) => {
    const ending = new EndingSignals(printNotice);
    let unwritten: string | undefined;
    // Each failed write emits an error here, also after the end.
    for (const stream of [process.stdout, process.stderr]) {
      stream.on('error', ({ code }: NodeJS.ErrnoException) => {
        if (code === 'EPIPE') {
          ending.outputClosed();
          return;
        }
        // A disk that is full, for example. Without its result, a command has not succeeded.
        unwritten = code ?? 'unknown';
        process.exitCode = 2;
        if (stream === process.stdout) printNotice(`standard output cannot be written (${unwritten})`);
      });
    }
    try {
      process.exitCode = await run(ending.signal, ...args);
    } catch (error) {
      process.exitCode = 2;
      if (ending.exitCode === undefined) printError(error);
    } finally {
      ending.forget();
      if (unwritten !== undefined) process.exitCode = 2;
      process.exitCode = ending.exitCode ?? process.exitCode;
      setTimeout(() => process.exit(), LINGER_MS).unref();
    }
  };
}

/** The sentence, then the hint. */
export function printError(error: unknown): void {
  printTo(process.stderr, describeError(error));
}

/** Lines are broken at words on a terminal, and nowhere else: a command in them must remain one line. */
function printTo(stream: NodeJS.WriteStream, text: string): void {
  const columns = columnsOf(stream) ?? Number.POSITIVE_INFINITY;
  const lines = visible(withOwnCommands(text), LAYOUT)
    .split('\n')
    .flatMap((line) => (isCommand(line) ? [line] : wrapped(line, columns, 2)));
  stream.write(`${lines.join('\n')}\n`);
}

/** A line to copy. */
function isCommand(line: string): boolean {
  return /^ *(easy-pubsub|npm run|npx|echo) /.test(line);
}

/** Invalid arguments: where the help is, then what is wrong. */
export function printUsageError(program: Command, args: readonly string[], message: string): void {
  let command = program;
  const words = [program.name()];
  for (const arg of args) {
    const next = command.commands.find((one) => one.name() === arg);
    if (next === undefined) break;
    command = next;
    words.push(arg);
  }
  printTo(process.stderr, `For the arguments: ${words.join(' ')} --help\n${message.replaceAll('\n', ' ')}`);
}

/** Characters that this program itself prints. */
const LAYOUT = '\n\t';

/** A line of a result. */
export function printLine(line: string): void {
  process.stdout.write(`${visible(line, LAYOUT)}\n`);
}

/** Lines of output for people. */
export function printText(text: string): void {
  process.stdout.write(`${visible(withOwnCommands(text), LAYOUT)}\n`);
}

/** A note of a command that continues. */
export function printNotice(sentence: string): void {
  printTo(process.stderr, sentence);
}

/** An error as text for people. */
export function describeError(error: unknown): string {
  if (!pubsub_error.is(error)) return describeMistake(error);
  const { code, details, hint } = error;
  const all = Array.isArray(details['refusals']) ? (details['refusals'] as string[]) : [error.raw_message];
  const sentences = all.map((sentence) => (isSetting(code, sentence) ? sentence : capitalized(sentence, details)));
  const asks = Array.isArray(details['asks']) ? (details['asks'] as string[]) : [];
  const command = asks.length === 0 ? [] : ['As one command, with values to fill in:', commandWith(asks)];
  const further = [...(hint === undefined ? [] : hint.split('\n')), ...command];
  return [`${sentences.join('\n')} [${code}]`, ...further.map((line) => `  ${line}`)].join('\n');
}

/**
 * An error of a library, or an internal error. Its stack is shown only on request, because it is useful only with the
 * sources.
 */
function describeMistake(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const from = process.env['EASY_PUBSUB_STACK'] === undefined ? '' : `\n${error.stack ?? ''}`;
  return `${error.message || error.name} [internal]${from}`;
}

/** The name of a setting is not changed: "azs is 9". */
function isSetting(code: string, sentence: string): boolean {
  return code === 'config_invalid' && /^\S+ (is|names|and|or) /.test(sentence);
}

/** A sentence begins with a capital letter; names that the user typed, or that a file contains, are not changed. */
function capitalized(sentence: string, details: Readonly<Record<string, unknown>>): string {
  const names = Object.values(details).filter((value) => typeof value === 'string' && value !== '');
  const isName = names.some((name) => sentence.startsWith(String(name))) || !/^[a-z’']+[ ,]/.test(sentence);
  return isName ? sentence : `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}`;
}
