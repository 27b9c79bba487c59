import { hop_names, type AirCoreFrame, type position } from '../../src/index.js';
import { wallMsOf } from '../../src/frame/timestamp.js';
import { BoundedList, Exceptions, ListedFrames, type listed_frame } from '../runtime/bounded-list.js';
import { Latency, type latency_summary } from '../runtime/latency.js';

/** What became of the requests. sent = delivered + late + unanswered + send_failed. */
export interface request_ledger {
  readonly sent: number;
  /** Answered in time, error replies included. */
  readonly delivered: number;
  /** Answered after the deadline, within the drain time. */
  readonly late: number;
  /** Acknowledged, and never answered: the worker says how many of them it skipped as expired; the rest is lost. */
  readonly unanswered: number;
  readonly send_failed: number;
  readonly duplicate: number;
  readonly foreign: number;
  readonly corrupt: number;
}

export interface request_exception {
  readonly kind: 'late' | 'unanswered' | 'send_failed' | 'duplicate' | 'foreign' | 'corrupt' | 'wrong' | 'disordered';
  readonly correlation_id: string;
  readonly position?: position;
  readonly detail?: string;
}

export type hop = 'send_to_ack' | 'send_to_worker' | 'worker_to_reply_sent' | 'reply_sent_to_received' | 'total';

export interface tally_facts {
  readonly ledger: request_ledger;
  /** Replies whose content is not what was expected. */
  readonly wrong: number;
  /** Replies that were written before the reply to an earlier request of the same path. */
  readonly disordered: number;
  /** Codes of error replies, and how often each came. */
  readonly reply_codes: Readonly<Record<string, number>>;
  readonly exceptions: readonly request_exception[];
  readonly exceptions_left_out: number;
  /** Where the requests are, warm-up frames too. */
  readonly positions: readonly listed_frame[];
  /** Where their replies are, those that this requester saw. */
  readonly reply_positions: readonly listed_frame[];
  readonly positions_left_out: number;
  readonly latency: Readonly<Record<hop, latency_summary>>;
}

/** Of texts that replies bring, a result quotes so much. */
const QUOTED_LENGTH = 300;

/** Keeps count of what becomes of requests. Pure: it is told what happened. */
export class RequestTally {
  readonly #exceptions: BoundedList<request_exception>;
  readonly #positions: BoundedList<listed_frame>;
  readonly #replyPositions: BoundedList<listed_frame>;
  readonly #waitingForLate = new Set<string>();
  readonly #hops: Record<hop, Latency> = {
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
    exceptions: BoundedList<request_exception> = new Exceptions(),
    positions: BoundedList<listed_frame> = new ListedFrames(),
    replyPositions: BoundedList<listed_frame> = new ListedFrames(),
  ) {
    this.#exceptions = exceptions;
    this.#positions = positions;
    this.#replyPositions = replyPositions;
  }

  /** One of eight beside the first, in one answer: it lists less. */
  static ofMany(): RequestTally {
    const frames = (): BoundedList<listed_frame> => new BoundedList(200, 8_000);
    return new RequestTally(new BoundedList(10, 4_000), frames(), frames());
  }

  sent(): void {
    this.#counts.sent += 1;
  }

  acknowledged(correlation_id: string, { partition, offset }: position, ack_ms: number): void {
    this.#hops.send_to_ack.add(ack_ms);
    this.#positions.add([partition, offset, correlation_id]);
  }

  /** A warm-up frame was written: it is on the topic, and counts nowhere else. */
  warm_up({ partition, offset }: position, correlation_id: string): void {
    this.#positions.add([partition, offset, correlation_id]);
  }

  /** A reply was seen, whatever it means. */
  reply_seen({ partition, offset }: position, correlation_id: string): void {
    this.#replyPositions.add([partition, offset, correlation_id]);
  }

  /** @param received_at_ms wall clock */
  delivered(
    request: { n: number; path: number; correlation_id: string },
    reply: AirCoreFrame,
    total_ms: number,
    received_at_ms: number,
  ): void {
    this.#counts.delivered += 1;
    this.#hops.total.add(total_ms);
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
    this.#hops.reply_sent_to_received.add(received_at_ms - replied);
    const { n, path, correlation_id } = request;
    const line = this.#replied.get(path);
    if (line === undefined) this.#replied.set(path, [{ n, at: replied, correlation_id }]);
    else line.push({ n, at: replied, correlation_id });
  }

  /** An error reply came in time. */
  delivered_error(reply_code: string, total_ms: number): void {
    this.#counts.delivered += 1;
    this.#hops.total.add(total_ms);
    this.#codes.set(reply_code, (this.#codes.get(reply_code) ?? 0) + 1);
  }

  wrong(correlation_id: string, detail: string): void {
    this.#wrong += 1;
    this.#exceptions.add({ kind: 'wrong', correlation_id, detail: detail.slice(0, QUOTED_LENGTH) });
  }

  send_failed(correlation_id: string, detail: string): void {
    this.#counts.send_failed += 1;
    this.#exceptions.add({ kind: 'send_failed', correlation_id, detail });
  }

  /** Acknowledged, and past its deadline: its reply may still come. */
  timed_out(correlation_id: string): void {
    this.#waitingForLate.add(correlation_id);
  }

  get waiting_for_late(): number {
    return this.#waitingForLate.size;
  }

  late(correlation_id: string, position: position): void {
    if (!this.#waitingForLate.delete(correlation_id)) return;
    this.#counts.late += 1;
    this.#exceptions.add({ kind: 'late', correlation_id, position });
  }

  /** Nobody waits for late replies any longer. */
  drained(): void {
    for (const correlation_id of this.#waitingForLate) this.#exceptions.add({ kind: 'unanswered', correlation_id });
    this.#counts.unanswered += this.#waitingForLate.size;
    this.#waitingForLate.clear();
  }

  stray(kind: 'duplicate' | 'foreign' | 'corrupt', correlation_id: string, position: position, detail?: string): void {
    this.#counts[kind] += 1;
    this.#exceptions.add({ kind, correlation_id, position, ...(detail === undefined ? {} : { detail }) });
  }

  /** Milliseconds of complete round trips; of more than `most`, as many that have the same distribution. */
  round_trips(most: number): number[] {
    return this.#hops.total.samples(most);
  }

  facts(): tally_facts {
    const disordered = this.#disordered();
    return {
      ledger: { ...this.#counts },
      wrong: this.#wrong,
      disordered,
      reply_codes: Object.fromEntries(this.#codes),
      exceptions: this.#exceptions.listed,
      exceptions_left_out: this.#exceptions.left_out,
      positions: this.#positions.listed,
      reply_positions: this.#replyPositions.listed,
      positions_left_out: this.#positions.left_out + this.#replyPositions.left_out,
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
