import { onAbort } from '../../base/abort.js';
import { abortedError, requireSignal } from '../../base/deadline.js';
import type { pubsub_error } from '../../base/error.js';
import type { clock, logger, metrics } from '../../base/ports.js';
import type { frame_codec } from '../../frame/frame-codec.js';
import type { record_headers } from '../../kafka/connection.js';
import type { IncomingRecord, RecordSink } from '../../kafka/records/record-sink.js';
import { BoundedQueue } from './bounded-queue.js';
import type { delivery, on_bad_record, position } from './delivery.js';
import { thrownText } from '../../base/thrown.js';

/** What happens to a received record: nothing for replies, acknowledgement for a worker. */
export interface Handling<H> {
  /** Called for every record, in the order of its partition. */
  register(record: IncomingRecord): H;
  mayStart(handle: H, offset: number): 'yes' | 'hold' | 'drop';
  /** The record is delivered. */
  started(handle: H, offset: number): void;
  done(handle: H, offset: number): void;
  /** All records of a partition before this offset are registered. */
  passed(partition: number, nextOffset: number): void;
}

export interface FrameSourceOptions<F> {
  readonly codec: frame_codec<F>;
  readonly maxFrames: number;
  readonly maxBytes: number;
  readonly maxFrameBytes: number;
  /** Frames keep the bytes of their records, for a dead-letter topic. */
  readonly keepValues: boolean;
  /** If it returns false for the headers of a record, the record is counted as foreign and skipped without decoding. */
  readonly accept: ((headers: record_headers) => boolean) | undefined;
  readonly onBadRecord: on_bad_record | undefined;
  readonly logger: logger;
  readonly metrics: metrics;
  readonly clock: clock;
}

/**
 * While this many invalid records are being reported, reading waits: a hook may be slower than reading, and each has a
 * copy of its record. It is below the limit of a dead-letter topic.
 */
const MAX_HOOKS = 500;

/** The counts of a subscriber. */
export interface frame_counts {
  /** Delivered frames. */
  readonly frames: number;
  /** Skipped records that are not frames. */
  readonly bad: number;
  /** Skipped records of others. */
  readonly foreign: number;
}

/** A frame with its handle, with which a worker acknowledges it. */
export interface Handed<F, H> extends delivery<F> {
  readonly handle: H;
  /** Length of the record's value. */
  readonly bytes: number;
}

/** A waiting record with copies of its bytes, and later its frame: one object for the whole process. */
class WaitingFrame<F, H> implements Handed<F, H> {
  frame!: F;
  readonly handle: H;
  readonly position: position;
  readonly key: Buffer | null;
  readonly headers: record_headers;
  // Public names: readers get these as fields of a delivery.
  // eslint-disable-next-line @typescript-eslint/naming-convention
  readonly received_at_ms: number;
  // eslint-disable-next-line @typescript-eslint/naming-convention
  readonly max_age_ms: number | undefined;
  readonly bytes: number;
  #value: Buffer | undefined;

  constructor(
    { topic, partition, offset, key, headers, notBefore }: IncomingRecord,
    value: Buffer,
    handle: H,
    receivedAtMs: number,
  ) {
    this.handle = handle;
    this.position = { topic, partition, offset };
    this.key = key === null ? null : Buffer.from(key);
    this.headers = headers;
    this.received_at_ms = receivedAtMs;
    this.max_age_ms = notBefore === undefined ? undefined : performance.now() - notBefore;
    this.bytes = value.length;
    this.#value = Buffer.from(value);
  }

  /** Empty after it was decoded, unless it is kept. */
  get value(): Buffer {
    return this.#value ?? Buffer.alloc(0);
  }

  decode(codec: frame_codec<F>, inspect: ((frame: F) => void) | undefined, keepValue: boolean): void {
    const frame = codec.decode(this.value);
    inspect?.(frame);
    this.frame = frame;
    if (!keepValue) this.#value = undefined;
  }
}

/**
 * Converts records to frames. Records wait without decoding, as copies (their bytes are not valid after the fetch), and
 * are decoded when a reader takes them. A record that is not a frame is counted, passed to `on_bad_record` and skipped.
 */
export class FrameSource<F, H> implements RecordSink {
  readonly #options: FrameSourceOptions<F>;
  readonly #handling: Handling<H>;
  readonly #queue: BoundedQueue<WaitingFrame<F, H>>;
  readonly #takers: (() => void)[] = [];
  readonly #hooks = new Set<Promise<void>>();
  readonly #hookWaiters: (() => void)[] = [];
  #pump: () => void = () => undefined;
  #ended: pubsub_error | 'closed' | undefined;
  #frames = 0;
  #bad = 0;
  #foreign = 0;

  constructor(options: FrameSourceOptions<F>, handling: Handling<H>) {
    this.#options = options;
    this.#handling = handling;
    this.#queue = new BoundedQueue({ maxItems: options.maxFrames, maxBytes: options.maxBytes });
  }

  get counts(): frame_counts {
    return { frames: this.#frames, bad: this.#bad, foreign: this.#foreign };
  }

  get size(): number {
    return this.#queue.size;
  }

  hasRoom(): boolean {
    return this.#ended !== undefined || (this.#queue.hasRoom() && this.#hooks.size < MAX_HOOKS);
  }

  room(): Promise<void> {
    if (this.#hooks.size < MAX_HOOKS) return this.#queue.room();
    return new Promise((resolve) => this.#hookWaiters.push(resolve));
  }

  deliver(record: IncomingRecord): void {
    if (this.#ended !== undefined) return;
    const handle = this.#handling.register(record);
    const { maxFrameBytes } = this.#options;
    const accepted = this.#accepts(record.headers);
    if (typeof accepted === 'string') {
      this.#skip(record, handle, accepted);
      return;
    }
    if (!accepted) {
      this.#foreign += 1;
      this.#options.metrics.count('foreign_records', 1, { topic: record.topic });
      this.#handling.done(handle, record.offset);
      return;
    }
    const { value } = record;
    if (value === null || value.length === 0 || value.length > maxFrameBytes) {
      const reason =
        value === null
          ? 'the record has no value'
          : value.length === 0
            ? 'the value is empty'
            : `the value has ${value.length} bytes; the limit is ${maxFrameBytes}`;
      this.#skip(record, handle, reason);
      return;
    }
    this.#queue.push(new WaitingFrame(record, value, handle, this.#options.clock.wall_ms()), value.length);
    this.wake();
  }

  deliverBad(record: IncomingRecord, reason: string): void {
    if (this.#ended === undefined) this.#skip(record, this.#handling.register(record), reason);
  }

  passed(partition: number, nextOffset: number): void {
    if (this.#ended === undefined) this.#handling.passed(partition, nextOffset);
  }

  /** Wakes the waiting readers: a frame arrived, or may be delivered now. */
  wake(): void {
    if (this.#takers.length > 0) for (const taker of this.#takers.splice(0)) taker();
    if (this.#ended === undefined) this.#pump();
  }

  /** An alternative to `next`: called whenever `tryNext` may return a frame. Only for one reader. */
  onAvailable(pump: () => void): void {
    this.#pump = () => {
      try {
        pump();
      } catch (error) {
        // This runs during a delivery: an error of a reader must not count as an error of the record.
        this.#options.logger.error('a reader of frames failed', { error: thrownText(error) });
      }
    };
    this.#pump();
  }

  /**
   * Ends the readers: frames in the queue are not delivered any more. With an error, readers end with this error, and
   * `reopen` continues where this stopped.
   */
  end(error?: pubsub_error): void {
    if (this.#ended === 'closed') return;
    this.#ended = error ?? 'closed';
    if (error === undefined) while (this.#queue.shift() !== undefined);
    this.wake();
  }

  reopen(): void {
    if (this.#ended !== 'closed') this.#ended = undefined;
  }

  /**
   * The next frame, if one may be delivered now.
   *
   * @param begin false: the handling begins later, with a call of `begin`. @default true
   * @param inspect sees the frame first; a frame for which it throws is an invalid record
   */
  tryNext(begin = true, inspect?: (frame: F) => void): Handed<F, H> | undefined {
    for (;;) {
      const next = this.#queue.peek();
      if (next === undefined || this.#hooks.size >= MAX_HOOKS) return undefined;
      const { handle, position } = next;
      const mayStart = this.#handling.mayStart(handle, position.offset);
      if (mayStart === 'hold') return undefined;
      this.#queue.shift();
      if (mayStart === 'drop') continue;
      try {
        next.decode(this.#options.codec, inspect, this.#options.keepValues);
      } catch (error) {
        const { key, headers, value } = next;
        this.#skip({ ...position, key, headers, value }, handle, thrownText(error));
        continue;
      }
      if (begin) this.#handling.started(handle, position.offset);
      this.#frames += 1;
      return next;
    }
  }

  /** Returns whether the handling of a frame that was only taken may begin now. If true, it has begun. */
  begin({ handle, position }: Handed<F, H>): 'yes' | 'hold' | 'drop' {
    const mayStart = this.#handling.mayStart(handle, position.offset);
    if (mayStart === 'yes') this.#handling.started(handle, position.offset);
    return mayStart;
  }

  /**
   * Waits for the next frame; undefined if there will be none.
   *
   * @throws pubsub_error `aborted` by the signal, or the error that ended the subscriber.
   */
  async next(signal?: AbortSignal): Promise<Handed<F, H> | undefined> {
    requireSignal(signal);
    const subject = { stage: 'receive', what: 'the next frame' } as const;
    for (;;) {
      if (signal?.aborted) throw abortedError(subject, signal);
      if (this.#ended === 'closed') return undefined;
      if (this.#ended !== undefined) throw this.#ended;
      const handed = this.tryNext();
      if (handed !== undefined) return handed;
      await this.#wait(signal);
    }
  }

  /** Resolves when all running hooks have ended. */
  async hooksDone(): Promise<void> {
    await Promise.all(this.#hooks);
  }

  #wait(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        forget();
        resolve();
      };
      this.#takers.push(look);
      const forget = onAbort(signal, () => {
        const at = this.#takers.indexOf(look);
        if (at >= 0) this.#takers.splice(at, 1);
        resolve();
      });
    });
  }

  /** A string has the reason why `accept` failed for this record. */
  #accepts(headers: record_headers): boolean | string {
    try {
      return this.#options.accept?.(headers) ?? true;
    } catch (error) {
      return `accept failed: ${thrownText(error)}`;
    }
  }

  #skip(record: IncomingRecord, handle: H, reason: string): void {
    const { topic, partition, offset, headers } = record;
    this.#bad += 1;
    this.#options.metrics.count('bad_records', 1, { topic });
    this.#options.logger.warn('a record that is not a frame was skipped', { topic, partition, offset, reason });
    const { onBadRecord } = this.#options;
    if (onBadRecord === undefined) {
      this.#handling.done(handle, offset);
      return;
    }
    // The bytes of the record are not valid after this returns.
    const bytes = record.value === null ? null : Buffer.from(record.value);
    const key = record.key === null ? null : Buffer.from(record.key);
    const hook = Promise.resolve()
      .then(() => onBadRecord({ position: { topic, partition, offset }, bytes, key, headers, reason }))
      .catch((error: unknown) => this.#options.logger.error('on_bad_record failed', { error: thrownText(error) }))
      .then(() => {
        this.#handling.done(handle, offset);
        this.#hooks.delete(hook);
        if (this.#hooks.size !== MAX_HOOKS - 1) return;
        for (const resolve of this.#hookWaiters.splice(0)) resolve();
        this.wake();
      });
    this.#hooks.add(hook);
  }
}
