/** What a `Chain` needs of its members. */
export interface ChainLink<T> {
  previous: T | undefined;
  next: T | undefined;
}

/**
 * Objects in insertion order, each of which can be removed at any time: a `Set` for thousands of short-lived members.
 *
 * A `Set` that gets as many additions as removals allocates a new table every few hundred changes. Once the old table
 * is in V8's old generation, it keeps the next table, and every object that was in it, alive until the next full
 * garbage collection. Here nothing refers to a removed member.
 */
export class Chain<T extends ChainLink<T>> implements Iterable<T> {
  #first: T | undefined;
  #last: T | undefined;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get first(): T | undefined {
    return this.#first;
  }

  /** Adds a member at the end. It must not be in a chain already. */
  add(member: T): void {
    member.previous = this.#last;
    if (this.#last === undefined) this.#first = member;
    else this.#last.next = member;
    this.#last = member;
    this.#size += 1;
  }

  /** Removes a member. It must be in this chain. */
  delete(member: T): void {
    const { previous, next } = member;
    if (previous === undefined) this.#first = next;
    else previous.next = next;
    if (next === undefined) this.#last = previous;
    else next.previous = previous;
    member.previous = undefined;
    member.next = undefined;
    this.#size -= 1;
  }

  /** While this runs, remove only the member that it gave last; copy the members if others may be removed. */
  *[Symbol.iterator](): Generator<T, void, undefined> {
    for (let member = this.#first; member !== undefined;) {
      const { next } = member;
      yield member;
      member = next;
    }
  }
}
