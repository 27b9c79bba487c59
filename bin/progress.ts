/** Shows on stderr what is waited for: on a terminal in one line that changes, otherwise one line each. */
export class Progress {
  readonly #terminal = process.stderr.isTTY;
  #sentence = '';
  #since = performance.now();
  #timer: NodeJS.Timeout | undefined;

  constructor(quiet: boolean) {
    if (quiet) this.show = () => undefined;
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
    if (this.#terminal && this.#sentence !== '') process.stderr.write('\r\u001b[2K');
    this.#sentence = '';
  }

  #draw(): void {
    if (this.#sentence === '') return;
    const seconds = ((performance.now() - this.#since) / 1000).toFixed(1);
    process.stderr.write(`\r\u001b[2Kwaiting for ${this.#sentence} … ${seconds} s`);
  }
}
