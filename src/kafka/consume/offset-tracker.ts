/**
 * Tracks which records of one partition are done, and up to which offset without a gap: this offset may be committed.
 * Records are handed out in order and finish in any order.
 */
export class OffsetTracker {
  /** Offsets that were delivered and are not below the committable one, in order. */
  readonly #delivered: number[] = [];
  #head = 0;
  readonly #done = new Set<number>();
  #committable: number | undefined;
  #started: number | undefined;
  /** All records before this offset were delivered, or will never be. */
  #passed: number | undefined;

  /** The offset to commit: all records below it are done. Undefined before the first one. */
  get committable(): number | undefined {
    return this.#committable;
  }

  /** One past the highest record whose handling has started; undefined before the first. */
  get startedUntil(): number | undefined {
    return this.#started;
  }

  /** A record was read. Offsets rise, but not always by one. */
  delivered(offset: number): void {
    this.#delivered.push(offset);
  }

  /**
   * All records before this offset were delivered, or will never be: between the last record and this offset are only
   * transaction markers, and records of aborted transactions or that were compacted away.
   */
  passed(nextOffset: number): void {
    this.#passed = nextOffset;
    this.#passGap();
  }

  /** The handling of a record started. */
  started(offset: number): void {
    if (this.#started === undefined || offset >= this.#started) this.#started = offset + 1;
  }

  done(offset: number): void {
    // Usually the committable offset waits for this record.
    if (offset === this.#delivered[this.#head]) {
      this.#head += 1;
      this.#committable = offset + 1;
    } else {
      this.#done.add(offset);
    }
    while (this.#head < this.#delivered.length) {
      const next = this.#delivered[this.#head];
      if (next === undefined || !this.#done.delete(next)) break;
      this.#head += 1;
      this.#committable = next + 1;
    }
    this.#passGap();
    if (this.#head > 1_024 && this.#head * 2 > this.#delivered.length) {
      this.#delivered.splice(0, this.#head);
      this.#head = 0;
    }
  }

  #passGap(): void {
    if (this.#passed === undefined || this.#head < this.#delivered.length) return;
    if (this.#committable === undefined || this.#passed > this.#committable) this.#committable = this.#passed;
  }
}
