import { randomUUID } from 'node:crypto';
import type { pubsub_error } from '../../base/error.js';
import type { logger } from '../../base/ports.js';
import { thrownError, thrownText } from '../../base/thrown.js';
import type { request_info } from '../../frame/frame-codec.js';
import { isAboutPayloadOf } from '../../frame/json-payload.js';
import type { delivery, position } from '../subscriber/delivery.js';
import { HandlerTimeout } from './handler-limit.js';
import { UnknownCommand } from './unknown-command.js';
import { handler_error } from './worker-options.js';

/** The code of the error reply of a handler that failed with an unexpected exception. */
const HANDLER_FAILED = 'handler_failed';

/** What is sent instead of a result. */
export interface Answer {
  readonly code: string;
  readonly message: string;
  /** The id of the error in the log. */
  readonly id?: string;
}

/** An error that the handler chose, or that the sender of the request caused. */
export function isAnswer(error: unknown, frame: unknown): boolean {
  return handler_error.is(error) || isAboutPayloadOf(error, frame);
}

/**
 * Decides what a requester learns of a failure. The text of an exception may hold anything: it is logged with an id, and
 * the requester gets only the id, unless `worker.expose_errors` is set.
 */
export class FailureAnswers {
  readonly #logger: logger;
  readonly #exposesErrors: boolean;
  readonly #group: string;

  constructor({
    logger,
    worker,
    groups,
  }: {
    readonly logger: logger;
    readonly worker: { readonly expose_errors: boolean };
    readonly groups: { readonly worker: string };
  }) {
    this.#logger = logger;
    this.#exposesErrors = worker.expose_errors;
    this.#group = groups.worker;
  }

  /** For a handler that failed. */
  toFailure(error: unknown, { frame, position }: delivery<unknown>, info: request_info): Answer {
    if (error instanceof UnknownCommand) return { code: error.code, message: error.toGroup(this.#group) };
    if (handler_error.is(error)) return { code: error.code, message: error.message };
    if (isAboutPayloadOf(error, frame)) return { code: error.code, message: error.raw_message };
    const { id, message } = this.#logged(error, 'a handler failed', 'the handler failed', position, info);
    if (error instanceof HandlerTimeout) return { code: error.code, message: error.message, id };
    return { code: HANDLER_FAILED, message, id };
  }

  /** For a reply that the codec refused with an exception. */
  toRefusedReply(reason: pubsub_error, position: position, info: request_info): Pick<Answer, 'id' | 'message'> {
    return this.#logged(reason, 'a reply was refused', 'the reply was refused', position, info);
  }

  #logged(
    error: unknown,
    event: string,
    sentence: string,
    position: position,
    { correlation_id }: request_info,
  ): { id: string; message: string } {
    const id = randomUUID();
    const text = thrownText(error);
    const { stack } = thrownError(error);
    this.#logger.error(event, { id, ...position, correlation_id, error: text, stack });
    const hidden = `${sentence}; the error is in the worker’s log under the id ${id}`;
    return { id, message: this.#exposesErrors ? text : hidden };
  }
}
