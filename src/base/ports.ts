/** Structured log lines. Silent by default: a library does not write to its host's terminal. */
export interface logger {
  debug(message: string, fields?: Readonly<Record<string, unknown>>): void;
  info(message: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
  error(message: string, fields?: Readonly<Record<string, unknown>>): void;
}

const nothing = (): void => undefined;

export const silentLogger: logger = { debug: nothing, info: nothing, warn: nothing, error: nothing };

/** Counters and observations, named in docs/metrics.md. Labels are few and bounded, never a correlation id. */
export interface metrics {
  count(name: string, value: number, labels?: Readonly<Record<string, string>>): void;
  /** A measured value in the unit that the name ends with (`_ms`, `_bytes`). */
  observe(name: string, value: number, labels?: Readonly<Record<string, string>>): void;
}

export const silentMetrics: metrics = { count: nothing, observe: nothing };

/**
 * Trace context (W3C `traceparent`). It is passed through, never made up: without a tracing port a request carries
 * none, and a reply carries the one its request had.
 */
export interface tracing {
  /** The `traceparent` of the caller, or undefined outside a trace. */
  current_traceparent(): string | undefined;
}

export const noTracing: tracing = { current_traceparent: () => undefined };

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
