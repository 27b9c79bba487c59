/** The network faults for the connections of one world. Changed while connections are open. */
export class Weather {
  /** Brokers whose connections are accepted, but whose bytes are held in both directions until the fault ends. */
  readonly holes = new Set<number>();
  /** Added in each direction. */
  delayMs = 0;
  readonly counts = { connections: 0, held: 0, reset: 0, delayed: 0 };
  readonly #listeners = new Set<() => void>();

  constructor(
    /** The prefix of the client ids of its processes. */
    readonly prefix: string,
  ) {}

  dig(brokers: readonly number[]): void {
    for (const broker of brokers) this.holes.add(broker);
    this.#notify();
  }

  fill(): void {
    this.holes.clear();
    this.#notify();
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #notify(): void {
    for (const listener of this.#listeners) listener();
  }
}
