import { Deadline, waitOptionNames, type wait_options } from '../../base/deadline.js';
import { requireKnownOptions } from '../../base/known-options.js';
import { pubsub_error } from '../../base/error.js';
import type { ConsumerSnapshot } from '../../kafka/consume/consumer-state.js';
import { thrownError } from '../../base/thrown.js';
import { valueKind } from '../../base/value-kind.js';
import type { reply_to_subscriber } from '../subscriber/reply-to-subscriber.js';
import { noPartition } from './requester-errors.js';

/** The part of a `reply_to_subscriber` that is tracked. */
type TrackedSubscriber = Pick<reply_to_subscriber['internals'], 'topic' | 'snapshot' | 'onChange'>;

const DEFAULT_WAIT_MS = 10_000;

const BROKERS =
  'Check that the brokers can be reached, and check their logs: this member joins again as soon as they answer.';
const WAITS_FOR_GROUP = 'The group is rebalancing. If this does not end, check which member is slow to join.';

/**
 * Knows which partitions of the reply_to topic a subscriber owns now, and returns them in turn, so that a request can
 * name the partition for its reply.
 *
 * @example
 * const tracking = partition_tracking.create(sub); // before or after sub.connect()
 * const partition = await tracking.get_next_partition();
 */
export class partition_tracking implements AsyncDisposable {
  readonly #topic: string;
  readonly #snapshot: () => ConsumerSnapshot;
  readonly #onChange: (listener: (snapshot: ConsumerSnapshot) => void) => () => void;
  /** Removes listeners and rejects waiting calls. */
  readonly #ends = new Set<() => void>();
  #disposed = false;
  #turn = 0;

  private constructor({ topic, snapshot, onChange }: TrackedSubscriber) {
    this.#topic = topic;
    this.#snapshot = snapshot;
    this.#onChange = onChange;
  }

  /** Of a subscriber before or after its `connect`. It does nothing by itself. */
  static create<F>(subscriber: reply_to_subscriber<F>): partition_tracking {
    const { internals } = (subscriber as Partial<reply_to_subscriber<F>> | null | undefined) ?? {};
    if (internals === undefined) throw noSubscriber(subscriber);
    return new partition_tracking(internals);
  }

  /** The partitions owned now, in numeric order; none while the group rebalances. */
  get partitions(): readonly number[] {
    return this.#snapshot().partitions;
  }

  /** The number of joins: partitions of one generation stay owned until the next one. */
  get generation(): number {
    return this.#snapshot().generation;
  }

  /** The next owned partition, if there is one now. */
  try_next_partition(): number | undefined {
    const { partitions, readable } = this.#snapshot();
    // A partition whose broker does not answer would delay its reply.
    const best = readable.length > 0 ? readable : partitions;
    if (best.length === 0) return undefined;
    this.#turn = (this.#turn + 1) % best.length;
    return best[this.#turn];
  }

  /**
   * The owned partitions in turn. Waits through joins and rebalances.
   *
   * @param options.timeout_ms @default 10000
   * @throws pubsub_error `no_partition` if the group assigned none to this member, `deadline_exceeded` if no join was
   *   completed in time, `disposed` (of this, or of the subscriber), or the error that ended the subscriber
   */
  async get_next_partition(options: wait_options = {}): Promise<number> {
    requireKnownOptions(options, waitOptionNames);
    if (this.#disposed) throw disposed();
    const now = this.#look(this.#snapshot());
    if (now !== undefined) return now;
    const deadline = Deadline.of(options, DEFAULT_WAIT_MS);
    let stop = (): void => undefined;
    const found = new Promise<number>((resolve, reject) => {
      const end = (): void => reject(disposed());
      this.#ends.add(end);
      const forget = this.#onChange((snapshot) => {
        try {
          const partition = this.#look(snapshot);
          if (partition !== undefined) resolve(partition);
        } catch (error) {
          reject(thrownError(error));
        }
      });
      stop = () => {
        this.#ends.delete(end);
        forget();
      };
    });
    try {
      return await deadline.race(found, {
        stage: 'join',
        what: `an assignment of partitions of topic ${this.#topic}`,
        because: () => this.#snapshot().error?.raw_message,
        hint: () => this.#hint(),
        details: () => ({ state: this.#snapshot().state }),
      });
    } finally {
      stop();
    }
  }

  /** Calls the listener after every change of the owned partitions. Returns a function that removes it. */
  on_change(listener: () => void): () => void {
    const forget = this.#onChange(() => listener());
    const end = (): void => {
      this.#ends.delete(end);
      forget();
    };
    this.#ends.add(end);
    return end;
  }

  /** Stops tracking: waiting calls reject with `disposed`. The subscriber is not disposed. Idempotent. */
  async dispose(): Promise<void> {
    this.#disposed = true;
    for (const end of [...this.#ends]) end();
    return Promise.resolve();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.dispose();
  }

  #hint(): string | undefined {
    const { state, error } = this.#snapshot();
    if (state === 'idle') return 'Call connect() of the subscriber first.';
    return error?.hint ?? (error === undefined ? WAITS_FOR_GROUP : BROKERS);
  }

  #look({ state, partitions, error }: ConsumerSnapshot): number | undefined {
    if (state === 'closed') throw new pubsub_error('disposed', 'join', 'the subscriber is disposed');
    if (state === 'failed' && error !== undefined) throw error;
    if (partitions.length > 0) return this.try_next_partition();
    if (state === 'ready') throw noPartition(this.#topic);
    return undefined;
  }
}

function noSubscriber(got: unknown): pubsub_error {
  const sentence = `partition_tracking.create takes a reply_to_subscriber, and got ${valueKind(got)}`;
  return new pubsub_error('argument_invalid', 'config', sentence, {
    hint: 'Create one from your settings: reply_to_subscriber.create(settings).',
  });
}

function disposed(): pubsub_error {
  return new pubsub_error('disposed', 'join', 'this partition_tracking is disposed');
}
