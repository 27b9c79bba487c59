import type { Deadline, wait_options } from '../../base/deadline.js';
import type { AirCoreFrame } from '../../frame/air-core-frame.js';
import { CommitBook, type Tenure } from '../../kafka/consume/commit-book.js';
import { CommittedPositions } from '../../kafka/consume/committed-positions.js';
import { requireKnownOptions } from '../../base/known-options.js';
import { requireConfig } from '../config/require-config.js';
import type { config } from '../config/config.js';
import type { connect_options } from '../fail-fast.js';
import type { worker_delivery } from './delivery.js';
import type { subscriber_health } from '../health.js';
import { deliveryOf, frameOf, SourceQueue, type frame_queue } from './frame-queue.js';
import type { FrameSource, Handed } from './frame-source.js';
import {
  Subscription,
  subscriberOptionNames,
  type Companion,
  type subscriber_options,
  type SubscriberOptions,
  type subscriber_status,
} from './subscription.js';
import { thrownText } from '../../base/thrown.js';

/** How long running handlers may delay a partition that moves to another worker. */
const HANDOVER_MS = 10_000;
/** The new owner waits longer than that, because the former one may learn of the move later. */
const NEW_OWNERS_SHARE = 1.25;

/**
 * Receives the frames of the worker topic. Frames are acknowledged and their offsets committed. Frames that were not
 * acknowledged when this process ends are delivered again, to the member that then owns the partition.
 *
 * There are two ways to read, which must not be mixed: `frames`, where taking the next frame acknowledges the last one,
 * and `deliveries`, where the caller acknowledges each one. `worker` does all of this for a handler function.
 *
 * @example
 * await using sub = worker_subscriber.create(settings);
 * await sub.connect();
 * for await (const frame of sub.frames) handle(frame);
 */
export class worker_subscriber<F = AirCoreFrame> implements AsyncDisposable {
  /** The frames. Taking the next one acknowledges the last one; `break`, `throw` and dispose do not. */
  readonly frames: frame_queue<F>;
  /** The frames with their positions and headers, to be acknowledged one by one, in any order. */
  readonly deliveries: frame_queue<worker_delivery<F>>;
  readonly #config: config<F>;
  readonly #book: CommitBook;
  readonly #subscription: Subscription<F, Tenure>;

  private constructor(settings: config<F>, options: SubscriberOptions) {
    this.#config = settings;
    const { worker } = settings;
    const handoverMs = Math.min(HANDOVER_MS, worker.handler_timeout_ms);
    const book = new CommitBook({
      intervalMs: worker.commit_interval_ms,
      handoverMs,
      logger: settings.logger,
      metrics: settings.metrics,
    });
    this.#book = book;
    this.#subscription = new Subscription<F, Tenure>(settings, {
      topic: settings.topics.worker,
      group: settings.groups.worker,
      policy: new CommittedPositions(book, {
        start: options.from ?? worker.start,
        handoverMs: NEW_OWNERS_SHARE * handoverMs,
      }),
      handling: {
        register: ({ partition, offset }) => {
          const tenure = book.tenureOf(partition);
          tenure.tracker.delivered(offset);
          return tenure;
        },
        mayStart: (tenure, offset) => book.mayStart(tenure, offset),
        started: (tenure, offset) => tenure.tracker.started(offset),
        done: (tenure, offset) => book.done(tenure, offset),
        passed: (partition, nextOffset) => book.passed(partition, nextOffset),
      },
      options,
      finish: { beforeLeaving: (deadline) => this.#commitLast(deadline) },
    });
    const { source, consumer } = this.#subscription;
    book.attach(consumer);
    consumer.onChange(() => {
      if (consumer.standing !== 'member') return;
      book.release();
      source.wake();
    });
    this.frames = new SourceQueue(source, frameOf, { taken: (handed) => this.#acknowledge(handed) });
    this.deliveries = new SourceQueue(source, (handed) => ({
      ...deliveryOf(handed),
      acknowledge: () => this.#acknowledge(handed),
    }));
  }

  /**
   * For `worker`, whose options have more than those of a subscriber.
   *
   * @internal
   */
  static within<F>(settings: config<F>, options: SubscriberOptions): worker_subscriber<F> {
    return new worker_subscriber(settings, options);
  }

  /** Creates a subscriber. It does nothing before `connect`. */
  static create<F>(settings: config<F>, options: subscriber_options = {}): worker_subscriber<F> {
    requireConfig(settings, 'worker_subscriber.create');
    requireKnownOptions(options, subscriberOptionNames);
    return new worker_subscriber(settings, options);
  }

  /**
   * Joins the group and fixes the start positions: every frame that is published after this resolves will be delivered.
   *
   * @param options.timeout_ms @default consumer.connect_timeout_ms
   * @throws pubsub_error `topic_unknown`, `not_authorized`, `group_refused`… immediately; temporary failures, and a
   *   group that is full, at the deadline
   */
  connect(options: connect_options = {}): Promise<void> {
    return this.#subscription.connect(options);
  }

  /** True if it is a member of its group and a broker answered recently. */
  is_connected(): boolean {
    return this.#subscription.consumer.connected;
  }

  /** State, partitions and counts of this member of the group. */
  get status(): subscriber_status {
    return this.#subscription.status();
  }

  /** The state for a liveness or readiness probe. It sends no request to a broker. */
  health(): subscriber_health {
    return this.#subscription.health();
  }

  /**
   * For `worker`: frames that are taken now and whose handling begins later.
   *
   * @internal
   */
  get internals(): {
    source: FrameSource<F, Tenure>;
    book: CommitBook;
    accompany(companion: Companion): void;
    leave(): Promise<void>;
  } {
    return {
      source: this.#subscription.source,
      book: this.#book,
      accompany: (companion) => this.#subscription.accompany(companion),
      leave: () => this.#subscription.leave(),
    };
  }

  /** Ends the readers, commits acknowledged offsets, leaves the group and disconnects. Idempotent. */
  dispose(options: wait_options = {}): Promise<void> {
    return this.#subscription.dispose(options);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }

  #acknowledge({ handle, position }: Handed<F, Tenure>): void {
    this.#book.done(handle, position.offset);
  }

  async #commitLast(deadline: Deadline): Promise<void> {
    await this.#book.flush(deadline).catch((error: unknown) =>
      this.#config.logger.warn('acknowledged frames were not committed and will be delivered again', {
        error: thrownText(error),
      }),
    );
    this.#book.close();
  }
}
