import { hop_names, type AirCoreFrame, type position } from '../../src/index.js';
import { wallMsOf } from '../../src/frame/timestamp.js';
import { BoundedList, Exceptions, ListedFrames, type ListedFrame } from '../runtime/bounded-list.js';
import { Latency, type LatencySummary } from '../runtime/latency.js';

/** Outcomes of the requests. sent = delivered + late + unanswered + send_failed. */
export interface RequestLedger {
  readonly sent: number;
  /** Answered in time, error replies included. */
  readonly delivered: number;
  /** Answered after the deadline, within the drain time. */
  readonly late: number;
  /** Acknowledged, and never answered: the worker reports how many of them it skipped as expired; the others are lost. */
  readonly unanswered: number;
  readonly send_failed: number;
  readonly duplicate: number;
  readonly foreign: number;
  readonly corrupt: number;
}

export interface RequestException {
  readonly kind: 'late' | 'unanswered' | 'send_failed' | 'duplicate' | 'foreign' | 'corrupt' | 'wrong' | 'disordered';
  readonly correlation_id: string;
  readonly position?: position;
  readonly detail?: string;
}

export type Hop = 'send_to_ack' | 'send_to_worker' | 'worker_to_reply_sent' | 'reply_sent_to_received' | 'total';

export interface TallyFacts {
  readonly ledger: RequestLedger;
  /** Replies whose content is not what was expected. */
  readonly wrong: number;
  /** Replies that were written before the reply to an earlier request of the same path. */
  readonly disordered: number;
  /** Codes of error replies, and how often each came. */
  readonly reply_codes: Readonly<Record<string, number>>;
  readonly exceptions: readonly RequestException[];
  readonly exceptions_left_out: number;
  /** Where the requests are, warm-up frames too. */
  readonly positions: readonly ListedFrame[];
  /** Where their replies are, those that this requester saw. */
  readonly reply_positions: readonly ListedFrame[];
  readonly positions_left_out: number;
  readonly latency: Readonly<Record<Hop, LatencySummary>>;
}

/** Of texts that replies bring, a result quotes so much. */
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
  readonly #counts = {
    sent: 0,
    delivered: 0,
    late: 0,
    unanswered: 0,
    send_failed: 0,
    duplicate: 0,
    foreign: 0,
    corrupt: 0,
  };
  #wrong = 0;

  constructor(
    exceptions: BoundedList<RequestException> = new Exceptions(),
    positions: BoundedList<ListedFrame> = new ListedFrames(),
    replyPositions: BoundedList<ListedFrame> = new ListedFrames(),
  ) {
    this.#exceptions = exceptions;
    this.#positions = positions;
    this.#replyPositions = replyPositions;
  }

  /** One of eight beside the first, in one answer: it lists less. */
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

  /** A warm-up frame was written: it is on the topic, and counts nowhere else. */
  warmUp({ partition, offset }: position, correlationId: string): void {
    this.#positions.add([partition, offset, correlationId]);
  }

  /** A reply was seen, whatever it means. */
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

  /** An error reply came in time. */
  deliveredError(replyCode: string, totalMs: number): void {
    this.#counts.delivered += 1;
    this.#hops.total.add(totalMs);
    this.#codes.set(replyCode, (this.#codes.get(replyCode) ?? 0) + 1);
  }

  wrong(correlationId: string, detail: string): void {
    this.#wrong += 1;
    this.#exceptions.add({ kind: 'wrong', correlation_id: correlationId, detail: detail.slice(0, QUOTED_LENGTH) });
  }

  sendFailed(correlationId: string, detail: string): void {
    this.#counts.send_failed += 1;
    this.#exceptions.add({ kind: 'send_failed', correlation_id: correlationId, detail });
  }

  /** Acknowledged, and past its deadline: its reply may still come. */
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

  stray(kind: 'duplicate' | 'foreign' | 'corrupt', correlationId: string, position: position, detail?: string): void {
    this.#counts[kind] += 1;
    this.#exceptions.add({
      kind,
      correlation_id: correlationId,
      position,
      ...(detail === undefined ? {} : { detail }),
    });
  }

  /** Milliseconds of complete round trips; of more than `most`, as many that have the same distribution. */
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

  /** Requests of one path are handled in their order: the worker's clock has to say so. */
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
