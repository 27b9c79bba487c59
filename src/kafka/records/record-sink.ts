import type { record_headers } from '../connection.js';

/** A record as it came off the topic. Key and value are gone once `deliver` returns: copy what you keep. */
export interface IncomingRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: record_headers;
  /**
   * Monotonic time before which it could not be read: the log had been read to its end then. Undefined: unknown.
   */
  readonly notBefore?: number | undefined;
}

/** Where records go. */
export interface RecordSink {
  deliver(record: IncomingRecord): void;
  /** A record that cannot be taken apart, with what could be read of it. */
  deliverBad(record: IncomingRecord, reason: string): void;
  /**
   * Every record of a partition before this offset has been delivered, or needs no delivery: transaction markers,
   * aborted and compacted records have offsets of their own.
   */
  passed(partition: number, nextOffset: number): void;
  /** False when enough is waiting: delivery stops until `room` resolves. */
  hasRoom(): boolean;
  room(): Promise<void>;
}
