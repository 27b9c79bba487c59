import { shellWord } from '../rehearsal/answers.js';
import { pubsub_error } from '../src/base/error.js';

/** What a command gives back: 0 all is well, 1 it is not, 2 it could not be found out. */
export type ExitCode = 0 | 1 | 2;

const signalCodes = { SIGINT: 130, SIGTERM: 143, SIGPIPE: 141 } as const;
/** npm passes a Ctrl-C on that the terminal has told us already: a second one this soon is the first one again. */
const SAME_MS = 500;
/** A command that ends sooner than this says nothing of cleaning up. */
const NOTICE_MS = 250;
/** A handle that still keeps the event loop alive by then is a leak: do not wait for it. */
const LINGER_MS = 2_000;

const CLEANING_UP =
  'Stopping and cleaning up. Press Ctrl-C again to stop immediately; then processes and topics may be left.';

/**
 * Makes a command's action of a function that takes a signal: Ctrl-C and SIGTERM give it, and the function then cleans
 * up and rejects (or resolves). Another Ctrl-C, half a second later or more, does not wait. So does an output that is no
 * longer read (`| head -1`): the exit code is then the one of a program that SIGPIPE ended.
 *
 * Errors are printed on stderr, as a sentence and what to do, and end with exit code 2.
 */
export function action<A extends unknown[]>(
  run: (signal: AbortSignal, ...args: A) => Promise<ExitCode>,
): (...args: A) => Promise<void> {
  return async (...args) => {
    const controller = new AbortController();
    let received: keyof typeof signalCodes | undefined;
    let receivedAt = 0;
    let notice: NodeJS.Timeout | undefined;
    const end = (name: keyof typeof signalCodes, reason: string): void => {
      received = name;
      receivedAt = performance.now();
      controller.abort(new Error(reason));
    };
    const onSignal = (signal: NodeJS.Signals): void => {
      const name = signal === 'SIGTERM' ? 'SIGTERM' : 'SIGINT';
      if (received !== undefined) {
        if (performance.now() - receivedAt > SAME_MS) process.exit(signalCodes[name]);
        return;
      }
      end(name, `${name} was received`);
      notice = setTimeout(() => printNotice(CLEANING_UP), NOTICE_MS);
    };
    // Node ignores SIGPIPE. Each failed write emits an error here, also after the end.
    for (const stream of [process.stdout, process.stderr]) {
      stream.on('error', () => {
        if (received === undefined) end('SIGPIPE', 'the output is closed');
      });
    }
    process.on('SIGINT', onSignal);
    process.on('SIGTERM', onSignal);
    try {
      process.exitCode = await run(controller.signal, ...args);
    } catch (error) {
      process.exitCode = 2;
      if (received === undefined) printError(error);
    } finally {
      clearTimeout(notice);
      process.off('SIGINT', onSignal);
      process.off('SIGTERM', onSignal);
      if (received !== undefined) process.exitCode = signalCodes[received];
      setTimeout(() => process.exit(), LINGER_MS).unref();
    }
  };
}

/** The sentence, then what can be done about it. */
export function printError(error: unknown): void {
  process.stderr.write(`${describeError(error)}\n`);
}

/** What a command gives back, for people. */
export function printLine(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Something to know about a command that goes on. */
export function printNotice(sentence: string): void {
  process.stderr.write(`${sentence}\n`);
}

export function describeError(error: unknown): string {
  if (!pubsub_error.is(error)) return describeMistake(error);
  const { code, details, hint } = error;
  const all = Array.isArray(details['refusals']) ? (details['refusals'] as string[]) : [error.raw_message];
  const sentences = all.map((sentence) => (isSetting(code, sentence) ? sentence : capitalized(sentence, details)));
  const asks = Array.isArray(details['asks']) ? (details['asks'] as string[]) : [];
  const command = asks.length === 0 ? [] : ['In one command, with what is to be filled in:', commandWith(asks)];
  const further = [...(hint === undefined ? [] : hint.split('\n')), ...command];
  return [`${sentences.join('\n')} [${code}]`, ...further.map((line) => `  ${line}`)].join('\n');
}

/** An error of a library, or a mistake of ours. Its stack is shown on demand: only people with the sources can use it. */
function describeMistake(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const from = process.env['EASY_PUBSUB_STACK'] === undefined ? '' : `\n${error.stack ?? ''}`;
  return `${error.message || error.name} [internal]${from}`;
}

/** A setting is called as it is written: "azs is 9". */
function isSetting(code: string, sentence: string): boolean {
  return code === 'config_invalid' && /^\S+ (is|names|and|or) /.test(sentence);
}

/** A sentence begins with a capital letter; names that the user typed, or that a file contains, stay as they are. */
function capitalized(sentence: string, details: Readonly<Record<string, unknown>>): string {
  const names = Object.values(details).filter((value) => typeof value === 'string' && value !== '');
  const isName = names.some((name) => sentence.startsWith(String(name))) || !/^[a-z’']+[ ,]/.test(sentence);
  return isName ? sentence : `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}`;
}

/** The given command with these options added. */
function commandWith(options: readonly string[]): string {
  const script = process.env['npm_lifecycle_event'];
  const program =
    script === 'sanity' ? 'npm run sanity --' : script === 'easy-pubsub' ? 'npm run easy-pubsub --' : 'easy-pubsub';
  const given = process.argv.slice(script === 'sanity' ? 3 : 2).map(shellWord);
  return [program, ...given, ...options].join(' ');
}
