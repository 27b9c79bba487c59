import { pubsub_error } from '../../base/error.js';
import type { FetchedPartition } from '../client/broker-apis.js';
import {
  AbortedRecords,
  BatchError,
  batchesIn,
  isDamaged,
  recordsOf,
  type DecodedRecord,
} from '../records/record-batch.js';
import type { RecordSink } from '../records/record-sink.js';
import type { OwnedPartition } from './ownership.js';

const IMPOSSIBLE = 'its length or its offsets cannot be true';

export interface PartitionReaderParts {
  readonly topic: string;
  readonly sink: RecordSink;
  /** True while records of the partition may be delivered. */
  isCurrent(owned: OwnedPartition): boolean;
  /** Resolves when the sink may have room, or `isCurrent` may have changed. */
  room(): Promise<void>;
}

/** Decodes what a broker sent for a partition, and hands the records to a sink when it has room. */
export class PartitionReader {
  readonly #parts: PartitionReaderParts;

  constructor(parts: PartitionReaderParts) {
    this.#parts = parts;
  }

  /**
   * @param notBefore monotonic time before which these records were not in the log
   *
   * Returns early if the partition was lost: records that were not delivered are fetched again.
   *
   * @throws pubsub_error `records_unreadable` at a batch that cannot be decoded; the records before it are delivered
   */
  async read(
    owned: OwnedPartition,
    { records, aborted, highWatermark }: FetchedPartition,
    notBefore: number | undefined,
  ): Promise<void> {
    const takenBack = new AbortedRecords(aborted);
    let before = -1;
    let { position } = owned;
    const { topicId } = owned;
    // Each wait may end after the partition was lost, or its position was found again, in another log.
    const hasMoved = (): boolean =>
      owned.position !== position || owned.topicId !== topicId || !this.#parts.isCurrent(owned);
    for (const batch of batchesIn(records)) {
      // The checksum does not cover the offsets. A wrong one would let reading continue elsewhere.
      if (isDamaged(batch) || batch.firstOffset <= before || batch.lastOffset < batch.firstOffset)
        throw this.#unreadable(owned.partition, new BatchError(IMPOSSIBLE, batch));
      before = batch.lastOffset;
      if (batch.lastOffset >= highWatermark) {
        // A broker reads the end of the log before the batches, which may have been written in between: such a batch is
        // below the end that the next answer has.
        if (owned.beyondEnd === batch.firstOffset)
          throw this.#unreadable(owned.partition, new BatchError(IMPOSSIBLE, batch));
        owned.beyondEnd = batch.firstOffset;
        return;
      }
      owned.beyondEnd = undefined;
      const isTakenBack = takenBack.includes(batch);
      if (position !== undefined && batch.lastOffset < position) continue;
      if (!batch.isControl && !isTakenBack) {
        try {
          for (const record of await recordsOf(batch)) {
            if (position !== undefined && record.offset < position) continue;
            while (!this.#parts.sink.hasRoom() && !hasMoved()) await this.#parts.room();
            if (hasMoved()) return;
            noteEpoch(owned, record.offset, batch.leaderEpoch);
            position = owned.position = record.offset + 1;
            this.#deliver(owned.partition, record, notBefore);
          }
        } catch (error) {
          if (error instanceof BatchError) throw this.#unreadable(owned.partition, error);
          throw error;
        }
      }
      if (hasMoved()) return;
      noteEpoch(owned, position ?? batch.firstOffset, batch.leaderEpoch);
      const next = batch.lastOffset + 1;
      if (position === next) continue;
      position = owned.position = next;
      this.#parts.sink.passed(owned.partition, next);
    }
  }

  /** Delivers one record. An error in it does not stop the next one. */
  #deliver(
    partition: number,
    { offset, key, value, headers, bad }: DecodedRecord,
    notBefore: number | undefined,
  ): void {
    const { topic, sink } = this.#parts;
    const record = { topic, partition, offset, key, value, headers, notBefore };
    if (bad !== undefined) sink.deliverBad(record, bad);
    else sink.deliver(record);
  }

  #unreadable(partition: number, error: BatchError): pubsub_error {
    const { topic } = this.#parts;
    return new pubsub_error(
      'records_unreadable',
      'receive',
      `records of topic ${topic}, partition ${partition} cannot be read: ${error.message}`,
      {
        retryable: true,
        cause: error,
        hint: `Reading is retried.${error.isAboutCodec ? ' See compression.type of topic and producers.' : ''} If the error persists, delete the records, or move the group’s offset beyond them while no member runs.`,
        details: { topic, partition, ...error.context },
      },
    );
  }
}

/** Before the first record of a batch is delivered: it may be committed before the next one is. */
function noteEpoch(owned: OwnedPartition, offset: number, epoch: number): void {
  if (owned.epochs.last !== epoch) owned.epochs.note(offset, epoch);
}
