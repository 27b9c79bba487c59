import type { Consumer } from 'kafkajs';

/** What a kafkajs consumer tells, in words that a session needs. Everything is called synchronously inside kafkajs. */
export interface ConsumerEvents {
  /** A broker answered a fetch or a heartbeat. */
  alive(): void;
  committed(): void;
  /** Partitions are sorted numerically; kafkajs sorts them as texts. */
  joined(assignment: { memberId: string; isLeader: boolean; partitions: readonly number[] }): void;
  /** `joined` threw. */
  joinFailed(error: unknown): void;
  crashed(error: Error): void;
}

/** Connects a consumer's events for one topic. */
export function listenTo(consumer: Consumer, topic: string, events: ConsumerEvents): void {
  consumer.on(consumer.events.FETCH, () => events.alive());
  consumer.on(consumer.events.HEARTBEAT, () => events.alive());
  consumer.on(consumer.events.COMMIT_OFFSETS, () => events.committed());
  consumer.on(consumer.events.GROUP_JOIN, ({ payload: { memberId, isLeader, memberAssignment } }) => {
    events.alive();
    const partitions = [...(memberAssignment[topic] ?? [])].sort((a, b) => a - b);
    try {
      events.joined({ memberId, isLeader, partitions });
    } catch (error) {
      // A throw here would end the consumer for good, without a word.
      events.joinFailed(error);
    }
  });
  consumer.on(consumer.events.CRASH, ({ payload }) => events.crashed(payload.error));
}
