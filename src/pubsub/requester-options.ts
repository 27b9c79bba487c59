import type { wait_options } from '../base/deadline.js';
import type { record_headers } from '../kafka/connection.js';
import type { position } from './delivery.js';
import type { subscriber_options } from './subscription.js';

export interface request_options extends wait_options {
  /**
   * The request may be handled twice without harm: it is sent again when the partition for its reply is lost to another
   * requester. Otherwise it rejects with `partition_lost`.
   *
   * @default false
   */
  idempotent?: boolean;
  /**
   * The id by which replies find the request; no other open request may have it.
   *
   * @default a random UUID
   */
  correlation_id?: string;
  /** Added to the record. */
  headers?: record_headers;
}

/** A reply that no open request waited for, or one that did: for ledgers. */
export interface reply_event {
  readonly kind: 'reply' | 'late' | 'duplicate' | 'foreign';
  readonly correlation_id: string;
  readonly position: position;
  readonly headers: record_headers;
}

/** A request on its way: for ledgers. */
export interface sent_event {
  readonly correlation_id: string;
  readonly position: position;
  readonly partition: number;
  /** Milliseconds from the call of `send` to the acknowledgement. */
  readonly ack_ms: number;
}

export interface requester_options extends subscriber_options {
  /** Sees every reply, before its request does. */
  on_reply?: (event: reply_event) => void;
  /** Sees every request whose send was acknowledged. */
  on_sent?: (event: sent_event) => void;
}

/** Counts since the requester was made. */
export interface requester_counts {
  readonly requests: number;
  readonly replies: number;
  /** Replies after their request had given up. */
  readonly late: number;
  /** Replies that had come before. */
  readonly duplicate: number;
  /** Replies to requests that are not ours. */
  readonly foreign: number;
  /** Requests sent again because their reply partition was lost. */
  readonly reissued: number;
}
