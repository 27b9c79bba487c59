import type { record_headers } from '../connection.js';

/** A record as it was read. Key and value are only valid until `deliver` returns: copy what you keep. */
export interface IncomingRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: record_headers;
  /**
   * Monotonic time before which it could not be read, because the log had been read to its end. Undefined: unknown.
   */
  readonly notBefore?: number | undefined;
}

/** The receiver of records. */
export interface RecordSink {
  deliver(record: IncomingRecord): void;
  /** A record that cannot be decoded, with the parts that could be read. */
  deliverBad(record: IncomingRecord, reason: string): void;
  /**
   * Every record of a partition before this offset was delivered, or needs no delivery: transaction markers, aborted
   * and compacted records also have offsets.
   */
  passed(partition: number, nextOffset: number): void;
  /** False if enough records wait: delivery stops until `room` resolves. */
  hasRoom(): boolean;
  room(): Promise<void>;
}
