/** What the hand-tuned peers need of a Kafka client. Each client implements it as fast as it can. */
export interface TunedClient {
  /** A lane for each leader of the topic's partitions. */
  lanes(topic: string): Promise<Lanes>;
  /** Joins the group, and reads from the start of the topic. */
  consume(topic: string, groupId: string, onRecord: OnRecord): Promise<Subscription>;
  close(): Promise<void>;
}

export interface OutgoingRecord {
  readonly key: Buffer | null;
  readonly value: Buffer;
  /** @default by the key */
  readonly partition?: number;
}

export interface Lanes {
  /** The partitions of the topic. */
  readonly count: number;
  /** Resolves when the record was acknowledged. */
  send(record: OutgoingRecord): Promise<void>;
  close(): Promise<void>;
}

export type OnRecord = (partition: number, offset: number, value: Buffer) => void;

export interface Subscription {
  /** Commits the offset after this one, per partition. */
  commit(handled: ReadonlyMap<number, number>): Promise<void>;
  close(): Promise<void>;
}

const MOST_RECORDS = 1_000;

/** All records that wait for one leader are sent in its next produce request; one is in flight. */
export class Lane<R> {
  readonly #produce: (records: R[]) => Promise<void>;
  #waiting: { record: R; resolve: () => void; reject: (error: unknown) => void }[] = [];
  #sending = false;

  constructor(produce: (records: R[]) => Promise<void>) {
    this.#produce = produce;
  }

  send(record: R): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ record, resolve, reject });
      if (!this.#sending) this.#flush().catch(fail);
    });
  }

  async #flush(): Promise<void> {
    this.#sending = true;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, MOST_RECORDS);
      try {
        await this.#produce(batch.map(({ record }) => record));
        for (const { resolve } of batch) resolve();
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.#sending = false;
  }
}

export function fail(error: unknown): void {
  console.error(error);
  process.exit(1);
}
