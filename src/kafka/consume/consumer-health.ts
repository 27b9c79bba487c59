import type { pubsub_error, pubsub_error_code } from '../../base/error.js';
import { NO_LEADER_HINT } from '../client/answer-kinds.js';
import { THROTTLED, THROTTLE_HINT } from '../client/throttle.js';
import type { OwnedPartition } from './ownership.js';

/** An activity that must continue, and the time of its last success. */
export interface health_part {
  /** True while it continues. */
  readonly ok: boolean;
  /** Milliseconds since the last success; undefined before the first one. */
  readonly age_ms: number | undefined;
}

/** How a member of a group reads its partitions. */
export interface reading_health {
  /** A member of its group, with a start position for each of its partitions. Age: since the last join. */
  readonly joined: health_part;
  /**
   * The group answers heartbeats. Not ok: it has not answered for a session time-out, and may have given the
   * partitions away.
   */
  readonly heartbeats: health_part;
  /** The brokers that lead the owned partitions answer fetch requests. Age: of the oldest of their last answers. */
  readonly fetches: health_part;
  /**
   * Every owned partition is read: its position moves while its log grows. Age: since the last answer for the first
   * partition that is not read.
   */
  readonly positions: health_part & {
    /** Records in the owned partitions that have not been read yet, as of the last answers. */
    readonly lag: number;
  };
}

/** One problem. */
export interface HealthProblem {
  readonly code: pubsub_error_code;
  /** As of now: it may have an age. */
  readonly sentence: string;
  /** The same for as long as the problem lasts: for the error of a state, and its log line. @default the sentence */
  readonly lasting?: string | undefined;
  readonly hint?: string | undefined;
  /** True for a problem that every join has for a time. */
  readonly isPartOfJoin: boolean;
}

export interface ConsumerHealth extends reading_health {
  /** The problems, causes first; empty if there are none. */
  readonly problems: readonly HealthProblem[];
}

/** A request failed, and is retried. */
export interface Failure {
  /** Monotonic. */
  readonly at: number;
  readonly error: pubsub_error;
}

/** The facts from which the health of a consumer follows. */
export interface ConsumerFacts {
  readonly now: number;
  readonly topic: string;
  readonly group: string;
  readonly settled: boolean;
  readonly joinedAt: number | undefined;
  readonly leaseValid: boolean;
  /** True: the group has answered that it does not know this member. */
  readonly isRemoved: boolean;
  readonly heartbeatAgeMs: number | undefined;
  /** A leader that has not answered for longer than this counts as a problem. */
  readonly patienceMs: number;
  readonly topicMissing: boolean;
  /** Monotonic time since which this process has run without a long pause. */
  readonly runsSince: number;
  readonly partitions: Iterable<OwnedPartition>;
  /** The last failure of a kind of request. */
  readonly failures: { readonly reading: Failure | undefined; readonly membership: Failure | undefined };
  /** Monotonic time until which the leader throttles this client. */
  throttledUntil(owned: OwnedPartition): number;
  isHeldBack(owned: OwnedPartition): boolean;
  /** False: according to the last metadata, no broker leads the partition. */
  hasLeader(owned: OwnedPartition): boolean;
}

const SILENCE_HINT = 'Check that the broker can be reached, and check its log.';

export function consumerHealth(facts: ConsumerFacts): ConsumerHealth {
  const { now, topic, group, patienceMs } = facts;
  const problems: HealthProblem[] = [];
  const note = (
    code: pubsub_error_code,
    sentence: string,
    more: { hint?: string | undefined; isPartOfJoin?: boolean; lasting?: string | undefined } = {},
  ): void => {
    problems.push({ code, sentence, isPartOfJoin: false, ...more });
  };
  const because = (sentence: string, failure: Failure | undefined, since: number, lasting = sentence): void => {
    const error = failure !== undefined && failure.at > since ? failure.error : undefined;
    if (error === undefined) note('broker_unavailable', sentence, { hint: SILENCE_HINT, lasting });
    else {
      const after = `: ${error.raw_message}`;
      note(error.code, `${sentence}${after}`, { hint: error.hint, lasting: `${lasting}${after}` });
    }
  };
  const heartbeatAt = now - (facts.heartbeatAgeMs ?? 0);
  // After a pause of this process, the group has not been asked yet.
  const wasPaused = facts.runsSince >= heartbeatAt && now - facts.runsSince <= patienceMs;
  if (facts.topicMissing) note('topic_unknown', `topic ${topic} does not exist`);
  const joined = facts.settled && !facts.topicMissing;
  if (wasPaused && !facts.leaseValid && !facts.isRemoved && facts.heartbeatAgeMs !== undefined)
    note('partition_lost', `this process did not run for a time: group ${group} may have given its partitions away`);
  else if (facts.isRemoved && facts.heartbeatAgeMs !== undefined)
    note('partition_lost', `group ${group} has removed this member, which has not joined again yet`);
  else if (!facts.leaseValid && facts.joinedAt !== undefined)
    because(
      `group ${group} has not answered a heartbeat for a whole session time-out`,
      facts.failures.membership,
      heartbeatAt,
    );
  else if (!facts.leaseValid && facts.heartbeatAgeMs !== undefined)
    because(
      `group ${group} has not let this member join for a whole session time-out`,
      facts.failures.membership,
      heartbeatAt,
    );
  else if (!joined && !facts.topicMissing)
    note('partition_lost', `this member has not finished joining group ${group}`, { isPartOfJoin: true });

  let oldestAnswer: number | undefined;
  let lag = 0;
  const silent: number[] = [];
  let silentSince = 0;
  let askedSince = 0;
  const throttled: number[] = [];
  const resting: OwnedPartition[] = [];
  for (const owned of facts.partitions) {
    const { partition, position, end, answeredAt, flowing } = owned;
    const blocking = blockingError(owned);
    const isLed = facts.hasLeader(owned);
    if (position !== undefined && end !== undefined) lag += Math.max(0, end - position);
    if (!isLed) {
      resting.push(owned);
      note('broker_unavailable', `partition ${partition} is not read: it has no leader`, { hint: NO_LEADER_HINT });
    } else if (blocking !== undefined) {
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
    if (isLed && isThrottled(owned, facts)) throttled.push(partition);
    if (answeredAt === undefined) continue;
    oldestAnswer = Math.min(oldestAnswer ?? now, answeredAt);
    // A leader that refuses the partition does answer.
    if (!isLed || blocking !== undefined || facts.isHeldBack(owned)) continue;
    if (!isSilent(owned, facts)) continue;
    silent.push(partition);
    silentSince = Math.max(silentSince, answeredAt);
    askedSince = Math.max(askedSince, asksSince(owned, facts));
  }
  if (throttled.length > 0)
    note('broker_unavailable', `partition ${throttled.join(', ')} is not read: ${THROTTLED}`, { hint: THROTTLE_HINT });
  if (silent.length > 0) {
    const silence = `no answer from the leader of partition ${silent.join(', ')} for`;
    because(
      `${silence} ${Math.round(now - askedSince)} ms`,
      facts.failures.reading,
      silentSince,
      `${silence} more than ${Math.round(patienceMs)} ms`,
    );
  }

  const ageOf = (at: number | undefined): number | undefined => (at === undefined ? undefined : now - at);
  return {
    joined: { ok: joined, age_ms: ageOf(facts.joinedAt) },
    heartbeats: { ok: facts.leaseValid, age_ms: facts.heartbeatAgeMs },
    fetches: { ok: silent.length === 0, age_ms: ageOf(oldestAnswer) },
    positions: { ok: resting.length === 0, age_ms: ageOf(resting[0]?.answeredAt), lag },
    problems,
  };
}

/**
 * The owned partitions whose brokers answer, in numeric order: records that are published there now are received
 * soon.
 */
export function readablePartitions(facts: ConsumerFacts): number[] {
  return [...facts.partitions]
    .filter((owned) => {
      if (!owned.flowing || !facts.hasLeader(owned) || blockingError(owned) !== undefined) return false;
      if (isThrottled(owned, facts)) return false;
      return facts.isHeldBack(owned) || (!isSilent(owned, facts) && !isStuck(owned, facts));
    })
    .map(({ partition }) => partition)
    .sort((a, b) => a - b);
}

/** Why a partition is not read. Undefined after a first failure: a leader that moved answers with one. */
function blockingError({ blocked }: OwnedPartition): pubsub_error | undefined {
  return blocked !== undefined && blocked.failures > 1 ? blocked.error : undefined;
}

/** True if the leader of a partition has sent no records for longer than this, although its log has more. */
function isStuck({ stuckSince }: OwnedPartition, { now, patienceMs }: ConsumerFacts): boolean {
  return stuckSince !== undefined && now - stuckSince > patienceMs;
}

/** True if the leader of a partition would be silent if it did not throttle this client. */
function isThrottled(owned: OwnedPartition, facts: ConsumerFacts): boolean {
  if (facts.now >= facts.throttledUntil(owned)) return false;
  return isSilent(owned, { ...facts, throttledUntil: () => Number.NEGATIVE_INFINITY });
}

function whyStuck({ partition, position, stableEnd, end }: OwnedPartition): { sentence: string; hint: string } {
  const isInTransaction = position !== undefined && stableEnd !== undefined && stableEnd <= position;
  return isInTransaction
    ? {
        sentence: `partition ${partition} is not read beyond offset ${position}: a transaction that began there is still open`,
        hint: 'Brokers abort it after its transaction.timeout.ms; kafka-transactions.sh find-hanging names others.',
      }
    : {
        sentence: `partition ${partition} is not read beyond offset ${position ?? 0}: its leader answers without records, although the log continues to offset ${end ?? 0}`,
        hint: 'See the log of the broker that leads the partition.',
      };
}

/**
 * True if the leader of a partition has not answered for long. During a join this member sends no fetch requests, a
 * paused process receives no answers, and a broker that throttles this client sends none. None of this says anything
 * about the leader.
 */
export function isSilent(
  owned: OwnedPartition,
  facts: Pick<ConsumerFacts, 'now' | 'joinedAt' | 'runsSince' | 'throttledUntil' | 'patienceMs'>,
): boolean {
  return facts.joinedAt !== undefined && facts.now - asksSince(owned, facts) > facts.patienceMs;
}

/** Since when a fetch request could have been answered, and was not. */
function asksSince(
  owned: OwnedPartition,
  { joinedAt, runsSince, throttledUntil }: Pick<ConsumerFacts, 'joinedAt' | 'runsSince' | 'throttledUntil'>,
): number {
  return Math.max(owned.answeredAt ?? 0, joinedAt ?? 0, runsSince, throttledUntil(owned));
}
