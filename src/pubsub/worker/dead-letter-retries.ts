import { pause } from '../../base/abort.js';
import { LogLimit } from '../../base/log-limit.js';
import { logFields, pubsub_error } from '../../base/error.js';
import { backoffMs } from '../../kafka/client/backoff.js';
import type { config } from '../config/config.js';
import { dead_letter_topic, type failed_frame } from './dead-letter-topic.js';
import type { bad_record } from '../subscriber/delivery.js';
import type { connect_options } from '../fail-fast.js';

const LOG_MS = 10_000;
const backoff = { initialMs: 50, maxMs: 2_000 };

/** What a worker with a dead-letter topic gives up: written there, and counted. */
export class DeadLetterRetries<F> {
  readonly #config: config<F>;
  readonly #topic: dead_letter_topic<F>;
  readonly #log = new LogLimit(LOG_MS);
  readonly #over = new AbortController();

  private constructor(settings: config<F>, topic: string) {
    this.#config = settings;
    this.#topic = dead_letter_topic.create(settings, topic);
  }

  /** Undefined without the setting. */
  static of<F>(settings: config<F>): DeadLetterRetries<F> | undefined {
    const { dead_letter: topic } = settings.topics;
    return topic === undefined ? undefined : new DeadLetterRetries(settings, topic);
  }

  /** Without the topic, or without the right to see it, the first letter would be lost. */
  connect(options: connect_options): Promise<void> {
    return this.#topic.connect(options);
  }

  /** What keeps letters from being written; undefined: nothing. */
  get problem(): string | undefined {
    return this.#topic.internals.health.problem;
  }

  get lastError(): pubsub_error | undefined {
    return this.#topic.internals.lastError;
  }

  /** An invalid record never stops a topic: if it cannot be written, this is logged by its reader. */
  async invalid(record: bad_record): Promise<void> {
    try {
      await this.#topic.write(record);
    } catch (thrown) {
      this.#config.metrics.count('dead_letter_failures', 1, { code: pubsub_error.from(thrown, 'send').code });
      throw thrown;
    }
    this.#config.metrics.count('dead_letters', 1, { kind: 'invalid' });
  }

  /**
   * Resolves when the frame is in the topic (true), or can never be (false): this is logged, and counted as
   * `dead_letter_failures`. While brokers are unavailable, it tries again: the frame is not acknowledged meanwhile.
   *
   * @returns undefined: `cutOff` was called before
   */
  async failed(frame: failed_frame): Promise<boolean | undefined> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.#topic.write(frame);
        this.#config.metrics.count('dead_letters', 1, { kind: frame.kind });
        return true;
      } catch (thrown) {
        if (this.#over.signal.aborted) return undefined;
        const error = pubsub_error.from(thrown, 'send');
        const count = this.#log.take();
        if (count !== undefined)
          this.#config.logger.error('a failed frame was not written to the dead-letter topic', {
            topic: this.#config.topics.dead_letter,
            count,
            position: frame.position,
            correlation_id: frame.correlation_id,
            ...logFields(error),
          });
        if (!error.retryable) {
          this.#config.metrics.count('dead_letter_failures', 1, { code: error.code });
          return false;
        }
        // Some failures take no time: a full queue, a broker that refuses connections.
        await pause(backoffMs(backoff, attempt), this.#over.signal);
      }
    }
  }

  /** Frames that are not written yet stay unacknowledged. */
  cutOff(): void {
    this.#over.abort();
  }

  dispose(timeoutMs: number): Promise<void> {
    return this.#topic.dispose({ timeout_ms: timeoutMs });
  }
}
