import { Deadline } from '../base/deadline.js';
import { pubsub_error } from '../base/error.js';
import type { ConsumerSession } from './consumer-session.js';
import type { Membership } from './session-contract.js';
import { toPubsubError } from './errors.js';
import type { MemberData } from './member-data.js';
import type { JoinFacts, PositionPolicy } from './position-policy.js';

/** A partition that is ours, and the offset of the next record to deliver (undefined until the first). */
export interface OwnedPartition {
  position: number | undefined;
  /** False while its start is being found: nothing is delivered. */
  flowing: boolean;
}

export interface OwnershipEvents {
  /** Partitions, generation or readiness changed. */
  changed(): void;
  /** Positions could not be found; it is tried again. */
  failed(error: pubsub_error): void;
}

// One attempt to find positions; another join interrupts it anyway.
const SETTLE_MS = 60_000;
const RETRY_MS = 100;

/** Which partitions this member owns, from join to join, and where it stands on each. */
export class Ownership {
  readonly #policy: PositionPolicy;
  readonly #events: OwnershipEvents;
  readonly #owned = new Map<number, OwnedPartition>();
  readonly #closing = new AbortController();
  #generation = 0;
  #readyCount = 0;
  #since = 0;
  #memberId: string | undefined;
  #sessionOfMember: ConsumerSession | undefined;
  #runningSession: ConsumerSession | undefined;
  #joining = false;
  #startsFixed = false;

  constructor(policy: PositionPolicy, events: OwnershipEvents) {
    this.#policy = policy;
    this.#events = events;
  }

  /** Counts the joins; the partitions of one generation stay ours until the next. */
  get generation(): number {
    return this.#generation;
  }

  /** How often a join was completed. */
  get readyCount(): number {
    return this.#readyCount;
  }

  /** Joined, with every partition's start known. */
  get settled(): boolean {
    return this.#runningSession !== undefined && !this.#joining && this.#startsFixed;
  }

  /** Nothing that is published from now on can be missed. */
  get startsFixed(): boolean {
    return this.#startsFixed;
  }

  get partitions(): readonly number[] {
    return [...this.#owned.keys()].sort((a, b) => a - b);
  }

  /** The partition's state if its records may be delivered now. */
  flowing(partition: number): OwnedPartition | undefined {
    const owned = this.#owned.get(partition);
    return owned?.flowing === true ? owned : undefined;
  }

  joinBegins(): MemberData {
    this.#joining = true;
    return this.#policy.memberData(this.#positions(), this.#since);
  }

  /** Synchronous: when this returns kafkajs begins to fetch. */
  joined(session: ConsumerSession, { memberId, partitions, alone }: Membership): void {
    const facts: JoinFacts = { alone, first: this.#readyCount === 0 };
    const sameMember = this.#sessionOfMember === session && this.#memberId === memberId;
    this.#sessionOfMember = session;
    this.#memberId = memberId;
    this.#generation += 1;
    this.#since = Date.now();
    this.#joining = false;

    const lost = new Map<number, number | undefined>();
    for (const [partition, { position }] of this.#owned)
      if (!partitions.includes(partition)) lost.set(partition, position);
    for (const partition of lost.keys()) this.#owned.delete(partition);
    if (lost.size > 0) this.#policy.lost(lost, sameMember);

    const ask: number[] = [];
    const reading: number[] = [];
    let confirm = false;
    const known = new Map<number, number>();
    for (const partition of partitions) {
      const before = this.#owned.get(partition);
      if (sameMember && before?.flowing === true) {
        // kafkajs forgets where it stood at every join.
        if (before.position !== undefined) session.seek(partition, before.position);
        continue;
      }
      if (before?.flowing === true && before.position !== undefined) known.set(partition, before.position);
      const start = this.#policy.start(partition, facts, known.get(partition));
      const offset = typeof start === 'object' ? start.begin : typeof start === 'number' ? start : undefined;
      this.#owned.set(partition, { position: offset, flowing: start !== 'ask' });
      if (start === 'ask') ask.push(partition);
      else if (offset === undefined || typeof start === 'object') reading.push(partition);
      if (offset !== undefined) session.seek(partition, offset);
      confirm ||= typeof start === 'object';
    }
    session.pause(ask);
    this.#startsFixed = ask.length === 0 && !confirm;
    if (ask.length > 0 || reading.length > 0) {
      this.#settle(session, ask, reading, known, facts).catch((error: unknown) =>
        this.#events.failed(pubsub_error.from(error, 'positions')),
      );
    }
    if (this.settled) this.#ready();
  }

  /** kafkajs' `run` has resolved: from here on it commits. */
  running(session: ConsumerSession): void {
    this.#runningSession = session;
    if (this.settled) this.#ready();
  }

  ended(): void {
    this.#runningSession = undefined;
    this.#joining = true;
    this.#startsFixed = false;
  }

  close(): void {
    this.#closing.abort();
  }

  async #settle(
    session: ConsumerSession,
    partitions: readonly number[],
    reading: readonly number[],
    known: ReadonlyMap<number, number>,
    facts: JoinFacts,
  ): Promise<void> {
    const generation = this.#generation;
    const deadline = new Deadline(SETTLE_MS, this.#closing.signal);
    const current = (): boolean =>
      this.#generation === generation && !this.#joining && !session.stopSignal.aborted && !this.#closing.signal.aborted;
    const ready = (): void => {
      if (this.#startsFixed || !current()) return;
      this.#startsFixed = true;
      if (this.settled) this.#ready();
    };
    if (!(await session.started)) return;
    while (current() && !deadline.over) {
      try {
        const starts = await this.#policy.settle({
          session,
          partitions,
          reading,
          known,
          facts,
          current,
          deadline,
          ready,
        });
        if (!current()) return;
        for (const [partition, offset] of starts) this.#begin(session, partition, offset);
        if (starts.size === partitions.length) {
          ready();
          return;
        }
      } catch (error) {
        if (!current()) return;
        this.#events.failed(toPubsubError(error, 'positions'));
      }
      await deadline.pause(RETRY_MS, { stage: 'positions', what: 'the next attempt' }).catch(() => undefined);
    }
  }

  #begin(session: ConsumerSession, partition: number, offset: number): void {
    const owned = this.#owned.get(partition);
    if (owned === undefined || owned.flowing) return;
    owned.position = offset;
    owned.flowing = true;
    session.seek(partition, offset);
    session.resume([partition]);
  }

  #ready(): void {
    this.#readyCount += 1;
    this.#events.changed();
  }

  #positions(): Map<number, number | undefined> {
    return new Map(
      [...this.#owned].map(([partition, { position, flowing }]) => [partition, flowing ? position : undefined]),
    );
  }
}
