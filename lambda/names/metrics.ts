/**
 * What functions measure for CloudWatch, by name; the stack's dashboard and alarms use the same names. Every metric has
 * one dimension, the stack: each name costs as one custom metric per stack.
 */
export const metricUnits = {
  /** From a request's send to its complete reply, warm-up left out. Of every counted request, so that p99 is one. */
  RoundTripMs: 'Milliseconds',
  /** Requests that a broker acknowledged and that got no reply, neither in time nor in the drain time after it. */
  LostFrames: 'Count',
  /** A scheduled run's verdict: 1 healthy, 0 anything else. */
  SanityHealthy: 'Count',
  /** Frames that a scheduled run lost, its split flow included. */
  SanityLostFrames: 'Count',
  /** Of a scheduled run's warm round trips. */
  SanityRoundTripP99Ms: 'Milliseconds',
  /** How long a scheduled run took. */
  SanityRunMs: 'Milliseconds',
} as const;

export type MetricName = keyof typeof metricUnits;

export const METRIC_NAMESPACE = 'EasyPubsub';
export const STACK_DIMENSION = 'Stack';

/**
 * The variable that turns metrics on, and says which stack they are of. It is none of the library's settings, which all
 * begin with PUBSUB_: the library has a port for metrics, and writes none.
 */
export const METRICS_VARIABLE = 'EASY_PUBSUB_METRICS_STACK';
