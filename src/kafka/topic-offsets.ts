import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster } from 'kafkajs';
import { toPubsubError } from './errors.js';

const ATTEMPTS = 6;

/** What brokers know about the offsets of a topic and of a group, asked over a consumer's own connections. */
export class TopicOffsets {
  readonly #cluster: Cluster;
  readonly #topic: string;
  readonly #groupId: string;
  readonly #signal: AbortSignal;

  /** @param signal ends the pauses between attempts */
  constructor(cluster: Cluster, names: { topic: string; groupId: string }, signal: AbortSignal) {
    this.#cluster = cluster;
    this.#topic = names.topic;
    this.#groupId = names.groupId;
    this.#signal = signal;
  }

  partitionIds(): number[] {
    return this.#cluster.findTopicPartitionMetadata(this.#topic).map(({ partitionId }) => partitionId);
  }

  /** The offset that the next record gets, per partition. */
  ends(partitions: readonly number[]): Promise<Map<number, number>> {
    return this.#list(partitions, { fromBeginning: false });
  }

  starts(partitions: readonly number[]): Promise<Map<number, number>> {
    return this.#list(partitions, { fromBeginning: true });
  }

  /** The first offset whose record is not older than this wall-clock time; partitions without one are left out. */
  async since(partitions: readonly number[], wallMs: number): Promise<Map<number, number>> {
    const found = await this.#list(partitions, { fromTimestamp: Math.floor(wallMs) });
    return new Map([...found].filter(([, offset]) => offset >= 0));
  }

  /** What the group has committed for these partitions; undefined where nothing is. */
  async committed(partitions: readonly number[]): Promise<Map<number, number | undefined>> {
    const groupId = this.#groupId;
    const coordinator = await this.#cluster.findGroupCoordinator({ groupId });
    const { responses } = await coordinator.offsetFetch({
      groupId,
      topics: [{ topic: this.#topic, partitions: partitions.map((partition) => ({ partition, offset: '0' })) }],
    });
    const found = new Map<number, number | undefined>(partitions.map((partition) => [partition, undefined]));
    for (const { partition, offset } of responses[0]?.partitions ?? []) {
      if (Number(offset) >= 0) found.set(partition, Number(offset));
    }
    return found;
  }

  async #list(
    partitions: readonly number[],
    from: { fromBeginning: boolean } | { fromTimestamp: number },
  ): Promise<Map<number, number>> {
    if (partitions.length === 0) return new Map();
    const topic = this.#topic;
    for (let attempt = 1; ; attempt += 1) {
      try {
        const [answer] = await this.#cluster.fetchTopicsOffset([
          { topic, partitions: partitions.map((partition) => ({ partition })), ...from },
        ]);
        return new Map((answer?.partitions ?? []).map(({ partition, offset }) => [partition, Number(offset)]));
      } catch (thrown) {
        // A new topic's leader may need a moment longer than the metadata that names it.
        const error = toPubsubError(thrown, 'positions', { topic });
        if (!error.retryable || attempt === ATTEMPTS) throw error;
        await sleep(50 * attempt, undefined, { signal: this.#signal }).catch(() => undefined);
        await this.#cluster.refreshMetadata();
      }
    }
  }
}
