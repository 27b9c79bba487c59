import { Deadline, type wait_options } from '../base/deadline.js';
import type { pubsub_error } from '../base/error.js';
import type { RecordHeaders } from '../kafka/connection.js';
import type { ConsumerSnapshot, ConsumerState } from '../kafka/consumer-snapshot.js';
import { GroupConsumer } from '../kafka/group-consumer.js';
import type { PositionPolicy } from '../kafka/position-policy.js';
import type { config } from './config/config.js';
import type { on_bad_record } from './delivery.js';
import { FrameSource, type frame_counts, type Handling } from './frame-source.js';
import { kafka_connection } from './kafka-connection.js';

const LEAVE_MS = 2_000;

/** `idle` before `connect`; `failed` after an error that cannot pass; else what the names say. */
export type subscriber_state = ConsumerState;

export interface subscriber_options {
  /** @default a record that is no frame is counted, logged and skipped */
  on_bad_record?: on_bad_record;
  /**
   * Looks at a record's headers; those of records it refuses are counted as foreign and skipped undecoded.
   *
   * @default every record is accepted
   */
  accept?: (headers: RecordHeaders) => boolean;
  /**
   * Offsets by partition to begin at: for a worker where its group has committed nothing yet, for replies instead of at
   * what is published from now on.
   *
   * @default worker.start, and for replies the ends
   */
  from?: ReadonlyMap<number, number>;
}

/** A subscriber's position in its life, for health checks. */
export interface subscriber_status extends frame_counts {
  readonly state: subscriber_state;
  readonly group: string;
  /** Partitions owned now; none while the group rebalances. */
  readonly partitions: readonly number[];
  /** Counts the joins. */
  readonly generation: number;
  readonly last_error: pubsub_error | undefined;
  /** Consumers that were made after the first one ended. */
  readonly restarts: number;
  /** Frames that wait for a reader. */
  readonly waiting: number;
  /** Records that retention deleted before they were read. */
  readonly gap_records: number;
}

/** What both subscribers are made of: a group member, and the frames that it feeds. */
export class Subscription<F, H> {
  readonly group: string;
  readonly source: FrameSource<F, H>;
  readonly consumer: GroupConsumer;
  readonly #config: config<F>;

  constructor(
    settings: config<F>,
    parts: {
      topic: string;
      group: string;
      policy: PositionPolicy;
      handling: Handling<H>;
      options: subscriber_options;
    },
  ) {
    const { consumer, producer } = settings;
    this.#config = settings;
    this.group = parts.group;
    this.source = new FrameSource(
      {
        codec: settings.frame_codec,
        maxFrames: consumer.queue_max_frames,
        maxBytes: consumer.queue_max_bytes,
        maxFrameBytes: producer.max_frame_bytes,
        accept: parts.options.accept,
        onBadRecord: parts.options.on_bad_record,
        logger: settings.logger,
        metrics: settings.metrics,
        clock: settings.clock,
      },
      parts.handling,
    );
    this.consumer = new GroupConsumer(
      kafka_connection(settings),
      {
        topic: parts.topic,
        groupId: parts.group,
        sessionTimeoutMs: consumer.session_timeout_ms,
        heartbeatIntervalMs: consumer.heartbeat_interval_ms,
        rebalanceTimeoutMs: consumer.rebalance_timeout_ms,
        fetchMaxWaitMs: consumer.fetch_max_wait_ms,
        fetchMaxBytes: consumer.fetch_max_bytes,
        metrics: settings.metrics,
      },
      parts.policy,
      this.source,
    );
    this.consumer.onChange((snapshot) => this.#changed(snapshot));
  }

  async connect(options: wait_options): Promise<void> {
    this.source.reopen();
    await this.consumer.connect(Deadline.of(options, this.#config.consumer.connect_timeout_ms));
  }

  /** Takes a `connect` back, for whoever cannot use it. */
  leave(): Promise<void> {
    return this.consumer.leave(new Deadline(LEAVE_MS));
  }

  status(): subscriber_status {
    const { state, generation, partitions, error } = this.consumer.snapshot;
    return {
      state,
      group: this.group,
      partitions,
      generation,
      last_error: error,
      restarts: this.consumer.restarts,
      waiting: this.source.size,
      gap_records: this.consumer.gapRecords,
      ...this.source.counts,
    };
  }

  #changed({ state, error }: ConsumerSnapshot): void {
    if (state === 'failed') this.source.end(error);
    else this.source.wake();
  }
}
