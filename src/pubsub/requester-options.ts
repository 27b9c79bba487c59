import type { wait_options } from '../base/deadline.js';
import type { frame_path } from '../frame/path.js';
import type { record_headers } from '../kafka/connection.js';
import type { position } from './delivery.js';
import type { subscriber_options } from './subscription.js';

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
  /** Added to the record. */
  headers?: record_headers;
}

export interface call_options extends request_options {
  /** The path of the request. @default the `path` of the command, or else a random one: no order with others */
  path?: frame_path;
}

/** A received reply, with or without an open request: for ledgers. */
export interface reply_event {
  readonly kind: 'reply' | 'late' | 'duplicate' | 'foreign';
  readonly correlation_id: string;
  readonly position: position;
  readonly headers: record_headers;
}

/** A sent request: for ledgers. */
export interface sent_event {
  readonly correlation_id: string;
  readonly position: position;
  readonly partition: number;
  /** Milliseconds from the call of `send` to the acknowledgement. */
  readonly ack_ms: number;
}

export interface requester_options extends subscriber_options {
  /** Called with every reply, before its request resolves. */
  on_reply?: (event: reply_event) => void;
  /** Called with every request whose send was acknowledged. */
  on_sent?: (event: sent_event) => void;
}

/** Counts since the requester was created. */
export interface requester_counts {
  readonly requests: number;
  readonly replies: number;
  /** Replies after their request had ended. */
  readonly late: number;
  /** Replies that had already been received. */
  readonly duplicate: number;
  /** Replies to requests of others. */
  readonly foreign: number;
  /** Requests sent again because their reply partition was lost. */
  readonly reissued: number;
}
