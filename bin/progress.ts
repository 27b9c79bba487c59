import { fstatSync } from 'node:fs';
import { redraw } from './terminal.js';

/** `| less`: the pager draws on the terminal that stderr is. */
function isInPager(): boolean {
  return process.stderr.isTTY && fstatSync(process.stdout.fd).isFIFO();
}

/**
 * Shows on stderr what is waited for: on a terminal in one line that changes, otherwise one line each. Node's own
 * readline is enough for one line; libraries for progress (ora, log-update) bring spinners and their own streams.
 */
export class Progress {
  readonly #terminal = process.stderr.isTTY;
  #sentence = '';
  #since = performance.now();
  #timer: NodeJS.Timeout | undefined;

  constructor() {
    if (isInPager()) this.show = () => undefined;
    else if (this.#terminal) this.#timer = setInterval(() => this.#draw(), 100).unref();
  }

  show = (sentence: string): void => {
    if (sentence === this.#sentence) return;
    this.#sentence = sentence;
    this.#since = performance.now();
    if (this.#terminal) this.#draw();
    else process.stderr.write(`waiting for ${sentence}\n`);
  };

  /** Removes the line. */
  end(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    if (this.#terminal && this.#sentence !== '') redraw(process.stderr, '');
    this.#sentence = '';
  }

  #draw(): void {
    if (this.#sentence === '') return;
    const seconds = ((performance.now() - this.#since) / 1000).toFixed(1);
    redraw(process.stderr, `${seconds} s: waiting for ${this.#sentence}`);
  }
}
