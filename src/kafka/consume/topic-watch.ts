import type { pubsub_error } from '../../base/error.js';
import { backoffMs } from '../client/backoff.js';
import type { Cluster } from '../client/cluster.js';
import { toPubsubError } from '../client/errors.js';
import { isReplaced } from './topic-id.js';

export interface TopicEvents {
  /** The topic was deleted, and another one has its name now: no position of the old one is valid. */
  replaced(): void;
  /** According to every broker that was asked, the topic does not exist. */
  missing(error: pubsub_error): void;
  /** Leaders may have moved, and the number of partitions may be another one. */
  refreshed(): void;
  /** The brokers could not be asked, or refused; the request is repeated. */
  failed(error: pubsub_error): void;
}

const retry = { initialMs: 100, maxMs: 1_000 };

/** Reads the metadata of a topic at an interval, and at once after a failure, and reports changes. */
export class TopicWatch {
  readonly #cluster: Cluster;
  readonly #topic: string;
  readonly #maxAgeMs: number;
  readonly #events: TopicEvents;
  readonly #forget: () => void;
  #topicId: string | undefined;
  #timer: NodeJS.Timeout | undefined;
  #dueAt = Number.POSITIVE_INFINITY;
  #asking = false;
  #failures = 0;
  #stopped = false;

  constructor(cluster: Cluster, topic: string, maxAgeMs: number, events: TopicEvents) {
    this.#cluster = cluster;
    this.#topic = topic;
    this.#maxAgeMs = maxAgeMs;
    this.#events = events;
    this.#forget = cluster.onRefresh(() => this.#look());
    this.#look();
    this.#in(maxAgeMs);
  }

  /** Something failed, and a moved or deleted topic would explain it. */
  soon(): void {
    if (!this.#asking) this.#in(this.#failures === 0 ? 0 : backoffMs(retry, this.#failures));
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#forget();
  }

  #in(ms: number): void {
    const at = performance.now() + ms;
    if (this.#stopped || (this.#timer !== undefined && at >= this.#dueAt)) return;
    clearTimeout(this.#timer);
    this.#dueAt = at;
    this.#timer = setTimeout(() => this.#ask(), ms);
    this.#timer.unref();
  }

  #ask(): void {
    this.#timer = undefined;
    this.#asking = true;
    this.#cluster
      .refresh()
      .then(
        () => {
          this.#failures = 0;
        },
        (thrown: unknown) => {
          this.#failures += 1;
          const error = toPubsubError(thrown, 'metadata', { topic: this.#topic });
          if (this.#stopped) return;
          if (error.code === 'topic_unknown') this.#events.missing(error);
          else this.#events.failed(error);
        },
      )
      .finally(() => {
        this.#asking = false;
        this.#in(this.#failures === 0 ? this.#maxAgeMs : backoffMs(retry, this.#failures));
      });
  }

  #look(): void {
    const { topic, topicError } = this.#cluster;
    if (this.#stopped || topic === undefined || topicError !== undefined) return;
    const { topicId } = topic;
    const wasReplaced = isReplaced(this.#topicId, topicId);
    this.#topicId = topicId ?? this.#topicId;
    if (wasReplaced) this.#events.replaced();
    this.#events.refreshed();
  }
}
