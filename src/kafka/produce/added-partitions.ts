import { pause } from '../../base/abort.js';
import { pubsub_error } from '../../base/error.js';
import { toPubsubError } from '../client/errors.js';
import type { OpenRecord } from './open-record.js';

/** The part of a topic that is asked. */
export interface PartitionCount {
  readonly topic: string;
  /** As of the last metadata. */
  readonly partitionCount: number;
  refresh(): Promise<void>;
}

export interface AddedPartitionsOptions {
  /** Aborted: nothing is looked up any more. The records are settled by their owner. */
  readonly signal: AbortSignal;
  /** The partition exists. */
  readonly place: (record: OpenRecord, partition: number) => void;
  /** The metadata could not be read; it is read again. */
  readonly failed: (error: pubsub_error) => void;
}

interface Waiting {
  readonly record: OpenRecord;
  readonly partition: number;
  /** Monotonic. */
  readonly since: number;
}

/**
 * For how long a partition that the metadata does not have is looked for. Brokers learn of added partitions one after
 * the other, and any of them may answer.
 */
const LOOK_FOR_MS = 2_000;
const LOOK_EVERY_MS = 200;

/** Records for partitions that this client does not know: they may have been added since the last metadata. */
export class AddedPartitions {
  readonly #topic: PartitionCount;
  readonly #options: AddedPartitionsOptions;
  #waiting: Waiting[] = [];
  #looking: Promise<void> | undefined;

  constructor(topic: PartitionCount, options: AddedPartitionsOptions) {
    this.#topic = topic;
    this.#options = options;
  }

  /** The record is placed as soon as its partition is known, or rejected: `partition_unknown`. */
  waitFor(partition: number, record: OpenRecord): void {
    this.#waiting.push({ record, partition, since: performance.now() });
    this.#looking ??= this.#look().finally(() => (this.#looking = undefined));
  }

  /** Places the records whose partitions are known by now, in the order in which they came. */
  placeKnown(): void {
    if (this.#waiting.length === 0) return;
    const waiting = this.#waiting;
    this.#waiting = waiting.filter(({ partition }) => partition >= this.#topic.partitionCount);
    for (const { record, partition } of waiting)
      if (partition < this.#topic.partitionCount && !record.settled) this.#options.place(record, partition);
  }

  /** Does not reject. A record whose partition cannot be looked up waits until its deadline. */
  async #look(): Promise<void> {
    const { signal, failed } = this.#options;
    while (this.#waiting.length > 0 && !signal.aborted) {
      try {
        await this.#topic.refresh();
        this.placeKnown();
        this.#rejectUnknown();
      } catch (thrown) {
        failed(toPubsubError(thrown, 'metadata', { topic: this.#topic.topic }));
      }
      this.#waiting = this.#waiting.filter(({ record }) => !record.settled);
      if (this.#waiting.length > 0) await pause(LOOK_EVERY_MS, signal);
    }
  }

  #rejectUnknown(): void {
    const now = performance.now();
    const isOver = ({ since }: Waiting): boolean => now - since >= LOOK_FOR_MS;
    const over = this.#waiting.filter(isOver);
    this.#waiting = this.#waiting.filter((waiting) => !isOver(waiting));
    for (const { record, partition } of over)
      if (!record.settled) record.reject(unknownPartition(partition, this.#topic));
  }
}

function unknownPartition(partition: number, { topic, partitionCount }: PartitionCount): pubsub_error {
  return new pubsub_error('partition_unknown', 'send', `topic ${topic} has no partition ${partition}`, {
    hint: `The topic has ${partitionCount} partitions: 0 to ${partitionCount - 1}.`,
    details: { topic, partition, partition_count: partitionCount },
  });
}
