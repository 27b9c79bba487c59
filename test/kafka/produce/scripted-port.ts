import type { pubsub_error } from '../../../src/base/error.js';
import { BrokerError } from '../../../src/kafka/client/broker-error.js';
import { ConnectionFailure } from '../../../src/kafka/client/connection-failure.js';
import type { Batch, BatchOutcome, ProducePort } from '../../../src/kafka/produce/lanes.js';
import type { PendingRecord } from '../../../src/kafka/produce/partition-queue.js';
import type { record_headers } from '../../../src/kafka/connection.js';

/** An error in a broker's answer. */
export function answered(type: string): Error {
  return new BrokerError(type, `this is ${type}`);
}

export function connectionBroke(): Error {
  return new ConnectionFailure('closed', 'Closed connection', { broker: 'kafka:9092' });
}

/** A record that records its outcomes. */
export class TestRecord implements PendingRecord {
  readonly key: Buffer | null;
  readonly value: Buffer;
  readonly headers: record_headers | undefined;
  readonly deadlineAt = Infinity;
  settled = false;
  attempts = 0;
  maybeWritten = false;
  failure: pubsub_error | undefined;
  readonly outcomes: (Error | { offset: number; partition: number })[] = [];

  constructor(
    readonly name: string,
    { bytes = 0, key = null, headers }: { bytes?: number; key?: Buffer | null; headers?: record_headers } = {},
  ) {
    this.key = key;
    this.value = Buffer.alloc(Math.max(bytes, name.length));
    this.value.write(name);
    this.headers = headers;
  }

  resolve(offset: number, partition: number): void {
    this.#settle({ offset, partition });
  }

  reject(error: Error): void {
    this.#settle(error);
  }

  /** As by a deadline or a signal: a later outcome is not delivered. */
  giveUp(): void {
    this.settled = true;
  }

  #settle(outcome: TestRecord['outcomes'][number]): void {
    if (this.settled && this.outcomes.length === 0) return;
    this.settled = true;
    this.outcomes.push(outcome);
  }
}

export function nameOf(record: PendingRecord): string {
  if (record instanceof TestRecord) return record.name;
  throw new Error('not one of ours');
}

/** A produce request that waits for its answer. */
export interface ScriptedRequest {
  readonly leader: number;
  readonly batches: ReadonlyMap<number, readonly string[]>;
  /** The brokers have written it: by default all of it. */
  succeed(partitions?: readonly number[]): Promise<void>;
  /** The broker answers with errors for some partitions, and writes the others. */
  refuse(errors: Readonly<Record<number, string>>): Promise<void>;
  /** No answer; `written` names partitions that were written nevertheless. */
  fail(error: Error, written?: readonly number[]): Promise<void>;
}

/** A cluster whose answers are chosen by the test. */
export class ScriptedPort implements ProducePort {
  readonly requests: ScriptedRequest[] = [];
  readonly leaders = new Map<number, number>();
  /** The records of each partition. */
  readonly logs = new Map<number, string[]>();
  refreshes = 0;
  #shared: Promise<void> | undefined;
  partitionCount = 100;
  /** What the next refreshes do; later ones succeed. */
  readonly refreshing: (() => unknown)[] = [];

  leaderOf(partition: number): number | undefined {
    return this.leaders.get(partition) ?? 0;
  }

  /** Concurrent callers share one refresh, as with a cluster. */
  refresh(): Promise<void> {
    this.#shared ??= this.#refresh().finally(() => (this.#shared = undefined));
    return this.#shared;
  }

  async #refresh(): Promise<void> {
    this.refreshes += 1;
    await this.refreshing.shift()?.();
  }

  log(partition: number): string[] {
    const log = this.logs.get(partition) ?? [];
    this.logs.set(partition, log);
    return log;
  }

  produce(leader: number, batches: readonly Batch[]): Promise<ReadonlyMap<number, BatchOutcome>> {
    return new Promise((resolve, reject) => {
      const named = new Map(batches.map(({ partition, records }) => [partition, records.map(nameOf)]));
      const write = (partitions: readonly number[]): Map<number, BatchOutcome> => {
        const outcomes = new Map<number, BatchOutcome>();
        for (const partition of partitions) {
          outcomes.set(partition, { error: undefined, baseOffset: this.log(partition).length });
          this.log(partition).push(...(named.get(partition) ?? []));
        }
        return outcomes;
      };
      const done = (act: () => void): Promise<void> => {
        this.requests.splice(this.requests.indexOf(request), 1);
        act();
        return turn();
      };
      const request: ScriptedRequest = {
        leader,
        batches: named,
        succeed: (partitions = [...named.keys()]) => done(() => resolve(write(partitions))),
        refuse: (errors) =>
          done(() => {
            const outcomes = write([...named.keys()].filter((partition) => errors[partition] === undefined));
            for (const [partition, error] of Object.entries(errors))
              outcomes.set(Number(partition), { error, baseOffset: -1 });
            resolve(outcomes);
          }),
        fail: (error, written = []) =>
          done(() => {
            write(written);
            reject(error);
          }),
      };
      this.requests.push(request);
    });
  }

  /** The request that is in flight; fails unless there is exactly one. */
  get only(): ScriptedRequest {
    const [request] = this.requests;
    if (request === undefined || this.requests.length > 1)
      throw new Error(`${this.requests.length} requests in flight`);
    return request;
  }
}

/** Runs everything that is due now: callbacks, then what they scheduled with `setImmediate`. */
export async function turn(): Promise<void> {
  for (let i = 0; i < 3; i += 1) await new Promise((resolve) => setImmediate(resolve));
}
