import { onAbort } from '../../base/abort.js';
import type { ChainLink } from '../../base/chain.js';
import { abortedError, timedOutSentence, type Deadline, type WaitSubject } from '../../base/deadline.js';
import { pubsub_error } from '../../base/error.js';
import { THROTTLE_HINT, THROTTLED } from '../client/throttle.js';
import type { position, record_headers } from '../connection.js';
import type { PendingRecord } from './partition-queue.js';

export interface OutgoingRecord {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers?: record_headers | undefined;
  /** The partition to write to; if undefined, the key decides. */
  readonly partition?: number | undefined;
  /** False: accepted however many records wait, because the caller limits them itself. @default true */
  readonly isLimited?: boolean | undefined;
}

export const sending: WaitSubject = { stage: 'send', what: 'an acknowledgement' };

/** `acknowledged_late`: it had its outcome before. */
export type Closing = 'acknowledged' | 'acknowledged_late' | 'rejected';

/** A record whose caller waits for its outcome. */
export class OpenRecord implements PendingRecord, ChainLink<OpenRecord> {
  key: Buffer | null;
  value: Buffer | null;
  readonly headers: record_headers | undefined;
  /** The partition that the caller named. */
  readonly partition: number | undefined;
  /** The partition in whose queue it is; undefined before it is in one. */
  queuedFor: number | undefined;
  settled = false;
  attempts = 0;
  maybeWritten = false;
  failure: pubsub_error | undefined = undefined;
  previous: OpenRecord | undefined;
  next: OpenRecord | undefined;
  /** Monotonic milliseconds. The deadline may have begun long before, for example when a handler began. */
  readonly openedAt = performance.now();
  readonly #deadline: Deadline;
  readonly #topic: string;
  /** Both undefined once it is settled. */
  #resolve: ((position: position) => void) | undefined;
  #reject: ((error: Error) => void) | undefined;
  readonly #closed: (record: OpenRecord, how: Closing) => void;
  #forget: (() => void) | undefined;

  constructor(
    outgoing: OutgoingRecord,
    deadline: Deadline,
    topic: string,
    resolve: (position: position) => void,
    reject: (error: Error) => void,
    closed: (record: OpenRecord, how: Closing) => void,
  ) {
    this.key = outgoing.key;
    this.value = outgoing.value;
    this.headers = outgoing.headers;
    this.partition = outgoing.partition;
    this.#deadline = deadline;
    this.#topic = topic;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#closed = closed;
    const { signal } = deadline;
    if (signal !== undefined) this.#forget = onAbort(signal, () => this.reject(abortedError(sending, signal)));
  }

  get deadlineAt(): number {
    return this.#deadline.endsAt;
  }

  resolve(offset: number, partition: number): void {
    const acknowledged = this.#resolve;
    if (this.settled) this.#closed(this, 'acknowledged_late');
    this.#settle('acknowledged');
    this.key = null;
    this.value = null;
    acknowledged?.({ topic: this.#topic, partition, offset });
  }

  reject(error: Error): void {
    const refused = this.#reject;
    this.#settle('rejected');
    refused?.(error);
  }

  /** @param lastError of the topic since the record was opened, for a record that was never tried */
  expire(lastError: pubsub_error | undefined, isThrottled: boolean): void {
    // Another record's failure does not explain why this one, which was sent, was not acknowledged.
    const failure = this.failure ?? (this.attempts === 0 ? lastError : undefined);
    const missing = `an acknowledgement from topic ${this.#topic}`;
    const sentence = timedOutSentence(
      this.#deadline.timeoutMs,
      missing,
      isThrottled ? THROTTLED : failure?.raw_message,
    );
    const maybeWritten = this.maybeWritten || this.attempts > 0;
    const hints = [
      isThrottled ? THROTTLE_HINT : failure?.hint,
      maybeWritten ? 'The record may still have been written.' : undefined,
    ];
    const hint = hints.filter((text) => text !== undefined).join(' ');
    this.reject(
      new pubsub_error('deadline_exceeded', 'send', sentence, {
        retryable: true,
        cause: failure,
        hint:
          hint === ''
            ? 'The record was not sent. Check that a broker can be reached, or send fewer records at the same time.'
            : hint,
        details: { topic: this.#topic, attempts: this.attempts, maybe_written: maybeWritten },
      }),
    );
  }

  /**
   * The table of requests that kafkajs keeps for a connection still references answered requests (see `Chain`), and
   * these reference their records. A written record does not need its bytes any more, and a settled one has no caller.
   */
  #settle(how: Closing): void {
    if (this.settled) return;
    this.settled = true;
    this.failure = undefined;
    this.#resolve = undefined;
    this.#reject = undefined;
    this.#forget?.();
    this.#forget = undefined;
    this.#closed(this, how);
  }
}
