import type { pubsub_error, pubsub_error_code } from '../../base/error.js';
import type { OwnedPartition } from './ownership.js';

/** One thing that has to go on, and when it last did. */
export interface health_part {
  /** True while it goes on. */
  readonly ok: boolean;
  /** Milliseconds since it was last seen to work; undefined: it never was. */
  readonly age_ms: number | undefined;
}

/** How a member of a group reads its partitions. */
export interface reading_health {
  /** A member of its group, with a start position for each of its partitions. Age: since the last join. */
  readonly joined: health_part;
  /** The group answers heartbeats. Not ok: for a session time-out it has not, and may have given the partitions away. */
  readonly heartbeats: health_part;
  /** The brokers that lead the owned partitions answer fetches. Age: of the oldest last answer. */
  readonly fetches: health_part;
  /**
   * Every owned partition is read: its position moves while the log goes on. Age: since the first that is not was last
   * answered for.
   */
  readonly positions: health_part & {
    /** Records in the owned partitions that were not read yet, as of the last answers. */
    readonly lag: number;
  };
}

/** One thing that is wrong. */
export interface HealthProblem {
  readonly code: pubsub_error_code;
  readonly sentence: string;
  readonly hint?: string;
  /** True for what every join goes through. */
  readonly isPartOfJoin: boolean;
}

export interface ConsumerHealth extends reading_health {
  /** What is wrong, the cause first; empty if nothing is. */
  readonly problems: readonly HealthProblem[];
}

/** What the health of a consumer is judged by. */
export interface ConsumerFacts {
  readonly now: number;
  readonly topic: string;
  readonly group: string;
  readonly settled: boolean;
  readonly joinedAt: number | undefined;
  readonly leaseValid: boolean;
  readonly heartbeatAgeMs: number | undefined;
  /** A leader that is silent for longer is not well. */
  readonly patienceMs: number;
  readonly topicMissing: boolean;
  /** Monotonic time since which this process has run without a long pause. */
  readonly runsSince: number;
  readonly partitions: Iterable<OwnedPartition>;
  isHeldBack(owned: OwnedPartition): boolean;
}

export function consumerHealth(facts: ConsumerFacts): ConsumerHealth {
  const { now, topic, group, patienceMs } = facts;
  const problems: HealthProblem[] = [];
  const note = (
    code: pubsub_error_code,
    sentence: string,
    more: { hint?: string; isPartOfJoin?: boolean } = {},
  ): void => {
    problems.push({ code, sentence, isPartOfJoin: false, ...more });
  };
  if (facts.topicMissing) note('topic_unknown', `topic ${topic} does not exist`);
  const joined = facts.settled && !facts.topicMissing;
  if (!facts.leaseValid && facts.joinedAt !== undefined)
    note('broker_unavailable', `group ${group} has not answered a heartbeat for a session timeout`);
  else if (!facts.leaseValid && facts.heartbeatAgeMs !== undefined)
    note('broker_unavailable', `group ${group} has not let this member join for a session timeout`);
  else if (!joined && !facts.topicMissing)
    note('partition_lost', `not a settled member of group ${group}`, { isPartOfJoin: true });

  let oldestAnswer: number | undefined;
  let lag = 0;
  const silent: number[] = [];
  const resting: OwnedPartition[] = [];
  for (const owned of facts.partitions) {
    const { partition, position, end, answeredAt, flowing } = owned;
    const blocking = blockingError(owned);
    if (position !== undefined && end !== undefined) lag += Math.max(0, end - position);
    if (blocking !== undefined) {
      resting.push(owned);
      note(blocking.code, `partition ${partition} is not read: ${blocking.raw_message}`);
    } else if (!flowing && facts.settled) {
      resting.push(owned);
      const sentence = `partition ${partition} is not read: its position is being found`;
      note('partition_lost', sentence, { isPartOfJoin: position === undefined });
    } else if (isStuck(owned, facts) && !facts.isHeldBack(owned)) {
      resting.push(owned);
      const { sentence, hint } = whyStuck(owned);
      note('records_unreadable', sentence, { hint });
    }
    if (answeredAt === undefined) continue;
    oldestAnswer = Math.min(oldestAnswer ?? now, answeredAt);
    if (facts.isHeldBack(owned)) continue;
    if (isSilent(owned, facts)) silent.push(partition);
  }
  if (silent.length > 0)
    note(
      'broker_unavailable',
      `the leader of partition ${silent.join(', ')} has not answered for ${Math.round(patienceMs)} ms`,
    );

  const ageOf = (at: number | undefined): number | undefined => (at === undefined ? undefined : now - at);
  return {
    joined: { ok: joined, age_ms: ageOf(facts.joinedAt) },
    heartbeats: { ok: facts.leaseValid, age_ms: facts.heartbeatAgeMs },
    fetches: { ok: silent.length === 0, age_ms: ageOf(oldestAnswer) },
    positions: { ok: resting.length === 0, age_ms: ageOf(resting[0]?.answeredAt), lag },
    problems,
  };
}

/** The owned partitions that brokers answer for, in numeric order: what is published there now is received soon. */
export function readablePartitions(facts: ConsumerFacts): number[] {
  return [...facts.partitions]
    .filter((owned) => {
      if (!owned.flowing || blockingError(owned) !== undefined) return false;
      return facts.isHeldBack(owned) || (!isSilent(owned, facts) && !isStuck(owned, facts));
    })
    .map(({ partition }) => partition)
    .sort((a, b) => a - b);
}

/** Why a partition is not read; undefined after a first failure, which is how a leader that moved says so. */
function blockingError({ blocked }: OwnedPartition): pubsub_error | undefined {
  return blocked !== undefined && blocked.failures > 1 ? blocked.error : undefined;
}

/** True when the leader of a partition has sent no records for longer than this, although the log goes on. */
function isStuck({ stuckSince }: OwnedPartition, { now, patienceMs }: ConsumerFacts): boolean {
  return stuckSince !== undefined && now - stuckSince > patienceMs;
}

function whyStuck({ partition, position, stableEnd, end }: OwnedPartition): { sentence: string; hint: string } {
  const isInTransaction = position !== undefined && stableEnd !== undefined && stableEnd <= position;
  return isInTransaction
    ? {
        sentence: `partition ${partition} is not read beyond offset ${position}: a transaction that began there is still open`,
        hint: 'Its producer has to commit or abort it; the brokers abort it after the transaction.timeout.ms of that producer. kafka-transactions.sh find-hanging names transactions that never end.',
      }
    : {
        sentence: `partition ${partition} is not read beyond offset ${position ?? 0}: its leader answers without records, although the log goes on to offset ${end ?? 0}`,
        hint: 'See the log of the broker that leads the partition.',
      };
}

/**
 * True when the leader of a partition has not answered for long. While the group is joined nothing is asked of it, and
 * a process that does not run sees no answers: both say nothing about the leader.
 */
export function isSilent(
  { answeredAt = 0 }: OwnedPartition,
  { now, joinedAt, runsSince, patienceMs }: Pick<ConsumerFacts, 'now' | 'joinedAt' | 'runsSince' | 'patienceMs'>,
): boolean {
  return joinedAt !== undefined && now - Math.max(answeredAt, joinedAt, runsSince) > patienceMs;
}
