import type { record_headers } from '../../kafka/connection.js';
import type { delivery, position } from '../subscriber/delivery.js';
import { pubsub_error } from '../../base/error.js';
import type { OptionNames } from '../../base/known-options.js';
import { quotedValue } from '../../base/value-kind.js';
import { subscriberOptionNames, type subscriber_options, type subscriber_status } from '../subscriber/subscription.js';

/** The second argument of a handler. */
export interface handler_context {
  /** The position of the request in the worker topic. */
  readonly position: position;
  /** The id of the request: the same at every attempt, and in its replies. '' if it has none. */
  readonly correlation_id: string;
  /**
   * The numbers of the request's path, which a further request on the same path takes as its `path`; a string has
   * become numbers (see `path_numbers`). Undefined if the frame class has no path.
   */
  readonly path: readonly bigint[] | undefined;
  /** Wall clock (ms); undefined if the request has no deadline. */
  readonly deadline_ms: number | undefined;
  /** The headers of the request's record. */
  readonly headers: record_headers;
  /** 1 for the first attempt of this worker to handle the frame, then 2, 3, … (`worker.retry_attempts`). */
  readonly attempt: number;
  /**
   * Aborted at the deadline of the request (`worker.abort_at_deadline`): its requester does not wait any longer, so the
   * handler should stop. The next request of its path starts when it has ended; what it still returns is sent, and
   * arrives late. Also aborted at the time limit of the handler (`worker.handler_timeout_ms`), and if dispose cannot
   * wait any longer: then its result is discarded, and the next request of its path starts, even if it is still running.
   * It is created when it is read first, so a copy of the context (`{ ...context }`) does not have it.
   */
  readonly signal: AbortSignal;
}

/**
 * The result of a handler: one reply, several (an array, or an async iterable, whose replies are sent as it yields
 * them), nothing (the requester gets an empty reply), or `no_reply`.
 */
// eslint-disable-next-line @typescript-eslint/no-invalid-void-type -- a handler without a return statement returns void
export type handler_result<F> = F | readonly F[] | AsyncIterable<F> | typeof no_reply | undefined | void;

/** Returned by a handler that replies in another way, or not at all. */
export const no_reply: unique symbol = Symbol('no_reply');

/**
 * Handles one frame. An exception becomes an error reply: a `handler_error` with its code and message, `payload_invalid`
 * of `payload_json` as it is, any other with the code `handler_failed` and an id. Its text is logged with this id, and
 * sent only with the setting `worker.expose_errors`.
 */
export type frame_handler<F> = (frame: F, context: handler_context) => handler_result<F> | Promise<handler_result<F>>;

/** Thrown by a handler to choose what the requester gets: the code and the message of the error reply. */
export class handler_error extends Error {
  /** Stable, for programs: `details.reply_code` of the requester's error. */
  readonly code: string;

  /**
   * @param code at least one character
   * @throws pubsub_error `argument_invalid`
   */
  constructor(code: string, message: string, options?: { readonly cause?: unknown }) {
    if (typeof (code as unknown) !== 'string' || code.trim() === '') throw codeInvalid(code);
    super(message, options);
    this.name = 'handler_error';
    this.code = code;
  }

  /** True for an error of this class, also when it comes from another copy of this package. */
  static is(value: unknown): value is handler_error {
    try {
      return (
        value instanceof Error && value.name === 'handler_error' && 'code' in value && typeof value.code === 'string'
      );
    } catch {
      return false;
    }
  }
}

function codeInvalid(code: unknown): pubsub_error {
  return new pubsub_error('argument_invalid', 'handle', `the code of a handler_error is ${quotedValue(code)}`, {
    hint: 'Give a string of at least one character, which programs can compare: out_of_stock.',
    details: { field: 'code' },
  });
}

/** The outcome of a frame: for ledgers. */
export interface handled_event<F> {
  /**
   * `handled`: it returned. `failed`: it threw. `timed_out`: it exceeded its time, or stopped at
   * the deadline of the request.
   * `expired`: past its deadline before. `invalid`: not a request. `undeliverable`: a reply could not be written.
   */
  readonly kind: 'handled' | 'failed' | 'timed_out' | 'expired' | 'invalid' | 'undeliverable';
  /** The frame, with the position and headers of its record. */
  readonly delivery: delivery<F>;
  /** The number of replies that the brokers acknowledged. */
  readonly replies: number;
  /** How many times this worker handled it; 0 if it did not. */
  readonly attempts: number;
  /** Why it was not handled, or why its handler failed at the last attempt. */
  readonly error: Error | undefined;
}

/** The hooks of a worker. What a hook throws is logged. */
export interface worker_options<F> extends subscriber_options {
  /** Called with a request whose reply could not be written, and the reason. @default the reason is only logged */
  on_undeliverable?: (frame: F, error: pubsub_error) => void;
  /** Called with every frame after it is done. @default nothing is called */
  on_handled?: (event: handled_event<F>) => void;
}

export const workerOptionNames: OptionNames<worker_options<unknown>> = {
  ...subscriberOptionNames,
  on_undeliverable: true,
  on_handled: true,
};

/** Counts since the worker was created. */
export interface worker_counts {
  /** Frames whose handler returned, and whose replies were written. */
  readonly handled: number;
  /** Frames whose handler threw; they got an error reply. */
  readonly failed: number;
  /** Frames whose handler took too long, or stopped at the deadline of the request; they got an error reply. */
  readonly timed_out: number;
  /** Requests past their deadline when they arrived: not handled. */
  readonly expired: number;
  /** Frames that are not requests, and were not handled. */
  readonly invalid: number;
  /** Frames with a reply that could not be written. */
  readonly undeliverable: number;
  /** Replies that the brokers acknowledged. */
  readonly replies: number;
  /** Attempts after the first one of their frame. */
  readonly retries: number;
  /** Frames whose handler failed at its last attempt, and that were written to the dead-letter topic. */
  readonly dead_letters: number;
}

/** The state of a worker, for health checks. */
export interface worker_status extends subscriber_status {
  /** The number of running handlers. */
  readonly in_progress: number;
  /** The number of frames whose handler failed and that wait for their next attempt. */
  readonly retrying: number;
  /**
   * The number of frames that were started and are not acknowledged: their handlers run, or their replies are being
   * sent.
   */
  readonly unacknowledged: number;
}
