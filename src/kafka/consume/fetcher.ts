import type { pubsub_error } from '../../base/error.js';
import { backoffMs } from '../client/backoff.js';
import type { FetchedPartition } from '../client/broker-apis.js';
import { BrokerError } from '../client/broker-error.js';
import type { Cluster } from '../client/cluster.js';
import { toPubsubError } from '../client/errors.js';
import type { OwnedPartition, Ownership } from './ownership.js';
import { PartitionReader } from './partition-reader.js';
import type { RecordSink } from '../records/record-sink.js';

export interface FetcherOptions {
  readonly topic: string;
  readonly maxWaitMs: number;
  readonly maxBytes: number;
}

export interface FetcherEvents {
  /**
   * A request to a broker failed, or the broker refused a partition for a reason that passes. The request is sent
   * again.
   */
  failed(error: pubsub_error): void;
  /** Leaders have moved, or the topic was deleted. */
  topicMoved(): void;
  /**
   * Reading a partition is denied.
   * @returns milliseconds until the next attempt; undefined: the membership ends
   */
  denied(error: pubsub_error): number | undefined;
  /** A batch cannot be decoded; it is read again after growing pauses. */
  unreadable(error: pubsub_error): void;
}

/** What is needed of the cluster. */
export type FetchedCluster = Pick<Cluster, 'leaderOf' | 'ask'>;
/** What is needed of the partitions. */
export type ReadOwnership = Pick<Ownership, 'all' | 'flowing' | 'answered' | 'outOfRange' | 'diverged'>;

/** The answer for a partition. */
interface Answered {
  readonly owned: OwnedPartition;
  readonly fetched: FetchedPartition;
  /** The position that was asked for. */
  readonly from: number;
  /**
   * True: the response had room for a batch of this partition, however large. A broker fills a response in the order of
   * the request, and adds the first batch that it finds even if it is larger than the limit.
   */
  readonly hadRoom: boolean;
}

/** Leaders move, and a broker that has just become a leader may need a moment. */
const retry = { initialMs: 50, maxMs: 1_000 };
/** A broker sends at least one whole batch: with this limit it sends no more than one. */
const PROBE_BYTES = 1;
/** A damaged batch stays in the log until a person or retention deletes it. */
const unreadable = { initialMs: 1_000, maxMs: 60_000 };

/**
 * Reads the owned partitions: one fetch request at a time to each broker, for all partitions that it leads. A
 * partition that cannot be read is paused, and does not delay the others.
 */
export class Fetcher {
  readonly #cluster: FetchedCluster;
  readonly #ownership: ReadOwnership;
  readonly #options: FetcherOptions;
  readonly #events: FetcherEvents;
  readonly #sink: RecordSink;
  readonly #reader: PartitionReader;
  readonly #loops = new Map<number, Promise<void>>();
  /** Brokers whose last answer is being delivered. */
  readonly #delivering = new Set<number>();
  /** Partitions whose records are being delivered: a new leader is not asked for them before that has ended. */
  readonly #beingRead = new Set<number>();
  /** Brokers with a pending request for the first answer of partitions. */
  readonly #probing = new Set<number>();
  /** The number of the last response that had records of a partition. */
  readonly #servedAt = new WeakMap<OwnedPartition, number>();
  #responses = 0;
  readonly #sleepers = new Set<() => void>();
  #stopped = false;

  constructor(
    cluster: FetchedCluster,
    ownership: ReadOwnership,
    sink: RecordSink,
    options: FetcherOptions,
    events: FetcherEvents,
  ) {
    this.#cluster = cluster;
    this.#ownership = ownership;
    this.#sink = sink;
    this.#options = options;
    this.#events = events;
    this.#reader = new PartitionReader({
      topic: options.topic,
      sink,
      isCurrent: (owned) => !this.#stopped && this.#ownership.flowing(owned.partition) === owned,
      room: () => this.#room(),
    });
  }

  /** True while the partition waits for room in memory: that it is not fetched says nothing about its broker. */
  isHeldBack({ partition }: OwnedPartition): boolean {
    const leader = this.#cluster.leaderOf(partition);
    return this.#beingRead.has(partition) || (leader !== undefined && this.#delivering.has(leader));
  }

  /** The owned partitions, their leaders or their pauses have changed: looks at them again. */
  wake(): void {
    for (const wake of [...this.#sleepers]) wake();
    if (this.#stopped) return;
    for (const { partition } of this.#ownership.all) {
      const leader = this.#cluster.leaderOf(partition);
      if (leader === undefined) continue;
      if (this.#loops.has(leader)) {
        if (this.#delivering.has(leader)) this.#probeAside(leader);
        continue;
      }
      const loop = this.#loop(leader).finally(() => this.#loops.delete(leader));
      this.#loops.set(leader, loop);
    }
  }

  stop(): void {
    this.#stopped = true;
    this.wake();
  }

  /** Sends fetch requests to one broker until it leads no owned partition. Never rejects. */
  async #loop(leader: number): Promise<void> {
    let failures = 0;
    while (!this.#stopped) {
      const led = this.#led(leader);
      if (led.length === 0) return;
      const now = performance.now();
      const due = this.#due(led, now);
      if (due.length === 0) {
        await this.#sleep(nextDueMs(led, now));
        continue;
      }
      const unanswered = due.filter(({ answeredAt }) => answeredAt === undefined);
      try {
        if (unanswered.length > 0) await this.#probe('fetch', leader, unanswered);
        else await this.#fetch(leader, this.#inTurn(due));
        failures = 0;
      } catch (thrown) {
        if (this.#isStopped()) return;
        failures += 1;
        this.#events.failed(toPubsubError(thrown, 'receive', { topic: this.#options.topic }));
        this.#events.topicMoved();
        await this.#pauseAfterFailure(leader, backoffMs(retry, failures));
      }
    }
  }

  /** A broker that refuses connections would be asked again at every wake, many times in a second. */
  async #pauseAfterFailure(leader: number, ms: number): Promise<void> {
    const until = performance.now() + ms;
    for (let left = ms; left > 0; left = until - performance.now()) {
      if (this.#isStopped() || this.#led(leader).length === 0) return;
      await this.#sleep(left);
    }
  }

  #led(leader: number): OwnedPartition[] {
    return [...this.#ownership.all].filter(({ partition }) => this.#cluster.leaderOf(partition) === leader);
  }

  #due(led: readonly OwnedPartition[], now: number): OwnedPartition[] {
    return led.filter(
      (owned) =>
        isDue(owned, now) &&
        !this.#beingRead.has(owned.partition) &&
        this.#ownership.flowing(owned.partition) === owned,
    );
  }

  /**
   * Brokers answer in the order of the request until the response is full. The partition whose last records are the
   * oldest comes first: none waits for more than one turn of each of the others, and one that gets no records is asked
   * first each time, so that its leader has no reason not to send some.
   */
  #inTurn(due: readonly OwnedPartition[]): OwnedPartition[] {
    const servedAt = (owned: OwnedPartition): number => this.#servedAt.get(owned) ?? 0;
    return [...due].sort((one, other) => servedAt(one) - servedAt(other));
  }

  /**
   * Gets the first answer for partitions, which `connect` waits for. Its records are left for the next request,
   * because there may be no room for them before `connect` has ended.
   */
  async #probe(purpose: 'fetch' | 'data', leader: number, due: readonly OwnedPartition[]): Promise<void> {
    for (const { owned, fetched } of await this.#ask(purpose, leader, due, { waitMs: 0, maxBytes: PROBE_BYTES })) {
      if (this.#isUsable(owned, fetched)) this.#ownership.answered(owned, fetched);
    }
  }

  /** Probes partitions while records of others from the same broker wait for room. */
  #probeAside(leader: number): void {
    const due = this.#due(this.#led(leader), performance.now()).filter(({ answeredAt }) => answeredAt === undefined);
    if (due.length === 0 || this.#probing.has(leader)) return;
    this.#probing.add(leader);
    // Not on the connection for fetches: its last response, whose memory the next one reuses, is being delivered.
    this.#probe('data', leader, due)
      .catch((thrown: unknown) => {
        // The loop tries these partitions again.
        if (!this.#stopped) this.#events.failed(toPubsubError(thrown, 'receive', { topic: this.#options.topic }));
      })
      .finally(() => this.#probing.delete(leader));
  }

  async #fetch(leader: number, due: readonly OwnedPartition[]): Promise<void> {
    const { maxWaitMs: waitMs, maxBytes } = this.#options;
    const answers = await this.#ask('fetch', leader, due, { waitMs, maxBytes });
    this.#responses += 1;
    for (const { owned, fetched } of answers)
      if (fetched.records.length > 0) this.#servedAt.set(owned, this.#responses);
    this.#delivering.add(leader);
    try {
      for (const answered of answers) {
        const { owned, from } = answered;
        // While records of others were delivered, the partition may have been lost, or its position may have moved.
        const isCurrent = this.#ownership.flowing(owned.partition) === owned && owned.position === from;
        if (isCurrent && !this.#beingRead.has(owned.partition)) await this.#readAlone(leader, answered);
      }
    } finally {
      this.#delivering.delete(leader);
    }
  }

  /**
   * One fetch request. Leaves out answers for partitions that were lost or whose position has moved in the meantime.
   */
  async #ask(
    purpose: 'fetch' | 'data',
    leader: number,
    candidates: readonly OwnedPartition[],
    { waitMs, maxBytes }: { waitMs: number; maxBytes: number },
  ): Promise<Answered[]> {
    // A request is about one topic id. After a topic was replaced, some positions may still be of the old topic.
    const topicId = candidates[0]?.topicId;
    const asked = candidates.flatMap((owned) => {
      const { partition, position: offset, epochs } = owned;
      const place = { partition, lastEpoch: epochs.last };
      return owned.topicId !== topicId || offset === undefined ? [] : [{ owned, ...place, offset }];
    });
    const { topic } = this.#options;
    const body = { topic, topicId, maxWaitMs: waitMs, maxBytes, partitions: asked };
    const answer = await this.#cluster.ask(leader, purpose, 'fetch', body, { waitMs });
    if (answer.error !== undefined) throw new BrokerError(answer.error);
    // A broker that throttles this client answers at once, without partitions.
    if (answer.partitions.length === 0)
      for (const { owned } of asked) if (owned.answeredAt !== undefined) owned.answeredAt = performance.now();
    const answers = new Map(answer.partitions.map((fetched) => [fetched.partition, fetched]));
    let hasRecords = false;
    return asked.flatMap(({ owned, partition, offset: from }) => {
      const fetched = answers.get(partition);
      if (fetched === undefined) return [];
      const hadRoom = !hasRecords;
      hasRecords ||= fetched.records.length > 0;
      const isCurrent = this.#ownership.flowing(partition) === owned && owned.position === from;
      return isCurrent ? [{ owned, fetched, from, hadRoom }] : [];
    });
  }

  async #readAlone(leader: number, answered: Answered): Promise<void> {
    const { partition } = answered.owned;
    this.#beingRead.add(partition);
    try {
      await this.#take(answered);
    } finally {
      this.#beingRead.delete(partition);
      // The loop of its new leader waits for this.
      if (this.#cluster.leaderOf(partition) !== leader) this.wake();
    }
  }

  async #take({ owned, fetched, hadRoom }: Answered): Promise<void> {
    if (!this.#isUsable(owned, fetched)) return;
    // The log had been read to its end: every record of this answer is newer than the last answer.
    const notBefore = owned.position !== undefined && owned.position === owned.end ? owned.answeredAt : undefined;
    this.#ownership.answered(owned, fetched);
    const from = owned.position;
    try {
      if (fetched.records.length > 0) await this.#reader.read(owned, fetched, notBefore);
      owned.blocked = undefined;
      const isStuck = owned.position === from && from !== undefined && from < fetched.highWatermark;
      if (!isStuck) owned.stuckSince = undefined;
      else if (hadRoom) owned.stuckSince ??= performance.now();
    } catch (thrown) {
      const error = toPubsubError(thrown, 'receive', { topic: this.#options.topic, partition: owned.partition });
      // For another batch the pauses start from the shortest one.
      const failures = owned.position === from ? (owned.blocked?.failures ?? 0) + 1 : 1;
      this.#block(owned, error, failures, backoffMs(unreadable, failures));
      this.#events.unreadable(error);
    }
  }

  /** False: the broker refused the partition, or its log differs from some offset on. Handles both cases. */
  #isUsable(owned: OwnedPartition, { error, divergence }: FetchedPartition): boolean {
    if (error !== undefined) this.#refused(owned, error);
    else if (divergence !== undefined) this.#ownership.diverged(owned, divergence);
    else return true;
    return false;
  }

  #refused(owned: OwnedPartition, type: string): void {
    const { partition } = owned;
    const error = toPubsubError(new BrokerError(type), 'receive', { topic: this.#options.topic, partition });
    const failures = (owned.blocked?.failures ?? 0) + 1;
    if (type === 'OFFSET_OUT_OF_RANGE') {
      // A broker that has just become the leader may not know yet how far the log reaches.
      const until = performance.now() + backoffMs(retry, failures);
      this.#ownership.outOfRange(owned, { error, failures, until });
      if (failures > 1) this.#events.failed(error);
      return;
    }
    if (error.code === 'not_authorized') {
      const pauseMs = this.#events.denied(error);
      this.#block(owned, error, failures, pauseMs ?? retry.maxMs);
      return;
    }
    this.#block(owned, error, failures, backoffMs(retry, failures));
    // A leader that moved causes one answer of this kind.
    if (failures > 1) this.#events.failed(error);
    this.#events.topicMoved();
  }

  #block(owned: OwnedPartition, error: pubsub_error, failures: number, ms: number): void {
    owned.blocked = { error, failures, until: performance.now() + ms };
  }

  #room(): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#sleepers.delete(wake);
        resolve();
      };
      this.#sleepers.add(wake);
      if (this.#stopped) wake();
      this.#sink.room().then(wake, wake);
    });
  }

  /** Waits until `wake`, or for this long. */
  #sleep(ms: number | undefined): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.#sleepers.delete(wake);
        resolve();
      };
      const timer = ms === undefined ? undefined : setTimeout(wake, ms);
      this.#sleepers.add(wake);
      if (this.#stopped) wake();
    });
  }

  /** A method, because TypeScript assumes that a field that it has narrowed does not change. */
  #isStopped(): boolean {
    return this.#stopped;
  }
}

function isDue({ blocked }: OwnedPartition, now: number): boolean {
  return blocked === undefined || blocked.until <= now;
}

/** Undefined: only a change can make one due. One whose pause is over waits for another reason, and a change ends it. */
function nextDueMs(led: readonly OwnedPartition[], now: number): number | undefined {
  const times = led.flatMap(({ blocked }) =>
    blocked !== undefined && blocked.until > now ? [blocked.until - now] : [],
  );
  return times.length === 0 ? undefined : Math.max(1, Math.min(...times));
}
