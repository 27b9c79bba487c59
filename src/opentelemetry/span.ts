import { context, SpanStatusCode, type Context, type Span } from '@opentelemetry/api';
import type { span_outcome, trace_span } from '../base/ports.js';
import { headersOf } from './trace-context.js';

/** One span of the API, with the context in which it is active. */
export class OpenTelemetrySpan implements trace_span {
  readonly #span: Span;
  readonly #context: Context;

  constructor(span: Span, active: Context) {
    this.#span = span;
    this.#context = active;
  }

  headers(): Readonly<Record<string, string>> {
    return headersOf(this.#span.spanContext());
  }

  run<T>(work: () => T): T {
    return context.with(this.#context, work);
  }

  end({ error, position }: span_outcome): void {
    try {
      if (position !== undefined) {
        this.#span.setAttribute('messaging.destination.partition.id', String(position.partition));
        this.#span.setAttribute('messaging.kafka.offset', position.offset);
      }
      if (error !== undefined) this.#fail(error);
    } finally {
      // An error may throw when it is looked at.
      this.#span.end();
    }
  }

  #fail(error: unknown): void {
    this.#span.setAttribute('error.type', errorType(error));
    const replyCode = replyCodeOf(error);
    if (replyCode !== undefined) this.#span.setAttribute('easy_pubsub.reply_code', replyCode);
    if (error instanceof Error) {
      this.#span.setStatus({ code: SpanStatusCode.ERROR, message: error.message });
      this.#span.recordException(error);
    } else this.#span.setStatus({ code: SpanStatusCode.ERROR });
  }
}

/** The code of an error of the library, of a `handler_error` and of Node; the class of any other. */
function errorType(error: unknown): string {
  return textOf(error, 'code') ?? textOf(error, 'name') ?? '_OTHER';
}

/** The code that a worker answered with. */
function replyCodeOf(error: unknown): string | undefined {
  return error instanceof Error && 'details' in error ? textOf(error.details, 'reply_code') : undefined;
}

function textOf(source: unknown, key: string): string | undefined {
  if (typeof source !== 'object' || source === null) return undefined;
  const value = (source as Record<string, unknown>)[key];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
