/**
 * Structured log lines: console, winston and the logger of AWS Powertools as they are. Silent by default: a library does
 * not write to its host's terminal.
 */
export interface logger {
  /** Details for the search of a fault. */
  debug(message: string, fields?: Readonly<Record<string, unknown>>): void;
  /** What an operator may want to know. */
  info(message: string, fields?: Readonly<Record<string, unknown>>): void;
  /** Something was skipped, refused or retried. */
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
  /** A person has to act, or a handler failed. */
  error(message: string, fields?: Readonly<Record<string, unknown>>): void;
}

/** A logger that takes the message and then fields that it requires: Powertools as it is. */
export interface message_first_logger {
  /** Details for the search of a fault. */
  debug(message: string, fields: Record<string, unknown>): void;
  /** What an operator may want to know. */
  info(message: string, fields: Record<string, unknown>): void;
  /** Something was skipped, refused or retried. */
  warn(message: string, fields: Record<string, unknown>): void;
  /** A person has to act, or a handler failed. */
  error(message: string, fields: Record<string, unknown>): void;
}

/** A logger that takes the fields before the message: pino and bunyan as they are. */
export interface fields_first_logger {
  /** Details for the search of a fault. */
  debug(fields: object, message?: string): void;
  /** What an operator may want to know. */
  info(fields: object, message?: string): void;
  /** Something was skipped, refused or retried. */
  warn(fields: object, message?: string): void;
  /** A person has to act, or a handler failed. */
  error(fields: object, message?: string): void;
  /** Creates a logger with more fields: pino and bunyan are recognized by it. */
  child(...options: never[]): unknown;
}

const nothing = (): void => undefined;

export const silentLogger: logger = { debug: nothing, info: nothing, warn: nothing, error: nothing };

/** Counters and observations, named in docs/metrics.md. Labels are few and bounded, never a correlation id. */
export interface metrics {
  /** Adds to a counter. */
  count(name: string, value: number, labels?: Readonly<Record<string, string>>): void;
  /** A measured value in the unit that the name ends with (`_ms`, `_bytes`). */
  observe(name: string, value: number, labels?: Readonly<Record<string, string>>): void;
}

export const silentMetrics: metrics = { count: nothing, observe: nothing };

/**
 * Trace context (W3C `traceparent`), and spans. The context is passed through, never made up: without a tracing port a
 * request carries none, and a reply carries the one its request had. `easy-pubsub/opentelemetry` has a port that makes
 * spans.
 */
export interface tracing {
  /** The `traceparent` of the caller, or undefined outside a trace. It is sent where no span was begun. */
  current_traceparent(): string | undefined;
  /** Begins a span; undefined: none for this operation. @default no spans */
  start_span?: (operation: traced_operation) => trace_span | undefined;
}

/** What a span is about. */
export interface traced_operation {
  /**
   * `request`: from the call of a requester to its outcome. `send`: of a record, to its acknowledgement; `reply`: the
   * same of a reply. `handle`: one attempt to handle a frame. `dead_letter`: the write of a record to a dead-letter
   * topic. The parent of these two is in `headers`; the parent of any other is the span that is active.
   */
  readonly kind: 'request' | 'send' | 'handle' | 'reply' | 'dead_letter';
  /** The topic that the record is sent to, or was read from. */
  readonly topic: string;
  /** `connection.client_id` of the settings. */
  readonly client_id: string;
  /** The id of the request, which its replies have too; undefined: the frame has none. */
  readonly correlation_id: string | undefined;
  /** The headers that the record was received with, or that the caller wants to send. */
  readonly headers: Readonly<Record<string, string>> | undefined;
  /** `handle`: where the record is in its topic. */
  readonly position?: record_place;
  /** `handle`: the consumer group. */
  readonly group?: string;
  /** `handle`: 1 for the first attempt. */
  readonly attempt?: number;
}

/** A span that has begun. */
export interface trace_span {
  /** The headers that carry its context: `traceparent`, and `tracestate` if there is one. */
  headers(): Readonly<Record<string, string>>;
  /** Calls this once, now, with the span active: also for what it starts and does not wait for. */
  run<T>(work: () => T): T;
  /** The span has ended. Called once. */
  end(outcome: span_outcome): void;
}

/** How a span ended. */
export interface span_outcome {
  /** Why the operation failed; undefined: it did not. */
  readonly error?: unknown;
  /** `send`, `reply` and `dead_letter`: where the record was written. */
  readonly position?: record_place;
}

export const noTracing: tracing = { current_traceparent: () => undefined };

/** Where a record is in its topic. */
export interface record_place {
  /** The partition, from 0. */
  readonly partition: number;
  /** The offset in the partition, from 0. */
  readonly offset: number;
}

/** Time as a port, so that tests do not wait. */
export interface clock {
  /** Wall clock, milliseconds since the epoch, with fractions. */
  wall_ms(): number;
  /** Monotonic clock in milliseconds, for durations. */
  monotonic_ms(): number;
}

export const systemClock: clock = {
  wall_ms: () => performance.timeOrigin + performance.now(),
  monotonic_ms: () => performance.now(),
};
