import type { health_part, reading_health } from '../kafka/consume/consumer-health.js';
import type { ProducerHealth } from '../kafka/produce/record-producer.js';

export type { health_part, reading_health } from '../kafka/consume/consumer-health.js';

/** The state for a probe: does it work now, and if not, what is wrong? */
export interface health {
  /** True if an operation would work now. */
  readonly ok: boolean;
  /** Sentences that say what is wrong; empty if `ok`. */
  readonly problems: readonly string[];
}

/** Whether frames published now would be received, and if not, why. */
export interface subscriber_health extends health, reading_health {}

/** Whether a send made now would work, and if not, why. */
export interface publisher_health extends health {
  /** Sends are acknowledged. Age: since the last acknowledgement. */
  readonly sends: health_part & {
    /** How long the oldest send has waited for its acknowledgement, in milliseconds. */
    readonly waiting_ms: number;
  };
}

/** Whether a request that arrives now would be answered, and if not, why. */
export interface worker_health extends subscriber_health, Pick<publisher_health, 'sends'> {}

/** Whether a request made now would be answered, and if not, why. */
export interface requester_health extends worker_health {
  /**
   * Requests get replies. Not ok: the most recently finished request got no reply, a short time ago. Age: since the last
   * reply.
   */
  readonly replies: health_part;
}

export function subscriberHealthOf(parts: reading_health, problems: readonly string[]): subscriber_health {
  return { ok: problems.length === 0, problems, ...parts };
}

export function publisherHealthOf(producers: readonly ProducerHealth[]): publisher_health {
  const problems: string[] = producers.length === 0 ? ['not connected'] : [];
  let ageMs: number | undefined;
  let waitingMs = 0;
  for (const producer of producers) {
    if (producer.problem !== undefined) problems.push(producer.problem);
    if (producer.age_ms !== undefined) ageMs = Math.max(ageMs ?? 0, producer.age_ms);
    waitingMs = Math.max(waitingMs, producer.waiting_ms);
  }
  const ok = problems.length === 0;
  return { ok, problems, sends: { ok, age_ms: ageMs, waiting_ms: waitingMs } };
}

/** @param problem of the dead-letter topic, or of the partitions for replies */
export function workerHealthOf(
  subscriber: subscriber_health,
  publisher: publisher_health,
  problem?: string,
): worker_health {
  const problems = [...subscriber.problems, ...publisher.problems];
  if (problem !== undefined) problems.push(problem);
  return { ...subscriber, ok: problems.length === 0, problems, sends: publisher.sends };
}

export function requesterHealthOf(parts: worker_health, replies: health_part): requester_health {
  const problems = replies.ok ? parts.problems : [...parts.problems, 'the most recently finished request got no reply'];
  return { ...parts, ok: problems.length === 0, problems, replies };
}
