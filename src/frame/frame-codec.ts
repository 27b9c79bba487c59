import type { topic_type } from './topic-type.js';

/** Where on its topic a frame goes: by key (the same key, the same partition), or to a partition that is named. */
export type frame_destination = {
  /** The topic that the frame itself names. @default the topic of the configuration */
  readonly topic?: string;
} & ({ readonly key: Uint8Array } | { readonly partition: number });

/** What a requester writes onto a frame before it sends it. */
export interface request_address {
  readonly correlation_id: string;
  readonly reply_topic: string;
  readonly reply_partition: number;
  /** Wall clock, milliseconds. */
  readonly sent_at_ms: number;
  readonly deadline_ms: number;
}

/** What a worker reads off a request. */
export interface request_info {
  readonly correlation_id: string;
  /** Wall clock, milliseconds; undefined when the request has no deadline. */
  readonly deadline_ms: number | undefined;
  /** Wall clock of the requester, milliseconds, when it sent the request; undefined when the frame does not say. */
  readonly sent_at_ms?: number | undefined;
  /** Undefined when the frame wants no reply. */
  readonly reply_to: { readonly topic: string; readonly partition: number } | undefined;
}

/** What a worker writes onto a reply. */
export interface reply_address {
  /** 0 for the first reply to a request, then 1, 2, … */
  readonly number: number;
  readonly last: boolean;
  /** Wall clock, milliseconds, at which the worker took the request off its topic. */
  readonly received_at_ms: number;
  readonly sent_at_ms: number;
}

/** What a requester reads off a reply. */
export interface reply_info {
  readonly correlation_id: string;
  readonly number: number;
  readonly last: boolean;
  readonly error: { readonly code: string; readonly message: string } | undefined;
}

/**
 * How a frame becomes bytes, and where they go. Give your own as `frame_codec` to carry your own frame class instead
 * of `AirCoreFrame`; every method may throw, and what it throws becomes a `frame_invalid` (sending) or a bad record
 * (receiving).
 */
export interface frame_codec<F> {
  encode(frame: F): Uint8Array;
  /** The codec may keep the bytes: they are not written to afterwards. */
  decode(bytes: Uint8Array): F;
  /** The id by which a reply finds its request; '' when a frame has none. */
  correlation_id(frame: F): string;
  destination(kind: topic_type, frame: F): frame_destination;
  /** What `requester` and `worker` need on top. A codec without it serves the publisher and the subscribers only. */
  readonly request_reply?: request_reply_codec<F>;
}

/** The part of a codec that knows requests and replies. Methods return new frames and leave their arguments alone. */
export interface request_reply_codec<F> {
  address_request(frame: F, address: request_address): F;
  request_info(frame: F): request_info;
  address_reply(reply: F, request: F, address: reply_address): F;
  /** An answer without content, for a handler that returned nothing. */
  empty_reply(request: F): F;
  error_reply(request: F, error: { readonly code: string; readonly message: string }): F;
  reply_info(frame: F): reply_info;
}
