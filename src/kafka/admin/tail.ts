import { Deadline } from '../../base/deadline.js';
import { pubsub_error } from '../../base/error.js';
import { BrokerError } from '../client/broker-error.js';
import type { FetchedPartition } from '../client/broker-apis.js';
import { Cluster } from '../client/cluster.js';
import { toPubsubError } from '../client/errors.js';
import { explainConnectionFailure } from '../client/explain.js';
import { LOG_END, LOG_START, logOffsets } from '../client/log-offsets.js';
import type { KafkaConnection, record_headers } from '../connection.js';
import { AbortedRecords, batchesIn, recordsOf } from '../records/record-batch.js';

/** Where reading starts: an offset, moved into the range of each partition, or a wall-clock time in milliseconds. */
export type TailStart = 'beginning' | 'end' | { readonly offset: number } | { readonly time: number };

export interface TailOptions {
  readonly from: TailStart;
  /** @default all partitions */
  readonly partitions?: readonly number[] | undefined;
  /** Ends at the records that exist now. @default waits for more */
  readonly untilEnd?: boolean;
  readonly signal: AbortSignal;
  /** Called when no records can be read for a passing reason: reading continues when the brokers answer again. */
  readonly onInterrupted?: (error: pubsub_error) => void;
  /** Called when they answer again. */
  readonly onContinued?: () => void;
}

/** A record as it is on the topic. */
export interface TailRecord {
  readonly partition: number;
  readonly offset: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: record_headers;
  /** Why it could not be read. */
  readonly bad: string | undefined;
}

const START_MS = 15_000;
const MAX_WAIT_MS = 500;
const MAX_BYTES = 1_048_576;
const PAUSE_MS = 200;
/** Between two attempts to reach brokers that do not answer. */
const INTERRUPTED_MS = 1_000;
/** Errors after which the leaders are looked up again. */
const moved = new Set([
  'NOT_LEADER_FOR_PARTITION',
  'NOT_LEADER_OR_FOLLOWER',
  'LEADER_NOT_AVAILABLE',
  'FENCED_LEADER_EPOCH',
  'UNKNOWN_LEADER_EPOCH',
  'UNKNOWN_TOPIC_ID',
]);

/** Reads a topic without a consumer group: nothing is committed, and no group is created. */
export async function* tailTopic(
  connection: KafkaConnection,
  topic: string,
  { from, partitions, untilEnd = false, signal, onInterrupted, onContinued }: TailOptions,
): AsyncGenerator<TailRecord, void, undefined> {
  const cluster = new Cluster(connection, topic);
  const starting = new Deadline(START_MS, signal);
  const waiting = { stage: 'positions', what: `the positions of topic ${topic}` } as const;
  try {
    await starting.race(cluster.refresh(), waiting);
    const known = (cluster.topic?.partitions ?? []).map(({ partition }) => partition);
    const wanted = partitions ?? known;
    const missing = wanted.find((partition) => !known.includes(partition));
    if (missing !== undefined) {
      throw new pubsub_error('argument_invalid', 'receive', `topic ${topic} has no partition ${missing}`, {
        hint: `The topic has ${known.length} partitions: 0 to ${known.length - 1}.`,
        details: { topic, partition: missing },
      });
    }
    const ends = await starting.race(logOffsets(cluster, topic, wanted, LOG_END), waiting);
    const positions = await starting.race(startsOf(cluster, topic, wanted, ends, from), waiting);
    let isInterrupted = false;
    for (;;) {
      const open = wanted.filter((id) => !untilEnd || (positions.get(id) ?? 0) < (ends.get(id) ?? 0));
      if (open.length === 0) return;
      let all: FetchedPartition[];
      try {
        if (isInterrupted) await new Deadline(START_MS, signal).race(cluster.refresh(), waiting);
        all = await fetchAll(cluster, topic, open, positions, signal);
      } catch (thrown) {
        const error = toPubsubError(thrown, 'receive', { topic });
        // What ends by itself must not wait for brokers that may be gone.
        if (signal.aborted || !error.retryable || untilEnd) throw thrown;
        if (!isInterrupted) onInterrupted?.(error);
        isInterrupted = true;
        await new Deadline(START_MS, signal).pause(INTERRUPTED_MS, waiting);
        continue;
      }
      if (isInterrupted) onContinued?.();
      isInterrupted = false;
      for (const fetched of all) {
        yield* recordsIn(fetched, positions);
        signal.throwIfAborted();
      }
    }
  } catch (error) {
    if (signal.aborted) throw error;
    throw await explainConnectionFailure(connection, toPubsubError(error, 'receive', { topic }));
  } finally {
    cluster.close();
  }
}

async function startsOf(
  cluster: Cluster,
  topic: string,
  partitions: readonly number[],
  ends: ReadonlyMap<number, number>,
  from: TailStart,
): Promise<Map<number, number>> {
  if (from === 'end') return new Map(ends);
  if (from === 'beginning') return logOffsets(cluster, topic, partitions, LOG_START);
  if ('offset' in from) {
    const starts = await logOffsets(cluster, topic, partitions, LOG_START);
    const within = (partition: number): number =>
      Math.max(starts.get(partition) ?? 0, Math.min(ends.get(partition) ?? 0, from.offset));
    return new Map(partitions.map((partition) => [partition, within(partition)]));
  }
  const found = await logOffsets(cluster, topic, partitions, from.time);
  // Negative: every record is older.
  return new Map(
    [...found].map(([partition, offset]) => [partition, offset < 0 ? (ends.get(partition) ?? 0) : offset]),
  );
}

/** Another leader, or the same one a little later, may give the records. */
function isPassing(error: string): boolean {
  // Its answer says where the log begins now.
  if (error === 'OFFSET_OUT_OF_RANGE') return false;
  return moved.has(error) || toPubsubError(new BrokerError(error), 'receive').retryable;
}

/** One request to each leader. */
async function fetchAll(
  cluster: Cluster,
  topic: string,
  partitions: readonly number[],
  positions: ReadonlyMap<number, number>,
  signal: AbortSignal,
): Promise<FetchedPartition[]> {
  const pause = (): Promise<void> =>
    new Deadline(START_MS, signal).pause(PAUSE_MS, { stage: 'receive', what: 'leaders' });
  const byLeader = new Map<number | undefined, number[]>();
  for (const partition of partitions) {
    const leader = cluster.leaderOf(partition);
    byLeader.set(leader, [...(byLeader.get(leader) ?? []), partition]);
  }
  const answers = await new Deadline(2 * START_MS, signal).race(
    Promise.all(
      [...byLeader].map(async ([leader, own]) => {
        if (leader === undefined) return [];
        const wanted = own.map((partition) => ({ partition, offset: positions.get(partition) ?? 0, lastEpoch: -1 }));
        const request = { topic, topicId: cluster.topic?.topicId, maxWaitMs: MAX_WAIT_MS, maxBytes: MAX_BYTES };
        const answer = await cluster.ask(leader, 'fetch', 'fetch', { ...request, partitions: wanted });
        if (answer.error !== undefined && !isPassing(answer.error)) throw new BrokerError(answer.error);
        return answer.error === undefined ? answer.partitions : [{ error: answer.error } as FetchedPartition];
      }),
    ),
    { stage: 'receive', what: `records of topic ${topic}` },
  );
  const fetched = answers.flat();
  if (byLeader.has(undefined) || fetched.some(({ error }) => error !== undefined && isPassing(error))) {
    await pause();
    await cluster.refresh();
  }
  return fetched.filter(({ error }) => error === undefined || !isPassing(error));
}

/** Moves the position of the partition. */
async function* recordsIn(
  { partition, error, records, aborted, logStart }: FetchedPartition,
  positions: Map<number, number>,
): AsyncGenerator<TailRecord, void, undefined> {
  const from = positions.get(partition) ?? 0;
  // Records were deleted, or the topic was created again, while they were read.
  if (error === 'OFFSET_OUT_OF_RANGE') {
    positions.set(partition, Math.max(0, logStart));
    return;
  }
  if (error !== undefined) throw new BrokerError(error);
  const takenBack = new AbortedRecords(aborted);
  for (const batch of batchesIn(records)) {
    const isTakenBack = takenBack.includes(batch);
    if (!batch.isControl && !isTakenBack && batch.lastOffset >= from) {
      for (const { offset, key, value, headers, bad } of await recordsOf(batch)) {
        if (offset < from) continue;
        yield { partition, offset, key: copied(key), value: copied(value), headers, bad };
      }
    }
    positions.set(partition, Math.max(from, batch.lastOffset + 1));
  }
}

/** The bytes of a response are only valid until the next request. */
function copied(bytes: Buffer | null): Buffer | null {
  return bytes === null ? null : Buffer.from(bytes);
}
