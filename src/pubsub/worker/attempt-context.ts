import type { record_headers } from '../../kafka/connection.js';
import type { delivery, position } from '../subscriber/delivery.js';
import type { request_info } from '../../frame/frame-codec.js';
import type { HandlerRun } from './handler-limit.js';
import type { handler_context } from './worker-options.js';

/**
 * What a handler gets beside its frame.
 *
 * A class because of its getter. V8 creates a hidden class for each object literal with a getter. It lives in the old
 * generation, and keeps all that the getter refers to alive until the next full garbage collection.
 */
// Public names: handlers get these as fields of their context.
/* eslint-disable @typescript-eslint/naming-convention */
export class AttemptContext implements handler_context {
  readonly position: position;
  readonly correlation_id: string;
  readonly path: readonly bigint[] | undefined;
  readonly deadline_ms: number | undefined;
  readonly headers: record_headers;
  readonly attempt: number;
  readonly #run: HandlerRun;

  constructor({ position, headers }: delivery<unknown>, info: request_info, attempt: number, run: HandlerRun) {
    this.position = position;
    this.correlation_id = info.correlation_id;
    this.path = info.path;
    this.deadline_ms = info.deadline_ms;
    this.headers = headers;
    this.attempt = attempt;
    this.#run = run;
  }

  get signal(): AbortSignal {
    return this.#run.signal;
  }
}
