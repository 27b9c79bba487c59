export interface LogEvent {
  readonly id: string;
  readonly stream: string;
  readonly timestamp: number;
  readonly message: string;
}

/** Of one group; older ones go. */
const KEPT = 10_000;

/** What functions have logged, by log group. Bounded. */
export class LogStore {
  readonly #groups = new Map<string, LogEvent[]>();
  #next = 0;

  /** Groups are there before anything is written: no one may make one by writing. */
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

  /** @returns undefined for a group that is not there */
  of(group: string): readonly LogEvent[] | undefined {
    return this.#groups.get(group);
  }
}
