/** A list of what went wrong, which stays small: the first hundred, and a count of all. Answers have a limit of 1 MB. */
export class Exceptions<T> {
  readonly #listed: T[] = [];
  #count = 0;

  add(exception: T): void {
    this.#count += 1;
    if (this.#listed.length < LISTED) this.#listed.push(exception);
  }

  get count(): number {
    return this.#count;
  }

  get listed(): readonly T[] {
    return this.#listed;
  }
}

const LISTED = 100;
