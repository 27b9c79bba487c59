import { logFields, pubsub_error } from '../../base/error.js';
import type { logger } from '../../base/ports.js';
import { thrownText } from '../../base/thrown.js';
import { consumerHealth, readablePartitions, type ConsumerFacts, type HealthProblem } from './consumer-health.js';
import type { GroupSession } from './group-session.js';

/**
 * - `idle`: not connected yet, or disconnected
 * - `connecting`: before the first success
 * - `ready`: records published now are received; for a worker or requester, what it sends is also acknowledged
 * - `rebalancing`: the group is redistributing its partitions
 * - `recovering`: something that worked before fails now and is retried; `last_error` has the reason
 * - `failed`: ended by an error that only a person can fix
 * - `closed`: disposed
 */
export type subscriber_state = 'idle' | 'connecting' | 'ready' | 'rebalancing' | 'recovering' | 'failed' | 'closed';

/** What listeners get: the state, and the partitions that this member certainly owns. */
export interface ConsumerSnapshot {
  readonly state: subscriber_state;
  readonly generation: number;
  /** Empty while the group rebalances, or may have given them away. */
  readonly partitions: readonly number[];
  /** Those of them whose brokers answer: records that are published there now are received soon. */
  readonly readable: readonly number[];
  readonly error: pubsub_error | undefined;
}

/** The facts from which the state follows. */
export interface ConsumerStateParts {
  /** Undefined: there is no membership at the moment. */
  session(): GroupSession | undefined;
  facts(): ConsumerFacts;
  generation(): number;
}

const LOG_AGAIN_MS = 10_000;
const MOST_LOGGED = 50;

/** The state of a consumer, the error that belongs to it, and its listeners. */
export class ConsumerState {
  readonly #names: { readonly topic: string; readonly group: string };
  readonly #logger: logger;
  readonly #parts: ConsumerStateParts;
  readonly #listeners = new Set<(snapshot: ConsumerSnapshot) => void>();
  #name: subscriber_state = 'idle';
  #wasReady = false;
  #error: pubsub_error | undefined;
  /** A problem that no request has reported. */
  #problem: pubsub_error | undefined;
  #last: ConsumerSnapshot | undefined;
  /** When each failure was last logged (monotonic). */
  readonly #logged = new Map<string, number>();

  constructor({ logger, ...names }: { topic: string; group: string; logger: logger }, parts: ConsumerStateParts) {
    this.#names = names;
    this.#logger = logger;
    this.#parts = parts;
  }

  get name(): subscriber_state {
    return this.#name;
  }

  get wasReady(): boolean {
    return this.#wasReady;
  }

  /** The last failure since the state was `ready`. */
  get error(): pubsub_error | undefined {
    return this.#error;
  }

  /** The same object until something changes. */
  get snapshot(): ConsumerSnapshot {
    const session = this.#parts.session();
    const isMember = session?.standing === 'member';
    // The lease may have ended a moment ago, before an event reported it.
    const state = this.#name === 'ready' && !isMember ? 'recovering' : this.#name;
    const error = this.#error ?? this.#explained(this.#obstacleIn(state));
    const generation = this.#parts.generation();
    const last = this.#last;
    if (last?.state === state && last.generation === generation && last.error === error) return last;
    const isOwner = isMember && this.#wasReady;
    const partitions = isOwner ? session.ownership.partitions : [];
    const readable = isOwner ? readablePartitions(this.#parts.facts()) : [];
    return (this.#last = { state, generation, partitions, readable, error });
  }

  /** The snapshot as of now: something may have stopped working a moment ago, and no event has reported it yet. */
  get current(): ConsumerSnapshot {
    const { snapshot } = this;
    if (snapshot.state !== 'ready') return snapshot;
    const { problems } = consumerHealth(this.#parts.facts());
    if (problems.length === 0) return snapshot;
    if (problems.every(({ isPartOfJoin }) => isPartOfJoin)) return { ...snapshot, state: 'rebalancing' };
    return { ...snapshot, state: 'recovering', error: snapshot.error ?? this.#explained(problems[0]) };
  }

  onChange(listener: (snapshot: ConsumerSnapshot) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** A first attempt, or one after an end: earlier problems do not matter any more. */
  begin(): void {
    this.#wasReady = false;
    this.#error = undefined;
    this.#problem = undefined;
    this.set('connecting');
  }

  /** @returns true if the failure differs from the last one, and was not logged a short time ago */
  noteError(error: pubsub_error): boolean {
    const differs = this.#error?.code !== error.code || this.#error.raw_message !== error.raw_message;
    this.#error = error;
    return differs && this.#mayLog(error.raw_message);
  }

  set(state: subscriber_state): void {
    if (this.#name === 'closed') return;
    this.#name = state;
    this.#report();
  }

  /** Derives the state from the facts of a membership, and reports it. */
  update(session: GroupSession): void {
    if (this.#name === 'failed') return;
    const { problems } = consumerHealth(this.#parts.facts());
    if (session.isReady && problems.length === 0) {
      this.#wasReady = true;
      this.#error = undefined;
      this.#problem = undefined;
      this.set('ready');
    } else if (!this.#wasReady) {
      this.#report();
    } else {
      // Finding positions is part of a join, unless something has failed.
      const isPartOfJoin = problems.every((problem) => problem.isPartOfJoin) && this.#error === undefined;
      const isJoining = session.ownership.joinedAt === undefined || isPartOfJoin;
      this.set(session.lease.valid && isJoining ? 'rebalancing' : 'recovering');
    }
  }

  /** What keeps this consumer from being ready, apart from a join in progress. */
  #obstacleIn(state: subscriber_state): HealthProblem | undefined {
    if (state !== 'recovering' && state !== 'connecting') return undefined;
    const { problems } = consumerHealth(this.#parts.facts());
    return state === 'recovering' ? problems[0] : problems.find(({ isPartOfJoin }) => !isPartOfJoin);
  }

  /** The same object for as long as the problem is the same. Logs a new problem. */
  #explained(problem: HealthProblem | undefined): pubsub_error | undefined {
    if (problem === undefined) return undefined;
    const { code, hint } = problem;
    const sentence = problem.lasting ?? problem.sentence;
    if (this.#problem?.raw_message === sentence) return this.#problem;
    this.#problem = new pubsub_error(code, 'receive', sentence, { retryable: true, hint, details: this.#names });
    if (this.#mayLog(sentence))
      this.#logger.warn('the member does not receive everything', { ...this.#names, ...logFields(this.#problem) });
    return this.#problem;
  }

  /** A state that changes back and forth must not fill the log. */
  #mayLog(sentence: string): boolean {
    const now = performance.now();
    const before = this.#logged.get(sentence);
    if (before !== undefined && now - before < LOG_AGAIN_MS) return false;
    if (this.#logged.size >= MOST_LOGGED) this.#logged.clear();
    this.#logged.set(sentence, now);
    return true;
  }

  #report(): void {
    this.#last = undefined;
    const { snapshot } = this;
    for (const listener of [...this.#listeners]) {
      try {
        listener(snapshot);
      } catch (error) {
        this.#logger.error('a listener failed', { error: thrownText(error) });
      }
    }
  }
}
