import type { topic_type } from './topic-type.js';

/** The destination of a frame on its topic: by key (equal keys go to the same partition), or a given partition. */
export type frame_destination = {
  /** The topic that the frame names. @default the topic of the configuration */
  readonly topic?: string;
} & (
  | {
      /** Frames with equal keys go to the same partition. */
      readonly key: Uint8Array;
    }
  | {
      /** The number of the partition, from 0. */
      readonly partition: number;
    }
);

/** The information that a requester writes to a frame before it sends it. */
export interface request_address {
  /** The id of the request, which its replies carry. */
  readonly correlation_id: string;
  /** The topic for its replies. */
  readonly reply_topic: string;
  /** The partition for its replies. */
  readonly reply_partition: number;
  /** Wall clock, milliseconds. */
  readonly sent_at_ms: number;
  /** Wall clock, milliseconds: until then its requester waits. */
  readonly deadline_ms: number;
}

/** The information that a worker reads from a request. */
export interface request_info {
  /** The id of the request; '' if it has none. */
  readonly correlation_id: string;
  /** Wall clock, milliseconds; undefined if the request has no deadline. */
  readonly deadline_ms: number | undefined;
  /**
   * Wall clock of the requester, milliseconds, at which it sent the request; undefined if the frame does not have it.
   */
  readonly sent_at_ms?: number | undefined;
  /** The numbers of its path, for `handler_context.path`; left out by a codec whose frames have none. */
  readonly path?: readonly bigint[] | undefined;
  /** Undefined if the frame asks for no reply. */
  readonly reply_to:
    | {
        /** The topic for the replies. */
        readonly topic: string;
        /** The partition of this topic that its requester reads. */
        readonly partition: number;
      }
    | undefined;
}

/** The information that a worker writes to a reply. */
export interface reply_address {
  /** 0 for the first reply to a request, then 1, 2, … */
  readonly number: number;
  /** True for the last reply to its request. */
  readonly last: boolean;
  /** Wall clock, milliseconds, at which the worker received the request. */
  readonly received_at_ms: number;
  /** Wall clock, milliseconds, at which the reply is sent. */
  readonly sent_at_ms: number;
}

/** The information that a requester reads from a reply. */
export interface reply_info {
  /** The id of the request that it answers. */
  readonly correlation_id: string;
  /** 0 for the first reply to a request, then 1, 2, … */
  readonly number: number;
  /** True for the last reply to its request. */
  readonly last: boolean;
  /** Of an error reply; undefined for others. */
  readonly error:
    | {
        /** For programs: `details.reply_code` of the requester's error. */
        readonly code: string;
        /** For people: `details.reply_message` of the requester's error. */
        readonly message: string;
      }
    | undefined;
}

/**
 * Converts a frame to bytes and back, and chooses its destination. Give your own as `frame_codec` to send your own
 * frame class instead of `AirCoreFrame`. Every method may throw. An exception becomes a `frame_invalid` error (sending)
 * or an invalid record (receiving).
 */
export interface frame_codec<F> {
  /** The bytes of a frame: the value of its record. */
  encode(frame: F): Uint8Array;
  /** The codec may keep the bytes: they are not changed afterwards. */
  decode(bytes: Uint8Array): F;
  /** The id that matches a reply to its request; '' if a frame has none. */
  correlation_id(frame: F): string;
  /** The key or the partition of a frame on its topic. */
  destination(kind: topic_type, frame: F): frame_destination;
  /**
   * The additional part that `requester` and `worker` need. A codec without it works only with the publisher and the
   * subscribers.
   */
  readonly request_reply?: request_reply_codec<F>;
}

/** The part of a codec for requests and replies. Methods return new frames and do not change their arguments. */
export interface request_reply_codec<F> {
  /** The same frame as a request, with its id, its reply address and its deadline. */
  address_request(frame: F, address: request_address): F;
  /** What a request says about itself. Throws if the frame is not a request. */
  request_info(frame: F): request_info;
  /** The same frame as a reply to a request. */
  address_reply(reply: F, request: F, address: reply_address): F;
  /** A reply without content, for a handler that returned nothing. */
  empty_reply(request: F): F;
  /** A reply that says why there is no result. */
  error_reply(request: F, error: { readonly code: string; readonly message: string }): F;
  /** What a reply says about itself. */
  reply_info(frame: F): reply_info;
}
