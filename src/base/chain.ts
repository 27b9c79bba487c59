/** What a `Chain` needs of its members. */
export interface ChainLink<T> {
  previous: T | undefined;
  next: T | undefined;
}

/**
 * Objects in the order in which they came, each of which can leave at any time: a `Set` for what comes and goes by
 * the thousand.
 *
 * A Set from which as much is taken as is put in gets a new table every few hundred changes. The old one, once it has
 * been moved to the old generation, keeps the next one alive until the next full garbage collection, and that all
 * that ever was in it: nothing dies young. Here nothing holds what has left.
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

  /** Puts it last. It must not be in a chain already. */
  add(member: T): void {
    member.previous = this.#last;
    if (this.#last === undefined) this.#first = member;
    else this.#last.next = member;
    this.#last = member;
    this.#size += 1;
  }

  /** Takes a member out. It must be in this chain. */
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

  /** Take out only what was given last while this runs; copy the members where more may leave. */
  *[Symbol.iterator](): Generator<T, void, undefined> {
    for (let member = this.#first; member !== undefined;) {
      const { next } = member;
      yield member;
      member = next;
    }
  }
}
