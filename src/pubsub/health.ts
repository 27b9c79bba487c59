import type { pubsub_error } from '../base/error.js';
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
   * Requests get replies. Not ok: a short time ago, the most recently finished request got no reply, or workers refused
   * all requests as expired, because their clocks are ahead. Age: since the last reply.
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

/** @param others of the dead-letter topic, of the clocks, or of the partitions for replies */
export function workerHealthOf(
  subscriber: subscriber_health,
  publisher: publisher_health,
  others: readonly (string | undefined)[],
): worker_health {
  const known = others.filter((problem) => problem !== undefined);
  const problems = [...subscriber.problems, ...publisher.problems, ...known];
  return { ...subscriber, ok: problems.length === 0, problems, sends: publisher.sends };
}

/** How the replies of a requester are, and what is wrong with them. */
export interface RepliesHealth extends health_part {
  readonly problems: readonly string[];
}

export function requesterHealthOf(
  parts: worker_health,
  { problems: own, ...replies }: RepliesHealth,
): requester_health {
  const problems = [...parts.problems, ...own];
  return { ...parts, ok: problems.length === 0, problems, replies };
}

/** Why the last connect() failed, for health and for operations that need a connection. */
export function connectFailed({ raw_message }: pubsub_error): string {
  return `the last connect() failed: ${raw_message}`;
}

/**
 * Until another connect() succeeds, the cause of the failed one is the only problem: all others follow from it.
 *
 * @param failure of the last connect(); undefined if one has succeeded since
 */
export function unlessFailed<H extends health>(found: H, failure: pubsub_error | undefined): H {
  return failure === undefined ? found : { ...found, ok: false, problems: [connectFailed(failure)] };
}
