import { requestLayouts } from '../names/layouts.js';
import { framed, int16, int32, MalformedMessage, noTags, string, WireReader } from './wire.js';

/** The requests that a gateway must understand; of all others it needs only the head. */
export const apiKeys = {
  produce: 0,
  saslHandshake: 17,
  apiVersions: 18,
  initProducerId: 22,
  describeAcls: 29,
  createAcls: 30,
  deleteAcls: 31,
  saslAuthenticate: 36,
} as const;

/** The beginning of every request. */
export interface RequestHead {
  apiKey: number;
  version: number;
  correlationId: number;
}

export const HEAD_BYTES = 8;

/** @param start at least `headBytes` of a request */
export function readHead(start: Buffer): RequestHead {
  return { apiKey: start.readInt16BE(0), version: start.readInt16BE(2), correlationId: start.readInt32BE(4) };
}

/** Requests without names to decide, whose encoding has tagged fields from version 2 on. */
const withoutNames: ReadonlySet<number> = new Set([
  apiKeys.saslAuthenticate,
  apiKeys.describeAcls,
  apiKeys.createAcls,
  apiKeys.deleteAcls,
]);

/** Whether this request and its answer use the encoding with tagged fields. */
export function isFlexible({ apiKey, version }: RequestHead): boolean {
  const from = withoutNames.has(apiKey) ? 2 : requestLayouts[apiKey]?.flexibleFrom;
  return from !== undefined && version >= from;
}

/** A reader after the header: it has skipped the client's id, and the tagged fields of the header if it has any. */
export function bodyOf(request: Buffer, head: RequestHead): WireReader {
  const reader = new WireReader(request, HEAD_BYTES);
  reader.string();
  if (isFlexible(head)) reader.skipTags();
  return reader;
}

/** The same request with another body, as a frame. */
export function withBody(request: Buffer, bodyAt: number, ...body: readonly Buffer[]): Buffer {
  return framed(request.subarray(0, bodyAt), ...body);
}

/**
 * Whether a broker will answer this Produce request: not with `acks=0`. `undefined`: more of its beginning is needed.
 */
export function isAnswered(start: Buffer, size: number, head: RequestHead): boolean | undefined {
  try {
    const body = bodyOf(start, head);
    // Version 3 added the transactional id.
    if (head.version >= 3) body.string(isFlexible(head));
    return body.int16() !== 0;
  } catch (error) {
    if (error instanceof MalformedMessage && start.length < size) return undefined;
    throw error;
  }
}

/**
 * `kafka-cluster:WriteDataIdempotently` has no ACL. A transactional id that no role has a right to has one: a request
 * for a producer id is forwarded with this id, and Kafka denies it. The authorizer's log contains the name.
 */
export const DENIED_TRANSACTIONAL_ID = 'kafka-cluster:WriteDataIdempotently is not granted';

/** @returns undefined for a transactional producer: that is another right, for which Kafka has an ACL */
export function denyProducerId(request: Buffer, head: RequestHead): Buffer | undefined {
  const flexible = isFlexible(head);
  const body = bodyOf(request, head);
  const from = body.offset;
  if (body.string(flexible) !== undefined) return undefined;
  const rest = request.subarray(body.offset);
  return withBody(request, from, string(DENIED_TRANSACTIONAL_ID, flexible), rest);
}

/** The error of a cluster for a client without the right to write idempotently. */
const CLUSTER_AUTHORIZATION_FAILED = 31;

/** The answer to such a request, as if the cluster had denied it: no producer id, whatever Kafka answered. */
export function deniedProducerId(answer: Buffer, head: RequestHead): Buffer {
  const reader = new WireReader(answer);
  reader.int32();
  if (isFlexible(head)) reader.skipTags();
  // The throttle time of a quota.
  reader.int32();
  const from = reader.offset;
  reader.int16();
  reader.int64();
  reader.int16();
  const noProducer = Buffer.concat([Buffer.alloc(8, 0xff), int16(-1)]);
  return framed(
    answer.subarray(0, from),
    int16(CLUSTER_AUTHORIZATION_FAILED),
    noProducer,
    answer.subarray(reader.offset),
  );
}

/** An answer of the gateway. */
export function answerTo(head: RequestHead, ...body: readonly Buffer[]): Buffer {
  return framed(int32(head.correlationId), ...(isFlexible(head) ? [noTags] : []), ...body);
}
