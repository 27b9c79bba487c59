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
  /** One past the last record that was delivered. */
  #end = 0;
  /** Records that were delivered and are not done, and that the log has lost since then: how many, by offset. */
  readonly #cutOff = new Map<number, number>();

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
    this.#end = offset + 1;
  }

  /**
   * The log has lost its records from this offset on, and other records get these offsets. If one of them is delivered
   * before the lost one of the same offset is done, the offset counts as done when both are.
   */
  cutFrom(at: number): void {
    const kept = this.#delivered.findIndex((offset, index) => index >= this.#head && offset >= at);
    for (const offset of kept < 0 ? [] : this.#delivered.splice(kept))
      if (!this.#done.delete(offset)) this.#cutOff.set(offset, (this.#cutOff.get(offset) ?? 0) + 1);
    const limited = (offset: number | undefined): number | undefined =>
      offset === undefined ? undefined : Math.min(offset, at);
    this.#committable = limited(this.#committable);
    this.#started = limited(this.#started);
    this.#passed = limited(this.#passed);
    this.#end = Math.min(this.#end, at);
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
    // A record that the log has lost, and no other one with its offset was delivered: no next owner can wait for it.
    if (offset >= this.#end && this.#cutOff.has(offset)) return;
    if (this.#started === undefined || offset >= this.#started) this.#started = offset + 1;
  }

  done(offset: number): void {
    const lost = this.#cutOff.get(offset);
    if (lost !== undefined) {
      if (lost > 1) this.#cutOff.set(offset, lost - 1);
      else this.#cutOff.delete(offset);
      return;
    }
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
