import { requestLayouts } from '../names/layouts.js';
import { framed, int16, int32, MalformedMessage, noTags, string, WireReader } from './wire.js';

/** The requests that a gateway has to know; of all others it only needs the head. */
export const apiKeys = {
  produce: 0,
  saslHandshake: 17,
  apiVersions: 18,
  initProducerId: 22,
  saslAuthenticate: 36,
} as const;

/** What every request begins with. */
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

/** Whether this request, and the answer to it, is in the encoding with tagged fields. */
export function isFlexible({ apiKey, version }: RequestHead): boolean {
  const from = apiKey === apiKeys.saslAuthenticate ? 2 : requestLayouts[apiKey]?.flexibleFrom;
  return from !== undefined && version >= from;
}

/** Reads on after the header: past the client's id, and the header's tagged fields where it has some. */
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
 * Whether a broker will answer this Produce request: not with `acks=0`. `undefined`: its beginning has not all come.
 */
export function isAnswered(start: Buffer, size: number, head: RequestHead): boolean | undefined {
  try {
    const body = bodyOf(start, head);
    // The transactional id came with version 3.
    if (head.version >= 3) body.string(isFlexible(head));
    return body.int16() !== 0;
  } catch (error) {
    if (error instanceof MalformedMessage && start.length < size) return undefined;
    throw error;
  }
}

/**
 * `kafka-cluster:WriteDataIdempotently` has no ACL. A transactional id that no one may use has: a request for a
 * producer id is sent on with this one, and Kafka refuses it. The name shows in the authorizer's log.
 */
export const FORBIDDEN_TRANSACTIONAL_ID = 'kafka-cluster:WriteDataIdempotently is not granted';

/** @returns undefined for a transactional producer: that is another right, and Kafka has an ACL for it */
export function forbidProducerId(request: Buffer, head: RequestHead): Buffer | undefined {
  const flexible = isFlexible(head);
  const body = bodyOf(request, head);
  const from = body.offset;
  if (body.string(flexible) !== undefined) return undefined;
  const rest = request.subarray(body.offset);
  return withBody(request, from, string(FORBIDDEN_TRANSACTIONAL_ID, flexible), rest);
}

/** What a cluster says to anyone who lacks the right to write idempotently. */
const CLUSTER_AUTHORIZATION_FAILED = 31;

/** The answer to such a request, as if the cluster had refused it: no producer id, whatever Kafka said. */
export function refuseProducerId(answer: Buffer, head: RequestHead): Buffer {
  const reader = new WireReader(answer);
  reader.int32();
  if (isFlexible(head)) reader.skipTags();
  // How long to wait after a quota was exceeded.
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

/** An answer of our own. */
export function answerTo(head: RequestHead, ...body: readonly Buffer[]): Buffer {
  return framed(int32(head.correlationId), ...(isFlexible(head) ? [noTags] : []), ...body);
}
