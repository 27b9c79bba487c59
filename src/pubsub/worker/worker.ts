import { Deadline, waitOptionNames, type wait_options } from '../../base/deadline.js';
import { pubsub_error } from '../../base/error.js';
import { requireKnownOptions } from '../../base/known-options.js';
import { requireHooks } from '../../base/hook.js';
import { StartedTogether } from '../../base/together.js';
import type { AirCoreFrame } from '../../frame/air-core-frame.js';
import { topic_type } from '../../frame/topic-type.js';
import type { CommitBook, Tenure } from '../../kafka/consume/commit-book.js';
import { requireConfig } from '../config/require-config.js';
import type { config } from '../config/config.js';
import { connectOptionNames, type connect_options } from '../fail-fast.js';
import type { FrameSource, Handed } from '../subscriber/frame-source.js';
import { unlessFailed, workerHealthOf, type worker_health } from '../health.js';
import { DeadLetterRetries } from './dead-letter-retries.js';
import { PathSchedule } from './path-schedule.js';
import { publisher } from '../publisher/publisher.js';
import { Unacknowledged } from './unacknowledged.js';
import { RequestHandling } from './request-handling.js';
import { RepliesAndLetters } from './replies-and-letters.js';
import { NextAttempt } from './retry-rules.js';
import type { Companion, SubscriberOptions } from '../subscriber/subscription.js';
import {
  workerOptionNames,
  type frame_handler,
  type worker_counts,
  type worker_options,
  type worker_status,
} from './worker-options.js';
import { worker_subscriber } from '../subscriber/worker-subscriber.js';
import { thrownText } from '../../base/thrown.js';

/**
 * A request without a deadline is acknowledged only after its reply is, regardless of how long brokers are unavailable.
 */
const UNTIL_DISPOSED = Number.POSITIVE_INFINITY;

/**
 * Handles the frames of the worker topic and sends the replies, with a worker_subscriber, a publisher and a handler
 * function. At least once, in this order: check of the deadline → handler → every reply acknowledged by the brokers →
 * frame acknowledged → offset committed.
 *
 * Handlers of one path start in order and never overlap: the next one starts when the previous one has ended and its
 * replies are being sent. At most `worker.concurrency` handlers run at the same time. A handler that exceeds its time
 * limit is abandoned: if it ignores its signal, it may still be running when its path continues.
 *
 * @example
 * await using greeter = worker.create(settings, (frame) => create_frame({ payloads: [text_payload('hello')] }));
 * await greeter.connect();
 */
export class worker<F = AirCoreFrame> implements AsyncDisposable {
  readonly #config: config<F>;
  readonly #subscriber: worker_subscriber<F>;
  readonly #source: FrameSource<F, Tenure>;
  readonly #connecting = new StartedTogether();
  readonly #book: CommitBook;
  readonly #publisher: publisher<F>;
  /** Replies, and letters if there is a topic for them. */
  readonly #sending: Companion;
  readonly #handling: RequestHandling<F>;
  readonly #schedule: PathSchedule<Handed<F, Tenure>>;
  readonly #unacknowledged: Unacknowledged;
  readonly #letters: DeadLetterRetries<F> | undefined;
  readonly #idle: (() => void)[] = [];
  /** Frames between two attempts, or at a further attempt; empty without retries. */
  readonly #attempts = new Map<Handed<F, Tenure>, number>();
  readonly #pauses = new Set<NodeJS.Timeout>();
  #draining = false;
  #pumping = false;
  #pumpAgain = false;
  #disposal: Promise<void> | undefined;

  private constructor(settings: config<F>, handler: frame_handler<F>, options: worker_options<F>) {
    requireHooks(options, ['on_undeliverable', 'on_handled']);
    this.#config = settings;
    this.#letters = DeadLetterRetries.of(settings);
    this.#subscriber = worker_subscriber.within(settings, withLetters(options, this.#letters));
    this.#publisher = publisher.create(settings);
    this.#sending =
      this.#letters === undefined ? this.#publisher : new RepliesAndLetters(this.#publisher, this.#letters);
    this.#handling = new RequestHandling(settings, handler, this.#publisher, UNTIL_DISPOSED, options, this.#letters);
    this.#schedule = new PathSchedule({
      concurrency: settings.worker.concurrency,
      maxWaiting: settings.consumer.queue_max_frames,
    });
    this.#unacknowledged = new Unacknowledged({
      frames: settings.worker.max_unacknowledged_frames,
      bytes: settings.worker.max_unacknowledged_bytes,
    });
    const { source, book, accompany } = this.#subscriber.internals;
    accompany(this.#sending);
    this.#source = source;
    this.#book = book;
    this.#book.onRelease(() => this.#pump());
  }

  /** Creates a worker. It does nothing before `connect`. */
  static create<F>(settings: config<F>, handler: frame_handler<F>, options: worker_options<F> = {}): worker<F> {
    requireConfig(settings, 'worker.create');
    if (typeof handler !== 'function') throw noHandler();
    requireKnownOptions(options, workerOptionNames);
    return new worker(settings, handler, options);
  }

  /**
   * Joins the group, fixes the start positions, and begins to handle frames.
   *
   * @param options.timeout_ms @default consumer.connect_timeout_ms
   * @param options.fail_fast true: rejects at the first attempt that reaches no broker. @default false
   */
  async connect(options: connect_options = {}): Promise<void> {
    requireKnownOptions(options, connectOptionNames);
    if (this.#disposal !== undefined) throw new pubsub_error('disposed', 'connect', 'this worker is disposed');
    // Its member ended for good: this is another first attempt.
    if (this.#subscriber.status.state === 'failed') this.#connecting.reset();
    await this.#connecting.start(
      options,
      [
        (both) => this.#publisher.connect({ ...both, topics: [topic_type.reply_to] }),
        (both) => this.#subscriber.connect(both),
        (both) => this.#letters?.connect(both) ?? Promise.resolve(),
      ],
      // A member that does nothing would block its partitions for the others.
      () => this.#subscriber.internals.leave(),
    );
    this.#source.onAvailable(() => this.#pump());
  }

  /** True if requests can be received and replies sent. */
  is_connected(): boolean {
    return this.#disposal === undefined && this.#subscriber.is_connected() && this.#sending.is_connected();
  }

  /** The state for a liveness or readiness probe. It sends no request to a broker. */
  health(): worker_health {
    const others = [this.#letters?.problem, this.#handling.problem];
    const both = workerHealthOf(this.#subscriber.health(), this.#publisher.health(), others);
    return unlessFailed(both, this.#connecting.failure);
  }

  /** State, partitions and counts of its subscriber, and the frames in work. */
  get status(): worker_status {
    return {
      ...this.#subscriber.status,
      in_progress: this.#schedule.running,
      retrying: this.#schedule.paused,
      unacknowledged: this.#unacknowledged.frames,
    };
  }

  /** Counts since it was created. */
  get counts(): worker_counts {
    return this.#handling.counts;
  }

  /**
   * Takes no more frames, waits until the deadline for running handlers and for the acknowledgements of their replies,
   * commits, leaves the group and disconnects. Idempotent.
   *
   * @param options.timeout_ms @default disposal.dispose_timeout_ms
   */
  dispose(options: wait_options = {}): Promise<void> {
    requireKnownOptions(options, waitOptionNames);
    this.#disposal ??= this.#dispose(Deadline.of(options, this.#config.disposal.dispose_timeout_ms));
    return this.#disposal;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }

  /**
   * Starts all frames that may start. Called when a frame arrives, a handler ends, acknowledgements arrive, or a
   * rebalance ends.
   */
  #pump(): void {
    // Functions that are called here may call this again: the loop then runs once more, and the stack does not grow.
    this.#pumpAgain = true;
    if (this.#pumping) return;
    this.#pumping = true;
    try {
      while (this.#pumpAgain) {
        this.#pumpAgain = false;
        this.#startFreed();
        this.#startNew();
      }
    } finally {
      this.#pumping = false;
    }
  }

  #startNew(): void {
    while (!this.#draining && this.#schedule.wants && this.#unacknowledged.hasRoom) {
      const handed = this.#source.tryNext(false);
      if (handed === undefined) return;
      const path = handed.key === null ? undefined : `${handed.position.partition}:${handed.key.toString('latin1')}`;
      if (this.#schedule.add(path, handed)) this.#begin(path, handed);
    }
  }

  #startFreed(): void {
    for (let left = this.#schedule.waiting; left > 0 && (this.#draining || this.#unacknowledged.hasRoom); left -= 1) {
      const next = this.#schedule.next();
      if (next === undefined) return;
      this.#begin(next.path, next.item);
    }
  }

  #begin(path: string | undefined, handed: Handed<F, Tenure>): void {
    const mayStart = this.#draining ? 'drop' : this.#source.begin(handed);
    if (mayStart === 'hold' && path !== undefined) {
      this.#schedule.putBack(path, handed);
      return;
    }
    if (mayStart === 'drop') {
      this.#attempts.delete(handed);
      this.#ended(path);
      return;
    }
    let bytes = handed.bytes;
    let hasEnded = false;
    this.#unacknowledged.add(bytes);
    const attempt = this.#attempts.get(handed) ?? 1;
    const handling = this.#handling.attempt(
      handed,
      (replyBytes) => {
        hasEnded = true;
        // Both are kept until the replies are acknowledged.
        bytes += replyBytes;
        this.#unacknowledged.grow(replyBytes);
        this.#ended(path);
      },
      attempt,
    );
    handling.then(
      (outcome) => {
        if (outcome instanceof NextAttempt) {
          // While it is disposed there is no next attempt here, and its timer would keep the process alive.
          if (this.#draining) this.#ended(path);
          else this.#pause(path, handed, attempt, outcome);
          this.#settled(bytes);
          return;
        }
        if (attempt > 1) this.#attempts.delete(handed);
        if (outcome !== undefined) this.#book.done(handed.handle, handed.position.offset);
        this.#settled(bytes);
      },
      (error: unknown) => {
        this.#config.logger.error('handling a frame failed unexpectedly', {
          ...handed.position,
          error: thrownText(error),
        });
        // It would fail again. The frames behind it must not wait for it.
        this.#book.done(handed.handle, handed.position.offset);
        if (!hasEnded) this.#ended(path);
        this.#settled(bytes);
      },
    );
  }

  /**
   * A frame waits for its next attempt. It takes no place of a running handler, and stays unacknowledged: no offset
   * behind it is committed. Its partition may move meanwhile; then the next owner handles it.
   */
  #pause(path: string | undefined, handed: Handed<F, Tenure>, attempt: number, { pauseMs }: NextAttempt): void {
    const { partition, offset } = handed.position;
    const pathWaits = this.#config.worker.retry_order === 'path_waits';
    const own = path ?? `${partition}:${offset}:alone`;
    this.#attempts.set(handed, attempt + 1);
    this.#schedule.pause(own, pathWaits);
    const timer = setTimeout(() => {
      this.#pauses.delete(timer);
      this.#schedule.resume(own, handed, pathWaits);
      this.#pump();
    }, pauseMs);
    this.#pauses.add(timer);
    this.#pump();
  }

  /** A handler has ended, and its replies are being sent. */
  #ended(path: string | undefined): void {
    this.#schedule.ended(path);
    this.#pump();
  }

  /** A frame is finished. */
  #settled(bytes: number): void {
    const hadRoom = this.#unacknowledged.hasRoom;
    this.#unacknowledged.delete(bytes);
    if (this.#unacknowledged.frames === 0) for (const tell of this.#idle.splice(0)) tell();
    if (!hadRoom) this.#pump();
  }

  async #dispose(deadline: Deadline): Promise<void> {
    this.#draining = true;
    // They are not acknowledged: the next owner of their partition handles them.
    for (const timer of this.#pauses) clearTimeout(timer);
    // The rest of the deadline after the handlers is for committing, leaving and disconnecting.
    const patience = new Deadline(
      Math.max(deadline.remainingMs() * 0.7, deadline.remainingMs() - 2_000),
      deadline.signal,
    );
    if (this.#unacknowledged.frames > 0) {
      const idle = new Promise<void>((resolve) => this.#idle.push(resolve));
      await patience.race(idle, { stage: 'dispose', what: 'the end of the handlers and their replies' }).catch(() =>
        this.#config.logger.warn('handlers did not end in time; their frames are handled again', {
          frames: this.#unacknowledged.frames,
          waited_ms: Math.round(patience.timeoutMs),
        }),
      );
    }
    this.#handling.cutOff();
    this.#letters?.cutOff();
    await this.#subscriber.dispose({ timeout_ms: deadline.remainingMs() });
    await this.#publisher.dispose({ timeout_ms: Math.max(50, deadline.remainingMs()) });
    await this.#letters?.dispose(Math.max(50, deadline.remainingMs()));
  }
}

function noHandler(): pubsub_error {
  return new pubsub_error(
    'argument_invalid',
    'config',
    'worker.create takes a handler as its second argument: a function',
    {
      hint: 'To handle several commands, pass commands({ … }).',
    },
  );
}

/** The options of its subscriber: invalid records go to the dead-letter topic and to the hook. */
function withLetters<F>(options: worker_options<F>, letters: DeadLetterRetries<F> | undefined): SubscriberOptions {
  if (letters === undefined) return options;
  const { on_bad_record } = options;
  return {
    ...options,
    keepValues: true,
    on_bad_record: async (record) => {
      await Promise.all([letters.invalid(record), on_bad_record?.(record)]);
    },
  };
}
