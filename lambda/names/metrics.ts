/**
 * The names of the metrics that functions write for CloudWatch; the stack's dashboard and alarms use the same names.
 * Every metric has one dimension, the stack, so each name costs as much as one custom metric per stack.
 */
export const metricUnits = {
  /**
   * From the send of a request to its complete reply, without the warm-up. For every counted request, or for a sample
   * of at most 1000 with the same distribution, so that p99 is a real percentile.
   */
  RoundTripMs: 'Milliseconds',
  /** Requests that a broker acknowledged and that were answered neither in time nor in the drain time after it. */
  LostFrames: 'Count',
  /** The verdict of a scheduled run: 1 for healthy, otherwise 0. */
  SanityHealthy: 'Count',
  /** Frames that a scheduled run lost, including its split flow. */
  SanityLostFrames: 'Count',
  /** p99 of the warm round trips of a scheduled run. */
  SanityRoundTripP99Ms: 'Milliseconds',
  /** How long a scheduled run took. */
  SanityRunMs: 'Milliseconds',
} as const;

export type MetricName = keyof typeof metricUnits;

export const METRIC_NAMESPACE = 'EasyPubsub';
export const STACK_DIMENSION = 'Stack';

/**
 * The variable that turns metrics on and names their stack. It is not a setting of the library, which all begin with
 * PUBSUB_: the library only has a port for metrics.
 */
export const METRICS_VARIABLE = 'EASY_PUBSUB_METRICS_STACK';
