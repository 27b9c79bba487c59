/** What the network does to the connections of one world of a drill. Changed while connections are open. */
export class Weather {
  /** Brokers whose connections are taken, and whose bytes go nowhere, in either direction, until the hole is closed. */
  readonly holes = new Set<number>();
  /** Added on each way. */
  delayMs = 0;
  readonly counts = { connections: 0, held: 0, reset: 0, delayed: 0 };
  readonly #listeners = new Set<() => void>();

  constructor(
    /** What the client ids of its processes begin with. */
    readonly prefix: string,
  ) {}

  dig(brokers: readonly number[]): void {
    for (const broker of brokers) this.holes.add(broker);
    this.#tell();
  }

  fill(): void {
    this.holes.clear();
    this.#tell();
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
