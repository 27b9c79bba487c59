import type { Deadline, wait_options } from '../base/deadline.js';
import type { AirCoreFrame } from '../frame/air-core-frame.js';
import { CommitBook, type Tenure } from '../kafka/consume/commit-book.js';
import { CommittedPositions } from '../kafka/consume/committed-positions.js';
import type { config } from './config/config.js';
import type { worker_delivery } from './delivery.js';
import type { subscriber_health } from './health.js';
import { deliveryOf, frameOf, SourceQueue, type frame_queue } from './frame-queue.js';
import type { FrameSource, Handed } from './frame-source.js';
import { Subscription, type Companion, type subscriber_options, type subscriber_status } from './subscription.js';
import { thrownText } from '../base/thrown.js';

/** How long a partition that moves to another worker may be kept by handlers that are at work. */
const HANDOVER_MS = 10_000;

/**
 * Receives the frames of the worker topic. Frames are acknowledged and their offsets committed; what was not
 * acknowledged when this process ends is delivered again, to the member that owns the partition then.
 *
 * Two ways to read, not to be mixed: `frames`, where taking the next frame acknowledges the last one, and `deliveries`,
 * where each is acknowledged by hand. `worker` does it all for a handler function.
 *
 * @example
 * await using sub = worker_subscriber.create(settings);
 * await sub.connect();
 * for await (const frame of sub.frames) handle(frame);
 */
export class worker_subscriber<F = AirCoreFrame> implements AsyncDisposable {
  /** Frames; taking the next acknowledges the last, `break`, `throw` and disposal do not. */
  readonly frames: frame_queue<F>;
  /** Frames with their positions and headers, to be acknowledged one by one, in any order. */
  readonly deliveries: frame_queue<worker_delivery<F>>;
  readonly #config: config<F>;
  readonly #book: CommitBook;
  readonly #subscription: Subscription<F, Tenure>;

  private constructor(settings: config<F>, options: subscriber_options) {
    this.#config = settings;
    const { worker } = settings;
    const book = new CommitBook({
      intervalMs: worker.commit_interval_ms,
      handoverMs: Math.min(HANDOVER_MS, worker.handler_timeout_ms),
      logger: settings.logger,
      metrics: settings.metrics,
    });
    this.#book = book;
    this.#subscription = new Subscription<F, Tenure>(settings, {
      topic: settings.topics.worker,
      group: settings.groups.worker,
      policy: new CommittedPositions(book, {
        start: options.from ?? worker.start,
        handoverMs: Math.min(HANDOVER_MS, worker.handler_timeout_ms),
      }),
      handling: {
        register: ({ partition, offset }) => {
          const tenure = book.tenureOf(partition);
          tenure.tracker.delivered(offset);
          return tenure;
        },
        permission: (tenure, offset) => book.permission(tenure, offset),
        started: (tenure, offset) => tenure.tracker.started(offset),
        done: (tenure, offset) => book.done(tenure, offset),
        passed: (partition, nextOffset) => book.passed(partition, nextOffset),
      },
      options,
      finish: { beforeLeaving: (deadline) => this.#commitLast(deadline) },
    });
    const { source, consumer } = this.#subscription;
    book.attach(consumer.commit, () => consumer.isMember);
    consumer.onChange(() => {
      if (!consumer.isMember) return;
      book.release();
      source.wake();
    });
    this.frames = new SourceQueue(source, frameOf, { taken: (handed) => this.#acknowledge(handed) });
    this.deliveries = new SourceQueue(source, (handed) => ({
      ...deliveryOf(handed),
      acknowledge: () => this.#acknowledge(handed),
    }));
  }

  /** Makes a subscriber; nothing starts before `connect`. */
  static create<F>(settings: config<F>, options: subscriber_options = {}): worker_subscriber<F> {
    return new worker_subscriber(settings, options);
  }

  /**
   * Joins the group and fixes where reading starts: whatever is published after this resolves will be seen.
   *
   * @param options.timeout_ms @default consumer.connect_timeout_ms
   * @throws pubsub_error `topic_unknown`, `not_authorized`, `group_refused`… at once; what may pass, at the deadline
   */
  connect(options: wait_options = {}): Promise<void> {
    return this.#subscription.connect(options);
  }

  /** True while it is a member of its group and a broker answered lately. */
  is_connected(): boolean {
    return this.#subscription.consumer.connected;
  }

  get status(): subscriber_status {
    return this.#subscription.status();
  }

  /** What a liveness or readiness probe wants to know. Cheap: it asks no broker. */
  health(): subscriber_health {
    return this.#subscription.health();
  }

  /**
   * For `worker`: frames that are taken now and begun later.
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

  /** Commits what is acknowledged, leaves the group, disconnects. Readers end. Idempotent. */
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
