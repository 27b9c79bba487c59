import { setTimeout as sleep } from 'node:timers/promises';
import { Deadline, type WaitSubject } from '../base/deadline.js';
import { pubsub_error } from '../base/error.js';
import type { metrics } from '../base/ports.js';
import { toPubsubError } from './errors.js';
import { explainConnectionFailure } from './explain.js';
import { BatchDelivery } from './batch-delivery.js';
import type { KafkaConnection } from './connection.js';
import { ConsumerSession } from './consumer-session.js';
import type { ConsumerSnapshot, ConsumerState } from './consumer-snapshot.js';
import type { MemberData } from './member-data.js';
import { Ownership } from './ownership.js';
import type { PositionPolicy } from './position-policy.js';
import type { RecordSink } from './record-sink.js';
import { RestartPolicy } from './restart-policy.js';
import type { Membership, SessionOptions } from './session-contract.js';

export interface GroupConsumerOptions extends SessionOptions {
  readonly metrics: metrics;
}

/**
 * A supervised member of a consumer group. When its kafkajs consumer ends, for whatever reason, it makes a new one and
 * goes on where it stood; what cannot pass (a denial, a topic that is gone) ends it, visibly.
 */
export class GroupConsumer {
  readonly #connection: KafkaConnection;
  readonly #options: GroupConsumerOptions;
  readonly #ownership: Ownership;
  readonly #policy: PositionPolicy;
  readonly #delivery: BatchDelivery;
  readonly #listeners = new Set<(snapshot: ConsumerSnapshot) => void>();
  /** Ends the supervision that is under way. */
  #ending = new AbortController();
  readonly #closing = new AbortController();
  /** Callers of `connect` that still wait. */
  #waiting = 0;
  #session: ConsumerSession | undefined;
  #supervision: Promise<void> | undefined;
  #state: ConsumerState = 'idle';
  #wasReady = false;
  #lastError: pubsub_error | undefined;
  #restarts = 0;
  #lastSnapshot: ConsumerSnapshot | undefined;

  constructor(connection: KafkaConnection, options: GroupConsumerOptions, policy: PositionPolicy, sink: RecordSink) {
    this.#connection = connection;
    this.#options = options;
    this.#policy = policy;
    this.#ownership = new Ownership(policy, {
      changed: () => this.#membershipChanged(),
      failed: (error) => this.#note(error),
    });
    this.#delivery = new BatchDelivery({ ...options, logger: connection.logger }, this.#ownership, sink);
  }

  /** The same object until something changes: every request asks for it. */
  get snapshot(): ConsumerSnapshot {
    const state = this.#state;
    const { generation } = this.#ownership;
    const error = this.#lastError;
    const last = this.#lastSnapshot;
    if (last?.state === state && last.generation === generation && last.error === error) return last;
    const partitions = state === 'ready' ? this.#ownership.partitions : [];
    return (this.#lastSnapshot = { state, generation, partitions, error });
  }

  /** Sessions that were made after the first. */
  get restarts(): number {
    return this.#restarts;
  }

  /** Records that were deleted by retention before they were read. */
  get gapRecords(): number {
    return this.#delivery.gapRecords;
  }

  /** The session that can commit now. */
  get session(): ConsumerSession | undefined {
    return this.#session;
  }

  /** True while this is a member of its group and a broker answered lately. */
  get connected(): boolean {
    const session = this.#session;
    if (session === undefined || (this.#state !== 'ready' && this.#state !== 'rebalancing')) return false;
    const silence = performance.now() - session.lastAlive;
    const patience = 2_000 + this.#options.fetchMaxWaitMs + 2 * this.#options.heartbeatIntervalMs;
    return session.openSockets > 0 && silence < patience;
  }

  /** Called at every change of state, ownership or position. */
  onChange(listener: (snapshot: ConsumerSnapshot) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Resolves when the group is joined and start positions are fixed. Failures that may pass are tried again until the
   * deadline; the others reject at once. After a rejection nothing goes on in the background, and the consumer may be
   * connected again.
   */
  async connect(deadline: Deadline): Promise<void> {
    deadline.check(this.#joining());
    // An attempt that somebody gave up may still be on its way out.
    while (this.#supervision !== undefined && (isAborted(this.#ending.signal) || this.#state === 'failed'))
      await deadline.race(this.#supervision, this.#joining());
    if (isAborted(this.#closing.signal)) throw disposed();
    if (this.#supervision === undefined) {
      this.#setState('connecting');
      this.#supervision = this.#supervise()
        .catch((error: unknown) => {
          this.#lastError = pubsub_error.from(error, 'receive');
          this.#setState('failed');
        })
        .finally(() => (this.#supervision = undefined));
    }
    this.#waiting += 1;
    try {
      await deadline.race(this.#ready(), this.#joining());
    } catch (error) {
      if (this.#waiting === 1 && !this.#wasReady) await this.#end(new Deadline(1_000));
      throw error;
    } finally {
      this.#waiting -= 1;
    }
  }

  /** Leaves the group and disconnects; it may be connected again. */
  leave(deadline: Deadline): Promise<void> {
    return this.#end(deadline);
  }

  /** Leaves the group and disconnects for good. Idempotent. */
  async close(deadline: Deadline): Promise<void> {
    this.#closing.abort();
    await this.#end(deadline);
    this.#setState('closed');
  }

  async #end(deadline: Deadline): Promise<void> {
    this.#ending.abort();
    await this.#session?.stop(deadline);
    const over = { stage: 'dispose', what: 'the end of the consumer' } as const;
    if (this.#supervision !== undefined) await deadline.race(this.#supervision, over).catch(() => undefined);
  }

  #ready(): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = ({ state, error }: ConsumerSnapshot): boolean => {
        if (state === 'ready' && this.#ownership.startsFixed) resolve();
        else if (state === 'failed') reject(error ?? new pubsub_error('internal', 'connect', 'failed without a cause'));
        else if (state === 'closed') reject(disposed());
        else return false;
        return true;
      };
      if (look(this.snapshot)) return;
      const stop = this.onChange((snapshot) => {
        if (look(snapshot)) stop();
      });
    });
  }

  async #supervise(): Promise<void> {
    this.#ending = new AbortController();
    const { signal } = this.#ending;
    const restarts = new RestartPolicy(this.#connection.retryDeniedMs, performance.now());
    for (;;) {
      const readyBefore = this.#ownership.readyCount;
      const failure = await this.#oneSession(signal);
      this.#session = undefined;
      if (isAborted(signal)) {
        this.#setState('idle');
        return;
      }
      if (failure === undefined) continue;
      const error = this.#wasReady ? failure : await explainConnectionFailure(this.#connection, failure);
      this.#lastError = error;
      if (this.#ownership.readyCount > readyBefore) restarts.joined();
      const pauseMs = restarts.pauseAfter(error, this.#wasReady, performance.now());
      if (pauseMs === undefined) {
        this.#setState('failed');
        return;
      }
      this.#restarts += 1;
      this.#options.metrics.count('consumer_restarts', 1, { topic: this.#options.topic, code: error.code });
      this.#connection.logger.warn('the consumer ended and is made anew', {
        topic: this.#options.topic,
        error: error.raw_message,
      });
      this.#setState(this.#wasReady ? 'recovering' : 'connecting');
      await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
    }
  }

  async #oneSession(signal: AbortSignal): Promise<pubsub_error | undefined> {
    const session: ConsumerSession = new ConsumerSession(this.#connection, this.#options, {
      joining: () => this.#joinBegins(),
      joined: (membership) => this.#joined(session, membership),
      batch: (payload): Promise<void> => this.#delivery.deliver(session, payload),
    });
    if (signal.aborted) return undefined;
    this.#session = session;
    try {
      await session.open();
      await this.#policy.prepare(session);
      await session.run();
      this.#ownership.running(session);
      return await session.ended;
    } catch (error) {
      return toPubsubError(error, 'join', { topic: this.#options.topic, group: this.#options.groupId });
    } finally {
      this.#ownership.ended();
      await session.stop(new Deadline(2_000)).catch(() => undefined);
    }
  }

  #joinBegins(): MemberData {
    if (this.#state === 'ready') this.#setState('rebalancing');
    return this.#ownership.joinBegins();
  }

  #joined(session: ConsumerSession, membership: Membership): void {
    this.#ownership.joined(session, membership);
  }

  #membershipChanged(): void {
    if (this.#ownership.settled) {
      this.#wasReady = true;
      this.#setState('ready');
    } else {
      this.#tell();
    }
  }

  #note(error: pubsub_error): void {
    this.#lastError = error;
    this.#connection.logger.warn('start positions could not be fixed', {
      topic: this.#options.topic,
      error: error.raw_message,
    });
  }

  #setState(state: ConsumerState): void {
    if (this.#state === 'closed') return;
    this.#state = state;
    this.#tell();
  }

  #tell(): void {
    const { snapshot } = this;
    for (const listener of [...this.#listeners]) {
      try {
        listener(snapshot);
      } catch (error) {
        // Listeners are ours, but kafkajs would end the consumer for good if one threw inside a join.
        this.#connection.logger.error('a listener failed', { error: String(error) });
      }
    }
  }

  #joining(): WaitSubject {
    return {
      stage: 'join',
      what: `membership of group ${this.#options.groupId} on topic ${this.#options.topic}`,
      hint: () => this.#lastError?.hint,
      details: () => (this.#lastError === undefined ? {} : { last_error: this.#lastError.message }),
    };
  }
}

function disposed(): pubsub_error {
  return new pubsub_error('disposed', 'connect', 'this subscriber is disposed');
}

/** A function, because TypeScript believes that a signal it has looked at stays as it was. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}
