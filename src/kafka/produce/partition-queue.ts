import type { pubsub_error } from '../../base/error.js';
import type { record_headers } from '../connection.js';

/** One record to send, and the outcome for its caller. */
export interface PendingRecord {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: record_headers | undefined;
  /** Monotonic milliseconds. */
  readonly deadlineAt: number;
  resolve(offset: number, partition: number): void;
  reject(error: Error): void;
  /** True after its promise is settled: it is not sent any more, and its outcome in flight is ignored. */
  settled: boolean;
  /** The number of requests that contained it. */
  attempts: number;
  /** True if a request that contained it ended without a clear response: it may be in the log. */
  maybeWritten: boolean;
  /** Why the last attempt for its partition failed; undefined: none has. */
  failure: pubsub_error | undefined;
}

/** The limits of one produce request for one partition. */
export interface TakeLimits {
  readonly records: number;
  readonly bytes: number;
}

/**
 * The records that wait for one partition, in the order of the calls. A failed batch is put back at the front, so that
 * a retry keeps the order.
 */
export class PartitionQueue {
  readonly partition: number;
  /** The maximum number of records in a batch; halved if a batch is too large for the topic. */
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

  /** The next batch, without records that already have an outcome. It has at least one record if any is left. */
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

  /** The records that wait now learn why. Those that have their outcome are forgotten, with their bytes. */
  note(failure: pubsub_error): void {
    this.#records = this.#records.slice(this.#head).filter((record) => !record.settled);
    this.#head = 0;
    for (const record of this.#records) record.failure = failure;
  }

  /** Removes and returns every record without an outcome. */
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

// The bytes of a record in a batch besides its content: lengths, deltas, attributes.
const RECORD_OVERHEAD_BYTES = 40;

export function sizeOf({ key, value, headers }: PendingRecord): number {
  let size = RECORD_OVERHEAD_BYTES + (key?.length ?? 0) + (value?.length ?? 0);
  if (headers !== undefined) {
    for (const [name, text] of Object.entries(headers)) size += 4 + name.length + text.length * 3;
  }
  return size;
}
