import { Deadline, waitOptionNames, type wait_options } from '../../base/deadline.js';
import { pubsub_error } from '../../base/error.js';
import { requireKnownOptions, type OptionNames } from '../../base/known-options.js';
import { callHook, requireHooks } from '../../base/hook.js';
import type { record_headers } from '../../kafka/connection.js';
import type { ConsumerSnapshot, subscriber_state } from '../../kafka/consume/consumer-state.js';
import { GroupConsumer } from '../../kafka/consume/group-consumer.js';
import type { PositionPolicy } from '../../kafka/consume/position-policy.js';
import type { position_reset_reason, PositionReset } from '../../kafka/consume/ownership.js';
import type { config } from '../config/config.js';
import { connectOptionNames, connectOrFail, type connect_options } from '../fail-fast.js';
import { subscriberHealthOf, unlessFailed, type subscriber_health } from '../health.js';
import type { on_bad_record } from './delivery.js';
import { FrameSource, type frame_counts, type Handling } from './frame-source.js';
import { kafkaConnection } from '../kafka-connection.js';
import { requireStartOffsets } from './start-offsets.js';

const LEAVE_MS = 2_000;

export type { position_reset_reason } from '../../kafka/consume/ownership.js';
export type { subscriber_state } from '../../kafka/consume/consumer-state.js';

/** A change from one state to another. */
export interface state_change {
  /** The state now. */
  readonly state: subscriber_state;
  /** The state before. */
  readonly previous: subscriber_state;
  /** The cause of `recovering` or `failed`. */
  readonly error: pubsub_error | undefined;
}

/** The position in a partition changed: reading continues at another offset. */
export interface position_reset {
  /** The topic whose position changed. */
  readonly topic: string;
  /** The partition whose position changed. */
  readonly partition: number;
  /** The offset that would have been read next. */
  readonly from: number;
  /** The offset that is read next. */
  readonly to: number;
  /** Why reading continues elsewhere. */
  readonly reason: position_reset_reason;
}

/** The options and hooks of a subscriber. What a hook throws is logged. */
export interface subscriber_options {
  /** @default an invalid record is counted, logged and skipped */
  on_bad_record?: on_bad_record;
  /**
   * Checks the headers of a record. If it returns false, the record is counted as foreign and skipped without decoding.
   *
   * @default every record is accepted
   */
  accept?: (headers: record_headers) => boolean;
  /**
   * Start offsets by partition: for a worker, used for partitions without a commit of its group; for replies, in place
   * of the end of the log.
   *
   * @default worker.start, and for replies the end of the log
   */
  from?: ReadonlyMap<number, number> | undefined;
  /** Called at every change of `status.state`. What it throws is logged. @default nothing is called */
  on_state_change?: (change: state_change) => void;
  /** Called when the position in a partition changes. What it throws is logged. @default nothing is called */
  on_position_reset?: (reset: position_reset) => void;
}

export const subscriberOptionNames: OptionNames<subscriber_options> = {
  on_bad_record: true,
  accept: true,
  from: true,
  on_state_change: true,
  on_position_reset: true,
};

/** The options that a worker adds to those of its user. */
export interface SubscriberOptions extends subscriber_options {
  /** Frames keep the bytes of their records. @default false */
  readonly keepValues?: boolean;
}

/** The state of a subscriber, for health checks. */
export interface subscriber_status extends frame_counts {
  /** `ready` only while every owned partition is read. */
  readonly state: subscriber_state;
  /** The client library (PUBSUB_CLIENT). */
  readonly client: 'kafkajs' | 'platformatic';
  /** The name of its consumer group. */
  readonly group: string;
  /** Partitions owned now; none while the group rebalances. */
  readonly partitions: readonly number[];
  /** The number of joins. */
  readonly generation: number;
  /** The error that prevents it from being ready; undefined while it is ready. */
  readonly last_error: pubsub_error | undefined;
  /** The number of attempts after a failure. */
  readonly restarts: number;
  /** The number of frames that wait for a reader. */
  readonly waiting: number;
  /** The number of records that were deleted before they were read. */
  readonly gap_records: number;
  /** How often the position in a partition changed. */
  readonly position_resets: number;
}

/** The publisher of a worker or requester, whose state is part of theirs. */
export interface Companion {
  is_connected(): boolean;
  readonly last_error: pubsub_error | undefined;
}

export interface SubscriptionParts<H> {
  readonly topic: string;
  readonly group: string;
  readonly policy: PositionPolicy;
  readonly handling: Handling<H>;
  readonly options: SubscriberOptions;
  /** What a kind of subscriber does when it is disposed. Neither function rejects. */
  readonly finish: {
    beforeLeaving?(deadline: Deadline): Promise<void>;
    /** Called only if it was a member. */
    afterLeaving?(deadline: Deadline): Promise<void>;
  };
}

/** The common part of both subscribers: a group member, its frames, and their life cycle. */
export class Subscription<F, H> {
  readonly group: string;
  readonly source: FrameSource<F, H>;
  readonly consumer: GroupConsumer;
  readonly #config: config<F>;
  readonly #options: subscriber_options;
  readonly #topic: string;
  #state: subscriber_state = 'idle';
  #companion: Companion | undefined;
  #wasAccompanied = false;
  readonly #finish: SubscriptionParts<H>['finish'];
  #disposal: Promise<void> | undefined;
  /** Of the last connect; undefined if one has succeeded since. */
  #connectFailure: pubsub_error | undefined;

  constructor(settings: config<F>, parts: SubscriptionParts<H>) {
    const { consumer, producer } = settings;
    requireHooks(parts.options, ['on_bad_record', 'accept', 'on_state_change', 'on_position_reset']);
    requireStartOffsets(parts.options.from);
    this.#config = settings;
    this.group = parts.group;
    this.#options = parts.options;
    this.#topic = parts.topic;
    this.#finish = parts.finish;
    this.source = new FrameSource(
      {
        codec: settings.frame_codec,
        maxFrames: consumer.queue_max_frames,
        maxBytes: consumer.queue_max_bytes,
        maxFrameBytes: producer.max_frame_bytes,
        keepValues: parts.options.keepValues ?? false,
        accept: parts.options.accept,
        onBadRecord: parts.options.on_bad_record,
        logger: settings.logger,
        metrics: settings.metrics,
        clock: settings.clock,
      },
      parts.handling,
    );
    this.consumer = new GroupConsumer(
      kafkaConnection(settings),
      {
        topic: parts.topic,
        groupId: parts.group,
        sessionTimeoutMs: consumer.session_timeout_ms,
        heartbeatIntervalMs: consumer.heartbeat_interval_ms,
        rebalanceTimeoutMs: consumer.rebalance_timeout_ms,
        fetchMaxWaitMs: consumer.fetch_max_wait_ms,
        fetchMaxBytes: consumer.fetch_max_bytes,
        metadataMaxAgeMs: settings.connection.metadata_max_age_ms,
        metrics: settings.metrics,
        onReset: (reset) => callHook(this.#config.logger, 'on_position_reset', () => this.#positionReset(reset)),
      },
      parts.policy,
      this.source,
    );
    this.consumer.onChange((snapshot) => this.#changed(snapshot));
  }

  /** @throws pubsub_error `disposed`, and what the consumer's `connect` throws */
  async connect(options: connect_options): Promise<void> {
    requireKnownOptions(options, connectOptionNames);
    if (this.#disposal !== undefined) throw new pubsub_error('disposed', 'connect', 'this subscriber is disposed');
    this.source.reopen();
    try {
      await connectOrFail(
        options,
        () => this.consumer.snapshot.error,
        (wait) => this.consumer.connect(Deadline.of(wait, this.#config.consumer.connect_timeout_ms)),
      );
      this.#connectFailure = undefined;
    } catch (error) {
      if (this.consumer.current.state === 'idle') this.#connectFailure = pubsub_error.from(error, 'connect');
      throw error;
    }
  }

  /** Ends the readers, finishes open work, leaves the group and disconnects. Idempotent. */
  dispose(options: wait_options): Promise<void> {
    requireKnownOptions(options, waitOptionNames);
    this.#disposal ??= this.#dispose(Deadline.of(options, this.#config.disposal.dispose_timeout_ms));
    return this.#disposal;
  }

  /** Undoes a `connect` whose caller cannot use it. */
  leave(): Promise<void> {
    return this.consumer.leave(new Deadline(LEAVE_MS));
  }

  /** From now on, it is `ready` only while this companion is also connected. */
  accompany(companion: Companion): void {
    this.#companion = companion;
  }

  status(): subscriber_status {
    const snapshot = this.consumer.current;
    const { state, error } = this.#statusOf(snapshot);
    return {
      state,
      client: this.#config.connection.client,
      group: this.group,
      partitions: snapshot.partitions,
      generation: snapshot.generation,
      last_error: error,
      restarts: this.consumer.restarts,
      waiting: this.source.size,
      gap_records: this.consumer.gapRecords,
      position_resets: this.consumer.positionResets,
      ...this.source.counts,
    };
  }

  health(): subscriber_health {
    const { state, error } = this.consumer.current;
    const { problems, ...parts } = this.consumer.health;
    const known = problems.map(({ sentence }) => sentence);
    // What follows from the end of a consumer is not a cause. An error without a problem is still being retried.
    const hasEnded = state === 'closed' || state === 'idle' || (state === 'failed' && error !== undefined);
    const others = state === 'ready' ? [] : [error?.raw_message ?? state];
    const found = subscriberHealthOf(parts, hasEnded || known.length === 0 ? others : known);
    return unlessFailed(found, state === 'idle' ? this.#connectFailure : undefined);
  }

  async #dispose(deadline: Deadline): Promise<void> {
    const wasMember = this.consumer.snapshot.generation > 0;
    this.source.end();
    await deadline
      .race(this.source.hooksDone(), { stage: 'dispose', what: 'the end of the on_bad_record hooks' })
      .catch(() => undefined);
    await this.#finish.beforeLeaving?.(deadline);
    await this.consumer.close(deadline);
    if (wasMember) await this.#finish.afterLeaving?.(deadline);
  }

  /** If one of the two does not work, the whole does not work. */
  #statusOf({ state, error }: ConsumerSnapshot): { state: subscriber_state; error: pubsub_error | undefined } {
    const companion = this.#companion;
    if (state !== 'ready' || companion === undefined) return { state, error };
    if (companion.is_connected()) {
      this.#wasAccompanied = true;
      return { state, error };
    }
    return { state: this.#wasAccompanied ? 'recovering' : 'connecting', error: companion.last_error ?? error };
  }

  /** Called at every change, and several times a second while it is a member, to check the companion. */
  #changed(snapshot: ConsumerSnapshot): void {
    const { state, error } = this.#statusOf(snapshot);
    const previous = this.#state;
    this.#state = state;
    if (state !== previous)
      callHook(this.#config.logger, 'on_state_change', () => this.#stateChanged(state, previous, error));
    if (state === 'failed') this.source.end(error);
    else this.source.wake();
  }

  #stateChanged(state: subscriber_state, previous: subscriber_state, error: pubsub_error | undefined): unknown {
    const isAboutError = state === 'recovering' || state === 'failed';
    return this.#options.on_state_change?.({ state, previous, error: isAboutError ? error : undefined });
  }

  #positionReset(reset: PositionReset): unknown {
    return this.#options.on_position_reset?.({ topic: this.#topic, ...reset });
  }
}
