import type { position, record_headers } from '../../kafka/connection.js';

export type { position } from '../../kafka/connection.js';

/** A received frame, with the position and headers of its record. */
export interface delivery<F> {
  /** The decoded frame. */
  readonly frame: F;
  /** Where its record is. */
  readonly position: position;
  /** A copy of the record's key; null if it has none. */
  readonly key: Buffer | null;
  /** The headers of its record. */
  readonly headers: record_headers;
  /** Wall clock (ms) at which this process received it. */
  readonly received_at_ms: number;
  /**
   * The record had been readable for at most this many milliseconds when this process received it; undefined: unknown.
   * Measured only with the monotonic clock of this process.
   */
  readonly max_age_ms?: number | undefined;
}

/** A delivery whose offset is committed after it and all earlier ones of its partition are acknowledged. */
export interface worker_delivery<F> extends delivery<F> {
  /** Marks the frame as done: it will not be delivered to this group again. Idempotent. */
  acknowledge(): void;
}

/** A record that is not a frame. */
export interface bad_record {
  /** Where the record is. */
  readonly position: position;
  /** Null for a record without a value (a tombstone). */
  readonly bytes: Uint8Array | null;
  /** A copy of its key; null if it has none. */
  readonly key: Uint8Array | null;
  /** Its headers. */
  readonly headers: record_headers;
  /** Why it could not be read. */
  readonly reason: string;
}

/**
 * Called for every record that is not a frame, before it is skipped. What it throws is logged; a promise is awaited
 * before the record counts as done.
 */
export type on_bad_record = (record: bad_record) => void | Promise<void>;
