import { waitOptionNames, type wait_options } from '../../base/deadline.js';
import type { OptionNames } from '../../base/known-options.js';
import type { frame_path } from '../../frame/path.js';
import type { record_headers } from '../../kafka/connection.js';
import type { position } from '../subscriber/delivery.js';
import { subscriberOptionNames, type subscriber_options } from '../subscriber/subscription.js';

/** The options of one request. */
export interface request_options extends wait_options {
  /**
   * True if the request may be handled twice without harm: it is then sent again if the partition for its reply moves
   * to another requester. Otherwise it rejects with `partition_lost`.
   *
   * @default false
   */
  idempotent?: boolean;
  /**
   * The id that matches replies to the request; no other open request may have it.
   *
   * @default a random UUID
   */
  correlation_id?: string;
  /** Added to the record of the request; its worker gets them as `context.headers`. @default none */
  headers?: record_headers;
}

export const requestOptionNames: OptionNames<request_options> = {
  ...waitOptionNames,
  idempotent: true,
  correlation_id: true,
  headers: true,
};

/** The options of `requester.call`. */
export interface call_options extends request_options {
  /** The path of the request. @default the `path` of the command, or else a random one: no order with others */
  path?: frame_path;
}

export const callOptionNames: OptionNames<call_options> = { ...requestOptionNames, path: true };

/** A received reply, with or without an open request: for ledgers. */
export interface reply_event {
  /**
   * `reply`: of an open request. `late`: after its request had ended. `duplicate`: received before. `foreign`: of no
   * request of this requester.
   */
  readonly kind: 'reply' | 'late' | 'duplicate' | 'foreign';
  /** The id of the request. */
  readonly correlation_id: string;
  /** The position of the reply in the reply_to topic. */
  readonly position: position;
  /** The headers of the reply's record. */
  readonly headers: record_headers;
}

/** A sent request: for ledgers. */
export interface sent_event {
  /** The id of the request. */
  readonly correlation_id: string;
  /** The position of the request in the worker topic. */
  readonly position: position;
  /** The partition of the reply_to topic that its reply goes to. */
  readonly partition: number;
  /** Milliseconds from the call of `send` to the acknowledgement. */
  readonly ack_ms: number;
}

/** The hooks of a requester. What a hook throws is logged. */
export interface requester_options extends subscriber_options {
  /** Called with every reply, before its request resolves. @default nothing is called */
  on_reply?: (event: reply_event) => void;
  /** Called with every request whose send was acknowledged. @default nothing is called */
  on_sent?: (event: sent_event) => void;
}

export const requesterOptionNames: OptionNames<requester_options> = {
  ...subscriberOptionNames,
  on_reply: true,
  on_sent: true,
};

/** Counts since the requester was created. */
export interface requester_counts {
  /** Requests that were accepted. */
  readonly requests: number;
  /** Replies to open requests, error replies included. */
  readonly replies: number;
  /** Replies after their request had ended. */
  readonly late: number;
  /** Replies that had already been received. */
  readonly duplicate: number;
  /** Replies to requests of others. */
  readonly foreign: number;
  /** Requests sent again because their reply partition moved to another requester, or no longer exists. */
  readonly reissued: number;
}
