import type { OwnedPartition } from './ownership.js';

/** One thing that has to go on, and when it last did. */
export interface health_part {
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
  /** Every owned partition is read. Age: since the first that is not was last answered for. */
  readonly positions: health_part & {
    /** Records in the owned partitions that were not read yet, as of the last answers. */
    readonly lag: number;
  };
}

export interface ConsumerHealth extends reading_health {
  /** What is wrong, as sentences; empty if nothing is. */
  readonly problems: readonly string[];
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
  readonly partitions: Iterable<OwnedPartition>;
  isHeldBack(owned: OwnedPartition): boolean;
}

export function consumerHealth(facts: ConsumerFacts): ConsumerHealth {
  const { now, topic, group, patienceMs } = facts;
  const problems: string[] = [];
  if (facts.topicMissing) problems.push(`topic ${topic} does not exist`);
  const joined = facts.settled && !facts.topicMissing;
  if (!facts.leaseValid && facts.joinedAt !== undefined)
    problems.push(`group ${group} has not answered a heartbeat for a session timeout`);
  else if (!joined && !facts.topicMissing) problems.push(`not a settled member of group ${group}`);

  let oldestAnswer: number | undefined;
  let lag = 0;
  const silent: number[] = [];
  const resting: OwnedPartition[] = [];
  for (const owned of facts.partitions) {
    const { partition, position, end, answeredAt, blocked, flowing } = owned;
    if (position !== undefined && end !== undefined) lag += Math.max(0, end - position);
    if (blocked !== undefined && blocked.failures > 1) {
      resting.push(owned);
      problems.push(`partition ${partition} is not read: ${blocked.error.raw_message}`);
    } else if (!flowing && facts.settled) {
      resting.push(owned);
      problems.push(`partition ${partition} is not read: its position is being found`);
    }
    if (answeredAt === undefined) continue;
    oldestAnswer = Math.min(oldestAnswer ?? now, answeredAt);
    if (facts.isHeldBack(owned)) continue;
    if (now - answeredAt > patienceMs) silent.push(partition);
  }
  if (silent.length > 0)
    problems.push(`the leader of partition ${silent.join(', ')} has not answered for ${Math.round(patienceMs)} ms`);

  const ageOf = (at: number | undefined): number | undefined => (at === undefined ? undefined : now - at);
  return {
    joined: { ok: joined, age_ms: ageOf(facts.joinedAt) },
    heartbeats: { ok: facts.leaseValid, age_ms: facts.heartbeatAgeMs },
    fetches: { ok: silent.length === 0, age_ms: ageOf(oldestAnswer) },
    positions: { ok: resting.length === 0, age_ms: ageOf(resting[0]?.answeredAt), lag },
    problems,
  };
}
