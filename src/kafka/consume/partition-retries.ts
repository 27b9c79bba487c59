import type { RetryPolicy } from '../client/retry-policy.js';

/**
 * When partitions that may not be read are tried again. The time for each of them begins with its first denial after an
 * answer, so neither another partition nor another join prolongs it.
 */
export class PartitionRetries {
  readonly #create: () => RetryPolicy;
  readonly #denied = new Map<number, RetryPolicy>();

  constructor(create: () => RetryPolicy) {
    this.#create = create;
  }

  of(partition: number): RetryPolicy {
    const policy = this.#denied.get(partition) ?? this.#create();
    this.#denied.set(partition, policy);
    return policy;
  }

  answered(partition: number): void {
    this.#denied.delete(partition);
  }

  /** Only these partitions are read from now on. */
  keep(partitions: readonly number[]): void {
    for (const partition of this.#denied.keys()) if (!partitions.includes(partition)) this.#denied.delete(partition);
  }
}
