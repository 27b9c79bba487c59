export interface LogEvent {
  readonly id: string;
  readonly stream: string;
  readonly timestamp: number;
  readonly message: string;
}

/** The events that are kept per group; older ones are dropped. */
const KEPT = 10_000;

/** What functions have logged, by log group. Bounded. */
export class LogStore {
  readonly #groups = new Map<string, LogEvent[]>();
  #next = 0;

  /** A group must be created before events are written: writing does not create one. */
  createGroup(name: string): void {
    if (!this.#groups.has(name)) this.#groups.set(name, []);
  }

  add(group: string, stream: string, message: string): void {
    const events = this.#groups.get(group);
    if (events === undefined) return;
    this.#next += 1;
    events.push({ id: String(this.#next).padStart(20, '0'), stream, timestamp: Date.now(), message });
    if (events.length > KEPT) events.splice(0, events.length - KEPT);
  }

  /** @returns undefined for a group that does not exist */
  of(group: string): readonly LogEvent[] | undefined {
    return this.#groups.get(group);
  }
}
