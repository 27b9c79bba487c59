import { hop_names, type AirCoreFrame, type position } from '../../src/index.js';
import type { pubsub_error, pubsub_error_code } from '../../src/base/error.js';
import { wallMsOf } from '../../src/frame/timestamp.js';
import { BoundedList, Exceptions, ListedFrames, type ListedFrame } from '../runtime/bounded-list.js';
import { noRequestCounts } from './request-counts.js';
import { Latency, type LatencySummary } from '../runtime/latency.js';

/** The outcomes of the requests. sent = delivered + late + unanswered + send_failed + undecided. */
export interface RequestLedger {
  readonly sent: number;
  /** Answered in time, including error replies. */
  readonly delivered: number;
  /** Answered after the deadline, within the drain time. */
  readonly late: number;
  /** Acknowledged, and never answered: the worker reports how many of them it skipped as expired; the others are lost. */
  readonly unanswered: number;
  readonly send_failed: number;
  /** The time of the invocation ended before the deadline of the request: its reply may have been on its way. */
  readonly undecided: number;
  /** Planned, and not sent, because the time of the invocation was over. Not part of `sent`. */
  readonly never_sent: number;
  readonly duplicate: number;
  readonly foreign: number;
  readonly corrupt: number;
}

export interface RequestException {
  readonly kind: 'late' | 'unanswered' | 'send_failed' | 'duplicate' | 'foreign' | 'corrupt' | 'wrong' | 'disordered';
  readonly correlation_id: string;
  readonly position?: position;
  readonly detail?: string | undefined;
}

export type Hop = 'send_to_ack' | 'send_to_worker' | 'worker_to_reply_sent' | 'reply_sent_to_received' | 'total';

export interface TallyFacts {
  readonly ledger: RequestLedger;
  /** Replies with unexpected content. */
  readonly wrong: number;
  /** Replies that were written before the reply to an earlier request of the same path. */
  readonly disordered: number;
  /** The number of error replies by code. */
  readonly reply_codes: Readonly<Record<string, number>>;
  /** The first request that could not be sent. */
  readonly send_failure:
    { readonly code: pubsub_error_code; readonly message: string; readonly hint: string | undefined } | undefined;
  /** From the first request to the last outcome, without warm-up frames. */
  readonly requests_ms: number;
  readonly exceptions: readonly RequestException[];
  readonly exceptions_left_out: number;
  /** The positions of the requests, including warm-up frames. */
  readonly positions: readonly ListedFrame[];
  /** The positions of the replies that this requester received. */
  readonly reply_positions: readonly ListedFrame[];
  readonly positions_left_out: number;
  readonly latency: Readonly<Record<Hop, LatencySummary>>;
}

/** How much of the text of a reply a result quotes. */
const QUOTED_LENGTH = 300;

/** Counts the outcomes of requests. Pure: the caller reports each event. */
export class RequestTally {
  readonly #exceptions: BoundedList<RequestException>;
  readonly #positions: BoundedList<ListedFrame>;
  readonly #replyPositions: BoundedList<ListedFrame>;
  readonly #waitingForLate = new Set<string>();
  readonly #hops: Record<Hop, Latency> = {
    send_to_ack: new Latency(),
    send_to_worker: new Latency(),
    worker_to_reply_sent: new Latency(),
    reply_sent_to_received: new Latency(),
    total: new Latency(),
  };
  readonly #codes = new Map<string, number>();
  readonly #replied = new Map<number, { n: number; at: number; correlation_id: string }[]>();
  readonly #counts = { ...noRequestCounts };
  #wrong = 0;
  #sendFailure: TallyFacts['send_failure'];
  #requestsMs = 0;

  constructor(
    exceptions: BoundedList<RequestException> = new Exceptions(),
    positions: BoundedList<ListedFrame> = new ListedFrames(),
    replyPositions: BoundedList<ListedFrame> = new ListedFrames(),
  ) {
    this.#exceptions = exceptions;
    this.#positions = positions;
    this.#replyPositions = replyPositions;
  }

  /** For up to eight additional parts in one answer, which therefore list fewer entries. */
  static ofMany(): RequestTally {
    const frames = (): BoundedList<ListedFrame> => new BoundedList(200, 8_000);
    return new RequestTally(new BoundedList(10, 4_000), frames(), frames());
  }

  sent(): void {
    this.#counts.sent += 1;
  }

  acknowledged(correlationId: string, { partition, offset }: position, ackMs: number): void {
    this.#hops.send_to_ack.add(ackMs);
    this.#positions.add([partition, offset, correlationId]);
  }

  /** A warm-up frame was written: only its position is recorded. */
  warmUp({ partition, offset }: position, correlationId: string): void {
    this.#positions.add([partition, offset, correlationId]);
  }

  /** A reply was received, of any kind. */
  replySeen({ partition, offset }: position, correlationId: string): void {
    this.#replyPositions.add([partition, offset, correlationId]);
  }

  /** @param receivedAtMs wall clock */
  delivered(
    request: { n: number; path: number; correlation_id: string },
    reply: AirCoreFrame,
    totalMs: number,
    receivedAtMs: number,
  ): void {
    this.#counts.delivered += 1;
    this.#hops.total.add(totalMs);
    const at = (name: string): number | undefined => {
      const hop = reply.hops.find((station) => station.name === name);
      return hop?.at === undefined ? undefined : wallMsOf(hop.at);
    };
    const [sent, received, replied] = [
      at(hop_names.requester_sent),
      at(hop_names.worker_received),
      at(hop_names.worker_replied),
    ];
    if (sent === undefined || received === undefined || replied === undefined) return;
    this.#hops.send_to_worker.add(received - sent);
    this.#hops.worker_to_reply_sent.add(replied - received);
    this.#hops.reply_sent_to_received.add(receivedAtMs - replied);
    const { n, path, correlation_id } = request;
    const line = this.#replied.get(path);
    if (line === undefined) this.#replied.set(path, [{ n, at: replied, correlation_id }]);
    else line.push({ n, at: replied, correlation_id });
  }

  /** An error reply arrived in time. */
  deliveredError(replyCode: string, totalMs: number): void {
    this.#counts.delivered += 1;
    this.#hops.total.add(totalMs);
    this.#codes.set(replyCode, (this.#codes.get(replyCode) ?? 0) + 1);
  }

  wrong(correlationId: string, detail: string): void {
    this.#wrong += 1;
    this.#exceptions.add({ kind: 'wrong', correlation_id: correlationId, detail: detail.slice(0, QUOTED_LENGTH) });
  }

  sendFailed(correlationId: string, { code, raw_message: message, hint }: pubsub_error): void {
    this.#counts.send_failed += 1;
    this.#sendFailure ??= { code, message: message.slice(0, QUOTED_LENGTH), hint: hint?.slice(0, QUOTED_LENGTH) };
    this.#exceptions.add({ kind: 'send_failed', correlation_id: correlationId, detail: `${code}: ${message}` });
  }

  /** The time of the invocation ended before the deadline of a request that was sent. */
  undecided(): void {
    this.#counts.undecided += 1;
  }

  /** The requests ended after this time; some may not have been sent within it. */
  ended(requestsMs: number, neverSent: number): void {
    this.#requestsMs = Math.round(requestsMs);
    this.#counts.never_sent = neverSent;
  }

  /** Acknowledged, and past its deadline: its reply may still arrive. */
  timedOut(correlationId: string): void {
    this.#waitingForLate.add(correlationId);
  }

  get waitingForLate(): number {
    return this.#waitingForLate.size;
  }

  late(correlationId: string, position: position): void {
    if (!this.#waitingForLate.delete(correlationId)) return;
    this.#counts.late += 1;
    this.#exceptions.add({ kind: 'late', correlation_id: correlationId, position });
  }

  /** The drain time is over: requests that still wait for a reply are unanswered. */
  drained(): void {
    for (const correlationId of this.#waitingForLate)
      this.#exceptions.add({ kind: 'unanswered', correlation_id: correlationId });
    this.#counts.unanswered += this.#waitingForLate.size;
    this.#waitingForLate.clear();
  }

  unexpected(
    kind: 'duplicate' | 'foreign' | 'corrupt',
    correlationId: string,
    position: position,
    detail?: string,
  ): void {
    this.#counts[kind] += 1;
    this.#exceptions.add({
      kind,
      correlation_id: correlationId,
      position,
      detail,
    });
  }

  /**
   * The times of complete round trips, in milliseconds; if there are more than `most`, a sample with the same
   * distribution.
   */
  roundTrips(most: number): number[] {
    return this.#hops.total.samples(most);
  }

  facts(): TallyFacts {
    const disordered = this.#disordered();
    return {
      ledger: { ...this.#counts },
      wrong: this.#wrong,
      disordered,
      reply_codes: Object.fromEntries(this.#codes),
      send_failure: this.#sendFailure,
      requests_ms: this.#requestsMs,
      exceptions: this.#exceptions.listed,
      exceptions_left_out: this.#exceptions.leftOut,
      positions: this.#positions.listed,
      reply_positions: this.#replyPositions.listed,
      positions_left_out: this.#positions.leftOut + this.#replyPositions.leftOut,
      latency: {
        send_to_ack: this.#hops.send_to_ack.summary(),
        send_to_worker: this.#hops.send_to_worker.summary(),
        worker_to_reply_sent: this.#hops.worker_to_reply_sent.summary(),
        reply_sent_to_received: this.#hops.reply_sent_to_received.summary(),
        total: this.#hops.total.summary(),
      },
    };
  }

  /** Checks by the times of the worker's clock that requests of one path were handled in their order. */
  #disordered(): number {
    let disordered = 0;
    for (const line of this.#replied.values()) {
      line.sort((a, b) => a.n - b.n);
      line.forEach(({ at, correlation_id }, index) => {
        const before = line[index - 1];
        if (before === undefined || at >= before.at) return;
        disordered += 1;
        this.#exceptions.add({ kind: 'disordered', correlation_id });
      });
    }
    return disordered;
  }
}
