import type { EachBatchPayload } from 'kafkajs';
import { onAbort } from '../base/abort.js';
import type { logger, metrics } from '../base/ports.js';
import type { RecordHeaders } from './connection.js';
import type { ConsumerSession } from './consumer-session.js';
import type { Ownership } from './ownership.js';
import type { RecordSink } from './record-sink.js';

export interface BatchDeliveryOptions {
  readonly topic: string;
  readonly heartbeatIntervalMs: number;
  readonly metrics: metrics;
  readonly logger: logger;
}

/** Hands what was fetched to a sink, record by record, as fast as that has room, and sees what is missing. */
export class BatchDelivery {
  readonly #options: BatchDeliveryOptions;
  readonly #sink: RecordSink;
  readonly #ownership: Ownership;
  #gapRecords = 0;

  constructor(options: BatchDeliveryOptions, ownership: Ownership, sink: RecordSink) {
    this.#options = options;
    this.#ownership = ownership;
    this.#sink = sink;
  }

  /** Records that were deleted by retention before they were read. */
  get gapRecords(): number {
    return this.#gapRecords;
  }

  /** Returns early when the session ends or the partition goes: what was not delivered is fetched again. */
  async deliver(session: ConsumerSession, payload: EachBatchPayload): Promise<void> {
    const { batch, resolveOffset, heartbeat, isRunning } = payload;
    const { topic, partition } = batch;
    const owned = this.#ownership.flowing(partition);
    if (owned === undefined) return;
    for (const message of batch.messages) {
      const offset = Number(message.offset);
      if (owned.position !== undefined && offset < owned.position) continue;
      while (!this.#sink.hasRoom()) {
        await this.#roomOrHeartbeat(session, heartbeat);
        if (!isRunning() || session.stopSignal.aborted || this.#ownership.flowing(partition) !== owned) return;
      }
      if (owned.position !== undefined && offset > owned.position) this.#gap(partition, owned.position, offset);
      owned.position = offset + 1;
      this.#sink.deliver({
        topic,
        partition,
        offset,
        key: message.key,
        value: message.value,
        headers: textHeaders(message.headers),
      });
    }
    // The last offset may be a marker that is not handed to us.
    resolveOffset(batch.lastOffset());
    const next = Number(batch.lastOffset()) + 1;
    if (owned.position === undefined || next > owned.position) owned.position = next;
  }

  /** Waits for room, but not in silence: the group must see this member, and this member must see a rebalance. */
  async #roomOrHeartbeat(session: ConsumerSession, heartbeat: () => Promise<void>): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    let forget = (): void => undefined;
    const waited = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, this.#options.heartbeatIntervalMs / 2);
      forget = onAbort(session.stopSignal, resolve);
    });
    await Promise.race([this.#sink.room(), waited]);
    clearTimeout(timer);
    forget();
    await heartbeat();
  }

  #gap(partition: number, expected: number, found: number): void {
    this.#gapRecords += found - expected;
    this.#options.metrics.count('records_skipped_by_gap', found - expected, { topic: this.#options.topic });
    this.#options.logger.warn('records are missing on the topic: retention deleted them, or transactions left marks', {
      topic: this.#options.topic,
      partition,
      expected,
      found,
    });
  }
}

const noHeaders: RecordHeaders = {};

function textHeaders(headers: EachBatchPayload['batch']['messages'][number]['headers']): RecordHeaders {
  if (headers === undefined) return noHeaders;
  const names = Object.keys(headers);
  if (names.length === 0) return noHeaders;
  const texts: Record<string, string> = {};
  for (const name of names) {
    const value = headers[name];
    // Of a repeated header the last counts, as in every client's "last header".
    const last = Array.isArray(value) ? value.at(-1) : value;
    if (last !== undefined) texts[name] = last.toString();
  }
  return texts;
}
