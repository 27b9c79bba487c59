const signalCodes = { SIGINT: 130, SIGTERM: 143, SIGPIPE: 141 } as const;
type EndingSignal = keyof typeof signalCodes;

/** npm forwards a Ctrl-C that the terminal has already sent: a second one within this time is the same one. */
const SAME_MS = 500;
/** A command that ends sooner prints nothing about cleaning up. */
const NOTICE_MS = 250;

const CLEANING_UP =
  'Stopping and cleaning up. Press Ctrl-C again to stop immediately; then processes and topics may be left.';

/**
 * What ends a command from outside. Ctrl-C and SIGTERM abort its signal, and the command then cleans up and settles. A
 * second Ctrl-C, at least half a second later, ends the process without waiting. If nothing reads the output any more
 * (`| head -1`), the signal is aborted too.
 */
export class EndingSignals {
  readonly #controller = new AbortController();
  readonly #print: (sentence: string) => void;
  #received: EndingSignal | undefined;
  #receivedAt = 0;
  #notice: NodeJS.Timeout | undefined;

  /** @param print for people, on stderr */
  constructor(print: (sentence: string) => void) {
    this.#print = print;
    process.on('SIGINT', this.#onSignal);
    process.on('SIGTERM', this.#onSignal);
  }

  /** Aborted by the first of them. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The exit code of a command that was ended; undefined if it was not. */
  get exitCode(): number | undefined {
    return this.#received === undefined ? undefined : signalCodes[this.#received];
  }

  /** Nothing reads the output any more. Node ignores SIGPIPE itself. */
  outputClosed(): void {
    if (this.#received === undefined) this.#end('SIGPIPE', 'the output is closed');
  }

  /** The command has settled: from now on, signals end the process. */
  forget(): void {
    clearTimeout(this.#notice);
    process.off('SIGINT', this.#onSignal);
    process.off('SIGTERM', this.#onSignal);
  }

  readonly #onSignal = (signal: NodeJS.Signals): void => {
    const name = signal === 'SIGTERM' ? 'SIGTERM' : 'SIGINT';
    if (this.#received !== undefined) {
      if (performance.now() - this.#receivedAt > SAME_MS) process.exit(signalCodes[name]);
      return;
    }
    this.#end(name, `${name} was received`);
    this.#notice = setTimeout(() => this.#print(CLEANING_UP), NOTICE_MS);
  };

  #end(name: EndingSignal, reason: string): void {
    this.#received = name;
    this.#receivedAt = performance.now();
    this.#controller.abort(new Error(reason));
  }
}
