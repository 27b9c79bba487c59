import type { MeterProvider, TracerProvider } from '@opentelemetry/api';
import type { metrics, tracing } from '../base/ports.js';
import { OpenTelemetryMetrics } from './metrics.js';
import { OpenTelemetryTracing } from './tracing.js';

/** What `opentelemetry_ports` uses. */
export interface opentelemetry_options {
  /** Creates the spans. @default the registered one; without one, there are no spans */
  readonly tracer_provider?: TracerProvider;
  /** Creates the instruments. @default the registered one; without one, nothing is measured */
  readonly meter_provider?: MeterProvider;
}

/** Two of the ports that `config.create` and `config.from_env` take. */
export interface opentelemetry_result {
  /** Spans for each request, send, handled frame and reply. */
  readonly tracing: tracing;
  /** The metrics of docs/metrics.md. */
  readonly metrics: metrics;
}

/**
 * The ports `tracing` and `metrics`, which use the API of OpenTelemetry: spans with the semantic conventions for
 * messaging, and an instrument for each metric of docs/metrics.md. The trace context travels as W3C `traceparent` and
 * `tracestate` in the headers of the records. The SDK may be registered before or after this call.
 *
 * @example
 * const settings = config.from_env(process.env, opentelemetry_ports());
 * const settings = config.from_env(process.env, { logger, ...opentelemetry_ports({ tracer_provider }) });
 */
export function opentelemetry_ports(options: opentelemetry_options = {}): opentelemetry_result {
  return {
    tracing: new OpenTelemetryTracing(options.tracer_provider),
    metrics: new OpenTelemetryMetrics(options.meter_provider),
  };
}
