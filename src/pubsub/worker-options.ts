import type { pubsub_error } from '../base/error.js';
import type { record_headers } from '../kafka/connection.js';
import type { delivery, position } from './delivery.js';
import type { subscriber_options, subscriber_status } from './subscription.js';

/** What a handler gets besides the frame. */
export interface handler_context {
  readonly position: position;
  readonly correlation_id: string;
  /** Wall clock (ms); undefined when the request has no deadline. */
  readonly deadline_ms: number | undefined;
  readonly headers: record_headers;
  /** Given at the handler's time limit, and when the worker is disposed of by force. */
  readonly signal: AbortSignal;
}

/**
 * What a handler gives back: one reply, several (an array, or an async iterable, sent as they come), nothing (the
 * requester gets an empty reply), or `no_reply`.
 */
// eslint-disable-next-line @typescript-eslint/no-invalid-void-type -- a handler without a return statement returns void
export type handler_result<F> = F | readonly F[] | AsyncIterable<F> | typeof no_reply | undefined | void;

/** Returned by a handler that answers in another way, or not at all. */
export const no_reply: unique symbol = Symbol('no_reply');

/** Handles one frame. What it throws becomes an error reply; a `handler_error` chooses the code. */
export type frame_handler<F> = (frame: F, context: handler_context) => handler_result<F> | Promise<handler_result<F>>;

/** Thrown by a handler to choose the code of the error reply. Any other error has the code `handler_failed`. */
export class handler_error extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'handler_error';
    this.code = code;
  }
}

/** What became of a frame: for ledgers. */
export interface handled_event<F> {
  readonly kind: 'handled' | 'failed' | 'timed_out' | 'expired' | 'invalid' | 'undeliverable';
  readonly delivery: delivery<F>;
  /** Replies that were acknowledged by the brokers. */
  readonly replies: number;
  readonly error: Error | undefined;
}

export interface worker_options<F> extends subscriber_options {
  /** A reply that could not be written, and why. */
  on_undeliverable?: (frame: F, error: pubsub_error) => void;
  /** Sees every frame once it is done with. */
  on_handled?: (event: handled_event<F>) => void;
}

/** Counts since the worker was made. */
export interface worker_counts {
  /** Frames whose handler returned, and whose replies were written. */
  readonly handled: number;
  /** Frames whose handler threw; they got an error reply. */
  readonly failed: number;
  /** Frames whose handler took too long; they got an error reply. */
  readonly timed_out: number;
  /** Requests past their deadline when they came: not handled. */
  readonly expired: number;
  /** Frames that are not requests, and were not handled. */
  readonly invalid: number;
  /** Frames with a reply that could not be written. */
  readonly undeliverable: number;
  /** Replies that the brokers acknowledged. */
  readonly replies: number;
}

export interface worker_status extends subscriber_status {
  /** Frames whose handlers are at work. */
  readonly in_progress: number;
  /** Frames that were started and are not acknowledged: their handlers are at work, or their replies are on their way. */
  readonly unacknowledged: number;
}
