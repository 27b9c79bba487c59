/** A place in a log: an offset, and the epoch of the leader that wrote the record before it; undefined: unknown. */
export interface LogPosition {
  readonly offset: number;
  readonly epoch: number | undefined;
}

/**
 * The epochs of the leaders that wrote the records that were read from a partition. A leader that gets an offset
 * together with its epoch can tell whether its log has lost records before this offset.
 */
export class LeaderEpochs {
  /** The first offset of each epoch, in order. */
  #epochs: { readonly first: number; readonly epoch: number | undefined }[] = [];
  #isDoubtful = false;

  /** Reading begins here: what was read before says nothing about this place. */
  startAt({ offset, epoch }: LogPosition): void {
    this.#epochs = [{ first: offset - 1, epoch }];
    this.#isDoubtful = false;
  }

  /** The records that are read from this offset on are of this epoch; -1: unknown. */
  note(first: number, epoch: number): void {
    this.cutFrom(first);
    this.#epochs.push({ first, epoch: epoch < 0 ? undefined : epoch });
    this.#isDoubtful = false;
  }

  /** The epoch of the last record that was read, for the next request; -1: unknown, or in doubt. */
  get last(): number {
    return (this.#isDoubtful ? undefined : this.#epochs.at(-1)?.epoch) ?? -1;
  }

  /** The leader does not know the last epoch: it is not asked with it until more records are read. */
  doubtLast(): void {
    this.#isDoubtful = true;
  }

  /** The log has lost what was read from this offset on. */
  cutFrom(at: number): void {
    this.#epochs = this.#epochs.filter(({ first }) => first < at);
  }

  /** The first offset that is known to be of a later epoch than this one; undefined: none. */
  firstAfter(given: number): number | undefined {
    return this.#epochs.find(({ epoch }) => epoch !== undefined && epoch > given)?.first;
  }

  /** The epoch of the record before this offset; undefined: unknown. */
  before(offset: number): number | undefined {
    return this.#epochs.findLast(({ first }) => first < offset)?.epoch;
  }
}
