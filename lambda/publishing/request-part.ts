import { onAbort } from '../../src/base/abort.js';
import type { Deadline } from '../../src/base/deadline.js';
import {
  payload_text,
  pubsub_error,
  text_payload,
  worker_frame,
  type AirCoreFrame,
  type config,
  type position,
  type requester,
} from '../../src/index.js';
import type { RequestPartEvent } from '../event/publisher-event.js';
import { runHeaders } from '../runtime/run-records.js';
import { CLOCK_MS, framesInFlight, isOutOfTime } from './in-flight.js';
import type { RequestTally } from './request-tally.js';

/** Requests of one kind, and their outcomes. Several parts of a run share a requester, one after the other. */
export class RequestPart {
  readonly tally: RequestTally;
  readonly step: string;
  readonly #settings: config;
  readonly #runId: string;
  readonly #part: RequestPartEvent;
  readonly #work: Deadline;
  readonly #acknowledged = new Set<string>();
  readonly #text: string;
  /** The common prefix of the correlation ids of this part. */
  readonly #prefix: string;
  #lateCame: () => void = () => undefined;
  /** The slowest round trip so far. */
  #slowestMs = 0;

  constructor(settings: config, runId: string, part: RequestPartEvent, tally: RequestTally, work: Deadline) {
    this.tally = tally;
    this.step = part.step;
    this.#settings = settings;
    this.#runId = runId;
    this.#part = part;
    this.#work = work;
    this.#text = 'x'.repeat(part.payload_bytes);
    this.#prefix = `${runId}/${part.step}/`;
  }

  /** Returns whether a frame belongs to this part. Warm-up frames and their replies belong to none. */
  owns(correlationId: string): boolean {
    return correlationId.startsWith(this.#prefix) && /^\d+$/.test(correlationId.slice(this.#prefix.length));
  }

  acknowledged(correlationId: string, position: position, ackMs: number): void {
    this.#acknowledged.add(correlationId);
    this.tally.acknowledged(correlationId, position, ackMs);
  }

  late(correlationId: string, position: position): void {
    this.tally.late(correlationId, position);
    this.#lateCame();
  }

  /**
   * Sends all requests, and waits for the outcome of each. The concurrency is at most the given one: less if the
   * requester allows less, or if the frames are so large that they would not fit into the memory of the function.
   *
   * Before the time for work is over, no further requests are sent, so that those in flight can still be answered.
   */
  async all(caller: requester): Promise<void> {
    const { count, concurrency, paths, payload_bytes } = this.#part;
    const atOnce = Math.min(count, this.#settings.requester.max_in_flight, framesInFlight(concurrency, payload_bytes));
    const startedAt = performance.now();
    let next = 0;
    const lane = async (): Promise<void> => {
      while (next < count && this.#timeForOneMore) {
        const n = next;
        next += 1;
        await this.#one(caller, n, n % paths);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, lane));
    this.tally.ended(performance.now() - startedAt, count - next);
  }

  get #timeForOneMore(): boolean {
    const neededMs = Math.min(this.#part.timeout_ms, 2 * this.#slowestMs);
    return !this.#work.over && this.#work.remainingMs() > neededMs;
  }

  /** Waits for some time for late replies, to distinguish them from unanswered requests. */
  async drain(drainMs: number): Promise<void> {
    const ms = Math.min(drainMs, this.#work.remainingMs());
    if (this.tally.waitingForLate > 0) {
      await new Promise<void>((resolve) => {
        let forget: () => void = () => undefined;
        const end = (): void => {
          clearTimeout(timer);
          forget();
          resolve();
        };
        const timer = setTimeout(end, ms);
        this.#lateCame = () => {
          if (this.tally.waitingForLate === 0) end();
        };
        forget = onAbort(this.#work.signal, end);
      });
    }
    this.tally.drained();
  }

  async #one(caller: requester, n: number, path: number): Promise<void> {
    const correlationId = `${this.#prefix}${n}`;
    const { command, expect, timeout_ms: limitMs } = this.#part;
    const frame = worker_frame({ path: [path], command, payloads: [text_payload(`${n}:${this.#text}`)] });
    const timeoutMs = Math.min(limitMs, this.#work.remainingMs());
    const startedAt = performance.now();
    this.tally.sent();
    try {
      const replies: AirCoreFrame[] = [];
      const options = {
        timeout_ms: timeoutMs,
        correlation_id: correlationId,
        headers: runHeaders(this.#runId),
        signal: this.#work.signal,
      };
      if (expect === 'several') for await (const reply of caller.request_many(frame, options)) replies.push(reply);
      else replies.push(await caller.request(frame, options));
      const last = replies.at(-1);
      if (last === undefined) {
        this.tally.timedOut(correlationId);
        return;
      }
      this.tally.delivered(
        { n, path, correlation_id: correlationId },
        last,
        performance.now() - startedAt,
        this.#settings.clock.wall_ms(),
      );
      this.#judge(correlationId, n, replies);
    } catch (thrown) {
      this.#failed(correlationId, pubsub_error.from(thrown, 'reply'), performance.now() - startedAt);
    } finally {
      this.#slowestMs = Math.max(this.#slowestMs, performance.now() - startedAt);
    }
  }

  #judge(correlationId: string, n: number, replies: readonly AirCoreFrame[]): void {
    const { expect } = this.#part;
    const texts = replies.map((reply) => payload_text(reply) ?? '');
    if (expect === 'error') this.tally.wrong(correlationId, 'an ordinary reply instead of an error reply');
    else if (expect === 'several') {
      if (texts.length < 2) this.tally.wrong(correlationId, `${texts.length} replies instead of several`);
      else if (texts.some((text, index) => text !== `reply ${index}`)) {
        this.tally.wrong(correlationId, `replies in the order ${texts.join(', ')}`);
      }
    } else if (texts[0] !== `${n}:${this.#text}`)
      this.tally.wrong(correlationId, 'the reply is not the echo of its request');
  }

  #failed(correlationId: string, error: pubsub_error, totalMs: number): void {
    if (error.code === 'reply_error') {
      const code = String(error.details['reply_code']);
      this.tally.deliveredError(code, totalMs);
      if (this.#part.expect !== 'error') this.tally.wrong(correlationId, `error reply ${code}`);
    } else if (isOutOfTime(error) && totalMs < this.#part.timeout_ms && this.#work.remainingMs() < CLOCK_MS) {
      // Not the request's own deadline ended it, but that of the invocation.
      this.tally.undecided();
    } else if (this.#acknowledged.has(correlationId)) {
      // The request was written: its reply may still arrive.
      this.tally.timedOut(correlationId);
    } else {
      this.tally.sendFailed(correlationId, error);
    }
  }
}
