import type { pubsub_error } from '../../base/error.js';
import type { metrics } from '../../base/ports.js';
import type { reply_info } from '../../frame/frame-codec.js';
import { ExpiredEvidence, REMEMBER_MS } from '../expired-evidence.js';
import type { RepliesHealth } from '../health.js';
import type { Handed } from '../subscriber/frame-source.js';
import type { PendingRequest } from './pending-request.js';
import { RequestLedger } from './request-ledger.js';
import { isExpiredAnswer, replyError, timedOut } from './requester-errors.js';
import type { reply_event, requester_counts } from './requester-options.js';

export interface CorrelatorOptions {
  readonly onReply: ((event: reply_event) => void) | undefined;
  readonly metrics: metrics;
  /** Where the workers reply to. */
  readonly replyTopic: string;
  /** Ends the sends whose deadline has passed: a request that was not sent fails for that reason. */
  readonly expireSends: () => void;
  /** What keeps this process from receiving replies now; undefined: nothing does. */
  readonly obstacle: (partition: number) => pubsub_error | undefined;
}

const REFUSED_AS_EXPIRED =
  'the workers refused all recent requests as expired: their clocks are ahead of the clock of this process';
/** The interval at which deadlines are checked. */
const SWEEP_MS = 10;

/** The open requests, and the assignment of arriving replies to them. Each request ends once. */
export class Correlator<F> {
  readonly #options: CorrelatorOptions;
  readonly #ledger = new RequestLedger<F>();
  #sweeper: NodeJS.Timeout | undefined;
  #idle: (() => void)[] = [];
  /** Monotonic milliseconds. */
  #repliedAt: number | undefined;
  readonly #expired = new ExpiredEvidence();
  #timedOutAt: number | undefined;
  #counts = { requests: 0, replies: 0, late: 0, duplicate: 0, foreign: 0 };

  constructor(options: CorrelatorOptions) {
    this.#options = options;
  }

  get counts(): Omit<requester_counts, 'reissued'> {
    return { ...this.#counts };
  }

  /**
   * Not ok: the most recently finished request had no reply, a short time ago, or all recent ones were refused as
   * expired.
   */
  get health(): RepliesHealth {
    const now = performance.now();
    const replied = this.#repliedAt;
    const timedOut = this.#timedOutAt;
    const isUnanswered = timedOut !== undefined && timedOut > (replied ?? 0) && now - timedOut < REMEMBER_MS;
    const problems: string[] = [];
    if (isUnanswered) problems.push('the most recently finished request got no reply');
    if (this.#expired.isAll) problems.push(REFUSED_AS_EXPIRED);
    return { ok: problems.length === 0, age_ms: replied === undefined ? undefined : now - replied, problems };
  }

  /** The number of waiting requests. */
  get size(): number {
    return this.#ledger.size;
  }

  open(request: PendingRequest<F>): void {
    this.#ledger.add(request);
    this.#counts.requests += 1;
    this.#sweeper ??= setInterval(() => this.#sweep(), SWEEP_MS);
  }

  has(correlationId: string): boolean {
    return this.#ledger.get(correlationId) !== undefined;
  }

  isOpen(request: PendingRequest<F>): boolean {
    return this.#ledger.get(request.id) === request;
  }

  /** The open requests whose reply partition is not one of these. */
  waitingElsewhere(partitions: readonly number[]): PendingRequest<F>[] {
    return [...this.#ledger].filter(({ partition }) => partition >= 0 && !partitions.includes(partition));
  }

  received({ frame, position, headers }: Handed<F, unknown>, info: reply_info): void {
    const { correlation_id, number, last, error } = info;
    const request = this.#ledger.get(correlation_id);
    // An error ends the request, whatever its number: each handling of a request numbers its replies from 0.
    const isRepeated = request?.hasSeen(number) === true && error === undefined;
    const kind = request === undefined ? this.#ledger.classify(correlation_id) : isRepeated ? 'duplicate' : 'reply';
    this.#counts[kind === 'reply' ? 'replies' : kind] += 1;
    if (kind !== 'reply') this.#options.metrics.count('stray_replies', 1, { kind });
    this.#options.onReply?.({ kind, correlation_id, position, headers });
    if (request === undefined) return;
    if (isRepeated) {
      if (last) request.endsWith(frame, number);
      if (request.isAnswered) this.#complete(request);
      return;
    }
    this.#repliedAt = performance.now();
    if (error !== undefined && isExpiredAnswer(error)) this.#expired.expired();
    else this.#expired.other();
    if (error !== undefined) {
      this.fail(request, replyError(error, frame, request.deadline.remainingMs()), 'complete');
      return;
    }
    request.add(frame, number, last);
    if (request.isAnswered) this.#complete(request);
  }

  fail(request: PendingRequest<F>, error: pubsub_error, ending: 'complete' | 'given_up' = 'given_up'): void {
    if (!this.#ledger.end(request, ending)) return;
    this.#options.metrics.count('failed_requests', 1, { code: error.code });
    request.fail(error);
    this.#afterEnd();
  }

  failAll(error: pubsub_error): void {
    for (const request of [...this.#ledger]) this.fail(request, error);
  }

  /** Resolves when no request waits. */
  drained(): Promise<void> {
    if (this.#ledger.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  #complete(request: PendingRequest<F>): void {
    if (!this.#ledger.end(request, 'complete')) return;
    const { timeoutMs, endsAt } = request.deadline;
    this.#options.metrics.observe('request_ms', timeoutMs - (endsAt - performance.now()));
    request.complete();
    this.#afterEnd();
  }

  #afterEnd(): void {
    if (this.#ledger.size > 0) return;
    clearInterval(this.#sweeper);
    this.#sweeper = undefined;
    for (const tell of this.#idle.splice(0)) tell();
  }

  #sweep(): void {
    const now = performance.now();
    let isFirst = true;
    for (const request of this.#ledger) {
      if (request.deadline.endsAt > now) continue;
      this.#timedOutAt = now;
      if (isFirst) {
        isFirst = false;
        this.#options.expireSends();
        if (!this.isOpen(request)) continue;
      }
      this.fail(request, timedOut(request, this.#options.obstacle(request.partition), this.#options.replyTopic));
    }
  }
}
