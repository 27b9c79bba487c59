import { guarded } from './hook.js';
import { LogLimit } from './log-limit.js';
import {
  noTracing,
  silentLogger,
  silentMetrics,
  systemClock,
  type clock,
  type logger,
  type metrics,
  type tracing,
} from './ports.js';
import { safeSpan } from './safe-span.js';
import { thrownText } from './thrown.js';

/** The shortest time between two lines about a port that fails. */
const FAILURE_LOG_MS = 60_000;

/** Ports that were wrapped before: those of a configuration that `with` was called on. */
const safe = new WeakSet<object>([silentLogger, silentMetrics, noTracing, systemClock]);

/** The ports of a configuration as the library calls them: they never throw or reject. */
export interface SafePorts {
  readonly logger: logger;
  readonly metrics: metrics;
  readonly tracing: tracing;
  readonly clock: clock;
}

/**
 * Ports only observe: a metrics registry that refuses a name, or a logger whose stream has closed, must not change
 * what happens to a frame. A failure of metrics, tracing or the clock is logged at `error`, at most once a minute; a
 * failure of the logger is counted as `port_failures`. If the clock fails, the system's clock is read instead.
 */
export function safePorts(ports: SafePorts): SafePorts {
  const log = safeLogger(ports.logger, () => undefined);
  const limits = {
    metrics: new LogLimit(FAILURE_LOG_MS),
    tracing: new LogLimit(FAILURE_LOG_MS),
    clock: new LogLimit(FAILURE_LOG_MS),
  };
  const report = (port: keyof typeof limits, thrown: unknown): void => {
    const count = limits[port].take();
    if (count !== undefined) log.error(`the ${port} port failed`, { error: thrownText(thrown), count });
  };
  const metrics = safeMetrics(ports.metrics, (thrown) => report('metrics', thrown));
  return {
    logger: safeLogger(ports.logger, () => metrics.count('port_failures', 1, { port: 'logger' })),
    metrics,
    tracing: safeTracing(ports.tracing, (thrown) => report('tracing', thrown)),
    clock: safeClock(ports.clock, (thrown) => report('clock', thrown)),
  };
}

function safeLogger(port: logger, failed: (thrown: unknown) => void): logger {
  if (safe.has(port)) return port;
  return remember({
    debug: (message, fields) => guarded(() => port.debug(message, fields), failed),
    info: (message, fields) => guarded(() => port.info(message, fields), failed),
    warn: (message, fields) => guarded(() => port.warn(message, fields), failed),
    error: (message, fields) => guarded(() => port.error(message, fields), failed),
  });
}

function safeMetrics(port: metrics, failed: (thrown: unknown) => void): metrics {
  if (safe.has(port)) return port;
  return remember({
    count: (name, value, labels) => guarded(() => port.count(name, value, labels), failed),
    observe: (name, value, labels) => guarded(() => port.observe(name, value, labels), failed),
  });
}

function safeTracing(port: tracing, failed: (thrown: unknown) => void): tracing {
  if (safe.has(port)) return port;
  return remember({
    // Without spans, nothing is allocated for them: the caller sees that there are none.
    ...(port.start_span === undefined
      ? {}
      : {
          start_span: (operation) =>
            safeSpan(
              guarded(() => port.start_span?.(operation), failed),
              failed,
            ),
        }),
    current_traceparent: () => {
      const parent: unknown = guarded(() => port.current_traceparent(), failed);
      if (parent === undefined || typeof parent === 'string') return parent;
      failed(new TypeError('current_traceparent did not return a string'));
      return undefined;
    },
  });
}

function safeClock(port: clock, failed: (thrown: unknown) => void): clock {
  if (safe.has(port)) return port;
  const read = (method: keyof clock): number => {
    const time: unknown = guarded(() => port[method](), failed);
    if (typeof time === 'number' && Number.isFinite(time)) return time;
    if (time !== undefined) failed(new TypeError(`${method} did not return a number`));
    return systemClock[method]();
  };
  return remember({ wall_ms: () => read('wall_ms'), monotonic_ms: () => read('monotonic_ms') });
}

function remember<T extends object>(port: T): T {
  safe.add(port);
  return port;
}
