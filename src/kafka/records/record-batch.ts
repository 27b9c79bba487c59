import type { AbortedTransaction } from '../client/broker-apis.js';
import type { record_headers } from '../connection.js';
import { ByteReader } from './byte-reader.js';
import { crc32c } from './crc32c.js';
import { codecNames, codecOf, loadCodec } from './codecs.js';
import { thrownText } from '../../base/thrown.js';

/** A batch of records as brokers store it (Kafka's message format 2), before its records are decoded. */
export interface RecordBatch {
  readonly firstOffset: number;
  readonly lastOffset: number;
  readonly leaderEpoch: number;
  readonly format: number;
  readonly codec: number;
  readonly isTransactional: boolean;
  /** It holds a transaction marker, and nothing for consumers. */
  readonly isControl: boolean;
  readonly producerId: number;
  /** As the header says. */
  readonly recordCount: number;
  /** The bytes that the checksum covers. */
  readonly checked: Buffer;
  readonly checksum: number;
  /** The bytes after the header. */
  readonly body: Buffer;
}

/** A batch that cannot be decoded. `context` has what is known about it. */
export class BatchError extends Error {
  readonly context: Readonly<Record<string, unknown>>;
  /** True: its compression is the reason. */
  readonly isAboutCodec: boolean;

  constructor(sentence: string, { firstOffset, lastOffset, codec }: RecordBatch, codecFailure?: unknown) {
    super(sentence, codecFailure === undefined ? undefined : { cause: codecFailure });
    this.isAboutCodec = codecFailure !== undefined;
    this.name = 'BatchError';
    this.context = { offset: firstOffset, last_offset: lastOffset, codec: codecNames[codec] ?? `type ${codec}` };
  }
}

const LENGTH_AT = 8;
/** First offset and length, which the length does not count. */
const PREFIX_BYTES = 12;
const HEADER_BYTES = 61;
const FORMAT = 2;
/** The length of the shortest record of the formats before 2. A shorter one is not a batch of any format. */
const LEAST_LENGTH = 14;
/** No checksum is negative: a batch with this one is damaged. */
const DAMAGED = -1;

/**
 * The complete batches at the start of a response. The broker may truncate the last one. After a batch whose length is
 * impossible there are no others, because it is not known where they begin.
 */
export function* batchesIn(bytes: Buffer): Generator<RecordBatch, void, undefined> {
  for (let at = 0; at + PREFIX_BYTES <= bytes.length;) {
    const length = bytes.readInt32BE(at + LENGTH_AT);
    const end = at + PREFIX_BYTES + length;
    if (length < LEAST_LENGTH) {
      yield damaged(Number(bytes.readBigInt64BE(at)));
      return;
    }
    if (end > bytes.length) return;
    yield batchAt(bytes, at, end);
    at = end;
  }
}

function batchAt(bytes: Buffer, at: number, end: number): RecordBatch {
  const reader = new ByteReader(bytes, at, end);
  const firstOffset = reader.int64();
  reader.int32(); // length
  const leaderEpoch = reader.int32();
  const format = reader.int8();
  if (format !== FORMAT || end - at < HEADER_BYTES) return { ...damaged(firstOffset), leaderEpoch, format };
  const checksum = reader.int32() >>> 0;
  const checked = bytes.subarray(reader.at, end);
  const attributes = reader.int16();
  const lastOffset = firstOffset + reader.int32();
  reader.int64(); // first timestamp
  reader.int64(); // last timestamp
  const producerId = reader.int64();
  reader.int16(); // producer epoch
  reader.int32(); // sequence
  const recordCount = reader.int32();
  return {
    firstOffset,
    lastOffset,
    leaderEpoch,
    format,
    codec: attributes & 7,
    isTransactional: (attributes & 16) !== 0,
    isControl: (attributes & 32) !== 0,
    producerId,
    recordCount,
    checked,
    checksum,
    body: bytes.subarray(reader.at, end),
  };
}

/** A batch of which no more than its position is known. */
function damaged(firstOffset: number): RecordBatch {
  const nothing = { isTransactional: false, isControl: false, producerId: -1, recordCount: 0 };
  const empty = Buffer.alloc(0);
  return {
    firstOffset,
    lastOffset: firstOffset,
    leaderEpoch: -1,
    format: FORMAT,
    codec: 0,
    ...nothing,
    checked: empty,
    checksum: DAMAGED,
    body: empty,
  };
}

/** Whether its length is impossible, or too short for its header. */
export function isDamaged({ format, checksum }: RecordBatch): boolean {
  return format === FORMAT && checksum === DAMAGED;
}

/** A record of a batch. */
export interface DecodedRecord {
  readonly offset: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: record_headers;
  /** Why it could not be read completely; key, value and headers may then be missing. */
  readonly bad: string | undefined;
}

/**
 * The records of a batch, in order. Each record has its length, so an invalid record does not prevent reading those
 * after it.
 *
 * @throws BatchError if the batch is invalid
 */
export async function recordsOf(batch: RecordBatch): Promise<Iterable<DecodedRecord>> {
  if (batch.format !== FORMAT)
    throw new BatchError(
      batch.format < FORMAT
        ? `it has message format ${batch.format}, which Kafka wrote before 0.11`
        : `its message format ${batch.format} is not known`,
      batch,
    );
  if (crc32c(batch.checked) !== batch.checksum) throw new BatchError('its checksum is wrong: it was damaged', batch);
  if (batch.codec === 0) return readRecords(batch, batch.body);
  let plain: Buffer;
  try {
    const decompress = codecOf(batch.codec) ?? (await loadCodec(batch.codec));
    plain = decompress(batch.body);
  } catch (error) {
    const reason = thrownText(error);
    throw new BatchError(`it cannot be decompressed: ${reason}`, batch, error);
  }
  return readRecords(batch, plain);
}

function* readRecords(batch: RecordBatch, bytes: Buffer): Generator<DecodedRecord, void, undefined> {
  const reader = new ByteReader(bytes);
  let before = batch.firstOffset - 1;
  for (let index = 0; index < batch.recordCount; index += 1) {
    let end: number;
    try {
      const length = reader.varint();
      end = reader.at + length;
      if (length < 0 || end > bytes.length) throw new RangeError('a record ends beyond its batch');
    } catch {
      throw new BatchError('its records have invalid lengths', batch);
    }
    // A compacted batch has fewer records than offsets.
    const least = Math.max(before + 1, batch.firstOffset + index);
    if (least > batch.lastOffset) throw new BatchError('it has more records than offsets', batch);
    const record = readRecord(batch, least, new ByteReader(bytes, reader.at, end));
    before = record.offset;
    yield record;
    reader.at = end;
  }
}

/**
 * @param least the lowest offset that the record can have. A record whose own offset cannot be read gets this one: with
 *   that of an earlier record, it would count as already read.
 */
function readRecord({ firstOffset, lastOffset }: RecordBatch, least: number, reader: ByteReader): DecodedRecord {
  let offset = least;
  let key: Buffer | null = null;
  let value: Buffer | null = null;
  try {
    reader.int8(); // attributes
    reader.varint(); // timestamp
    const own = firstOffset + reader.varint();
    if (own < least || own > lastOffset) throw new RangeError(`its offset ${own} cannot be true`);
    offset = own;
    key = bytesOf(reader);
    value = bytesOf(reader);
    return { offset, key, value, headers: headersOf(reader), bad: undefined };
  } catch (error) {
    const bad = `the record cannot be decoded: ${thrownText(error)}`;
    return { offset, key, value, headers: noHeaders, bad };
  }
}

function bytesOf(reader: ByteReader): Buffer | null {
  const length = reader.varint();
  return length < 0 ? null : reader.slice(length);
}

const noHeaders: record_headers = Object.freeze({});

/**
 * A header without a value counts as absent. Of a repeated header the last one is used, as in every client's "last
 * header".
 */
function headersOf(reader: ByteReader): record_headers {
  const count = reader.varint();
  if (count <= 0) return noHeaders;
  const headers: Record<string, string> = {};
  for (let left = count; left > 0; left -= 1) {
    const name = bytesOf(reader)?.toString('utf8') ?? '';
    const value = bytesOf(reader);
    if (value === null) continue;
    // A plain assignment to this name would set the prototype.
    if (name === '__proto__') Object.defineProperty(headers, name, { value: value.toString('utf8'), enumerable: true });
    else headers[name] = value.toString('utf8');
  }
  return headers;
}

/** Finds the records of aborted transactions in a fetched part of a log. */
export class AbortedRecords {
  /** In the order of their first offsets. */
  readonly #coming: AbortedTransaction[];
  #open: Set<number> | undefined;

  constructor(aborted: readonly AbortedTransaction[]) {
    this.#coming = [...aborted].sort((a, b) => a.firstOffset - b.firstOffset);
  }

  /** True for an aborted batch. Batches must be passed in the order of the log, including markers. */
  includes({ lastOffset, isTransactional, isControl, producerId }: RecordBatch): boolean {
    while ((this.#coming[0]?.firstOffset ?? Number.POSITIVE_INFINITY) <= lastOffset) {
      const begun = this.#coming.shift();
      if (begun !== undefined) (this.#open ??= new Set()).add(begun.producerId);
    }
    // A marker ends the transaction of its producer, committed or aborted.
    if (isControl) this.#open?.delete(producerId);
    return !isControl && isTransactional && this.#open?.has(producerId) === true;
  }
}
