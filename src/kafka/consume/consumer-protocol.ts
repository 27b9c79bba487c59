import { ByteReader } from '../records/byte-reader.js';

// What group members of every Kafka client send each other: a subscription when they join, and the assignment that
// the leader made (Kafka's "consumer" protocol; later versions only add fields at the end).

export interface Subscription {
  readonly topics: readonly string[];
  readonly userData: Buffer;
}

/** The first version: it has every field that is needed here, and every tool reads it. */
const VERSION = 0;

export function encodeSubscription({ topics, userData }: Subscription): Buffer {
  return Buffer.concat([int16(VERSION), int32(topics.length), ...topics.map(string), int32(userData.length), userData]);
}

/** Undefined: these bytes are not a subscription. */
export function decodeSubscription(bytes: Buffer): Subscription | undefined {
  try {
    const reader = new ByteReader(bytes);
    reader.int16();
    const topics = reader.array(() => reader.string() ?? '');
    const length = reader.int32();
    return { topics, userData: length <= 0 ? Buffer.alloc(0) : reader.slice(length) };
  } catch {
    return undefined;
  }
}

export function encodeAssignment(topic: string, partitions: readonly number[]): Buffer {
  const topics = [int32(1), string(topic), int32(partitions.length), ...partitions.map(int32)];
  return Buffer.concat([int16(VERSION), ...topics, int32(0)]);
}

/** The partitions of one topic, sorted; none if the bytes are not an assignment. */
export function decodeAssignment(bytes: Buffer, topic: string): number[] {
  return decodeAssignments(bytes)
    .filter((one) => one.topic === topic)
    .map(({ partition }) => partition)
    .sort((a, b) => a - b);
}

/** Every partition of an assignment. */
export function decodeAssignments(bytes: Buffer): { topic: string; partition: number }[] {
  if (bytes.length === 0) return [];
  const reader = new ByteReader(bytes);
  reader.int16();
  const topics = reader.array(() => ({
    topic: reader.string() ?? '',
    partitions: reader.array(() => reader.int32()),
  }));
  return topics.flatMap(({ topic, partitions }) => partitions.map((partition) => ({ topic, partition })));
}

function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

function string(text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([int16(bytes.length), bytes]);
}
