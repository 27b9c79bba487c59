import type { record_headers } from '../connection.js';

/** One record on its way, and what its sender waits for. */
export interface PendingRecord {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: record_headers | undefined;
  /** Monotonic milliseconds. */
  readonly deadlineAt: number;
  resolve(offset: number, partition: number): void;
  reject(error: Error): void;
  /** True once its promise has an outcome: it is not sent any more, and what happens to it in flight is not told. */
  settled: boolean;
  /** Requests that carried it. */
  attempts: number;
  /** True when a request that carried it ended without a clear answer: it may be in the log. */
  maybeWritten: boolean;
}

/** How much one produce request takes from one partition. */
export interface TakeLimits {
  readonly records: number;
  readonly bytes: number;
}

/**
 * What waits for one partition, in the order of the calls. A batch that failed goes back to the front, so that the
 * order survives a retry.
 */
export class PartitionQueue {
  readonly partition: number;
  /** Records to take at most; halved when a batch is too large for the topic. */
  recordLimit = Number.POSITIVE_INFINITY;
  /** Failures since the last success. */
  failures = 0;
  /** `idle`: nothing to send. `ready`: in its lane. `sending`: in flight. `waiting`: between two attempts. */
  state: 'idle' | 'ready' | 'sending' | 'waiting' = 'idle';
  #records: PendingRecord[] = [];
  #head = 0;

  constructor(partition: number) {
    this.partition = partition;
  }

  get size(): number {
    return this.#records.length - this.#head;
  }

  push(record: PendingRecord): void {
    this.#records.push(record);
  }

  /** The next batch, without records whose outcome is known already. Always at least one record if one is left. */
  take(limits: TakeLimits): PendingRecord[] {
    const batch: PendingRecord[] = [];
    const most = Math.min(limits.records, this.recordLimit);
    let bytes = 0;
    while (this.#head < this.#records.length && batch.length < most) {
      const record = this.#records[this.#head];
      if (record === undefined) break;
      if (!record.settled) {
        bytes += sizeOf(record);
        if (batch.length > 0 && bytes > limits.bytes) break;
        batch.push(record);
      }
      this.#head += 1;
    }
    this.#compact();
    return batch;
  }

  putBack(batch: readonly PendingRecord[]): void {
    const unsettled = batch.filter((record) => !record.settled);
    this.#records = [...unsettled, ...this.#records.slice(this.#head)];
    this.#head = 0;
  }

  /** Takes every record out that has no outcome. */
  drain(): PendingRecord[] {
    const rest = this.#records.slice(this.#head).filter((record) => !record.settled);
    this.#records = [];
    this.#head = 0;
    return rest;
  }

  #compact(): void {
    if (this.#head === this.#records.length) {
      this.#records = [];
      this.#head = 0;
    } else if (this.#head > 1_024 && this.#head * 2 > this.#records.length) {
      this.#records = this.#records.slice(this.#head);
      this.#head = 0;
    }
  }
}

// What a record needs besides its content in a batch: lengths, deltas, attributes.
const RECORD_OVERHEAD_BYTES = 40;

export function sizeOf({ key, value, headers }: PendingRecord): number {
  let size = RECORD_OVERHEAD_BYTES + (key?.length ?? 0) + (value?.length ?? 0);
  if (headers !== undefined) {
    for (const [name, text] of Object.entries(headers)) size += 4 + name.length + text.length * 3;
  }
  return size;
}
