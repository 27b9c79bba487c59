import { randomUUID } from 'node:crypto';
import type { Deadline, wait_options } from '../../base/deadline.js';
import type { pubsub_error } from '../../base/error.js';
import type { AirCoreFrame } from '../../frame/air-core-frame.js';
import { deleteGroups } from '../../kafka/admin/delete-groups.js';
import type { ConsumerSnapshot } from '../../kafka/consume/consumer-state.js';
import { LivePositions } from '../../kafka/consume/live-positions.js';
import { requireKnownOptions } from '../../base/known-options.js';
import { requireConfig } from '../config/require-config.js';
import type { config } from '../config/config.js';
import type { connect_options } from '../fail-fast.js';
import type { delivery } from './delivery.js';
import type { subscriber_health } from '../health.js';
import { deliveryOf, frameOf, SourceQueue, type frame_queue } from './frame-queue.js';
import type { FrameSource } from './frame-source.js';
import { kafkaConnection } from '../kafka-connection.js';
import { replyObstacle } from './reply-obstacle.js';
import {
  Subscription,
  subscriberOptionNames,
  type Companion,
  type subscriber_options,
  type subscriber_status,
} from './subscription.js';
import { thrownText } from '../../base/thrown.js';

/**
 * Receives the frames of the reply_to topic that are published after `connect`. It commits nothing, because a reply is
 * useful only to the requester that waits for it.
 *
 * In reply mode `shared`, the members of one group share the partitions. In mode `own`, each subscriber has its own
 * group, reads every partition, and deletes the group when it is disposed.
 *
 * @example
 * await using sub = reply_to_subscriber.create(settings);
 * await sub.connect();
 * const frame = await sub.frames.get(AbortSignal.timeout(1_000));
 */
export class reply_to_subscriber<F = AirCoreFrame> implements AsyncDisposable {
  /** The frames, in the order of their arrival. They are never acknowledged. */
  readonly frames: frame_queue<F>;
  /** Frames with their positions and headers. */
  readonly deliveries: frame_queue<delivery<F>>;
  readonly #config: config<F>;
  readonly #own: boolean;
  readonly #subscription: Subscription<F, undefined>;

  private constructor(settings: config<F>, options: subscriber_options) {
    this.#config = settings;
    this.#own = settings.requester.reply_mode === 'own';
    this.#subscription = new Subscription<F, undefined>(settings, {
      topic: settings.topics.reply_to,
      group: this.#own ? `${settings.groups.reply_to}-${randomUUID()}` : settings.groups.reply_to,
      policy: new LivePositions(settings.consumer.session_timeout_ms, options.from),
      handling: {
        register: () => undefined,
        mayStart: () => 'yes',
        started: () => undefined,
        done: () => undefined,
        passed: () => undefined,
      },
      options,
      finish: { afterLeaving: (deadline) => this.#deleteOwnGroup(deadline) },
    });
    const { source } = this.#subscription;
    this.frames = new SourceQueue(source, frameOf);
    this.deliveries = new SourceQueue(source, deliveryOf);
  }

  /**
   * For `requester`, whose options have more than those of a subscriber.
   *
   * @internal
   */
  static within<F>(settings: config<F>, options: subscriber_options): reply_to_subscriber<F> {
    return new reply_to_subscriber(settings, options);
  }

  /** Creates a subscriber. It does nothing before `connect`. */
  static create<F>(settings: config<F>, options: subscriber_options = {}): reply_to_subscriber<F> {
    requireConfig(settings, 'reply_to_subscriber.create');
    requireKnownOptions(options, subscriberOptionNames);
    return new reply_to_subscriber(settings, options);
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
   * For `partition_tracking` and `requester`.
   *
   * @internal
   */
  get internals(): {
    topic: string;
    source: FrameSource<F, undefined>;
    snapshot(): ConsumerSnapshot;
    /** What keeps it from receiving replies in this partition now, judged now. */
    obstacle(partition: number): pubsub_error | undefined;
    /** False: the topic has no partition of this number, as of the last metadata. */
    exists(partition: number): boolean;
    onChange(listener: (snapshot: ConsumerSnapshot) => void): () => void;
    accompany(companion: Companion): void;
    leave(): Promise<void>;
  } {
    const { source, consumer } = this.#subscription;
    return {
      topic: this.#config.topics.reply_to,
      source,
      snapshot: () => consumer.snapshot,
      obstacle: (partition) => replyObstacle(consumer.current, this.#subscription.group, partition),
      exists: (partition) => consumer.exists(partition),
      onChange: (listener) => consumer.onChange(listener),
      accompany: (companion) => this.#subscription.accompany(companion),
      leave: () => this.#subscription.leave(),
    };
  }

  /** Ends the readers, leaves the group and disconnects. Idempotent. */
  dispose(options: wait_options = {}): Promise<void> {
    return this.#subscription.dispose(options);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }

  async #deleteOwnGroup(deadline: Deadline): Promise<void> {
    if (!this.#own) return;
    const { group } = this.#subscription;
    // Brokers delete empty groups after some time; this only does it earlier.
    await deleteGroups(kafkaConnection(this.#config), [group], deadline).catch((error: unknown) =>
      this.#config.logger.info('the group of this subscriber was not deleted and will expire', {
        group,
        error: thrownText(error),
      }),
    );
  }
}
