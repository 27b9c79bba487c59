/** An instrument for a metric of the `metrics` port. */
export interface Instrument {
  readonly instrument: string;
  /** In the notation of UCUM; what is counted is in braces. */
  readonly unit: string;
  readonly description: string;
  /** From the unit of the port to this one. */
  readonly factor: number;
  /** Of the buckets of a histogram. @default those of the SDK */
  readonly boundaries?: readonly number[];
}

/** Seconds: those of the semantic conventions for durations of messaging clients, and more for long requests. */
const seconds = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 30, 60];

/** What each metric counts: unit and description. A test compares the names and descriptions with docs/metrics.md. */
const known: Readonly<Record<string, readonly [unit: string, description: string]>> = {
  request_ms: ['s', "a request's time to its complete reply"],
  failed_requests: ['{request}', 'requests that ended in an error, by its code'],
  reissued_requests: [
    '{request}',
    'idempotent requests that were sent again after their reply partition moved to another requester, or was gone',
  ],
  stray_replies: ['{reply}', 'replies that no open request waits for: late, duplicate or foreign'],
  frames_done: [
    '{frame}',
    'requests that a worker finished: handled, failed, timed_out, expired, invalid or undeliverable',
  ],
  handler_retries: ['{attempt}', 'attempts to handle a frame after its first one failed'],
  dead_letters: ['{record}', 'records that a worker wrote to its dead-letter topic: failed, timed_out or invalid'],
  dead_letter_failures: [
    '{frame}',
    'failed frames and invalid records that could not be written to the dead-letter topic; they were acknowledged',
  ],
  bad_records: ['{record}', 'records that do not decode or validate; each was skipped and passed to on_bad_record'],
  foreign_records: ['{record}', 'records that accept excluded before they were decoded'],
  records_skipped_by_gap: [
    '{record}',
    'records that were deleted (by retention, or by an administrator) before they were read',
  ],
  position_resets: [
    '{reset}',
    'how often the position in a partition changed: records_deleted, log_shorter, topic_replaced',
  ],
  produce_failures: [
    '{batch}',
    "batches of one partition that were not acknowledged, by Kafka's name for the error, or connection",
  ],
  produce_retries: ['{record}', 'records that were sent again'],
  connections_opened: [
    '{connection}',
    'connections to brokers that were opened, by the client library (kafkajs or platformatic)',
  ],
  throttle_ms: ['s', 'for how long a broker throttles a connection, because a quota of the client is used up'],
  connect_retries: ['{attempt}', 'failed attempts to reach a broker that were repeated'],
  consumer_restarts: [
    '{restart}',
    'failures of a group member (joining, heartbeats, fetching, positions) that were followed by another attempt',
  ],
  commits: ['{commit}', 'offset commits that the broker accepted'],
  commit_failures: ['{commit}', 'offset commits that failed; they are retried'],
  port_failures: ['{call}', 'calls of your logger that threw or rejected'],
};

/**
 * The instrument of a metric: `easy_pubsub.` and its name. The unit is not part of a name in OpenTelemetry, and
 * durations are in seconds: `request_ms` is `easy_pubsub.request.duration`, in `s`.
 */
export function instrumentOf(name: string): Instrument {
  const [unit = '1', description = ''] = known[name] ?? [];
  if (name.endsWith('_ms')) {
    const instrument = `easy_pubsub.${name.slice(0, -'_ms'.length)}.duration`;
    return { instrument, unit: 's', description, factor: 0.001, boundaries: seconds };
  }
  if (name.endsWith('_bytes')) {
    const instrument = `easy_pubsub.${name.slice(0, -'_bytes'.length)}.size`;
    return { instrument, unit: 'By', description, factor: 1 };
  }
  return { instrument: `easy_pubsub.${name}`, unit, description, factor: 1 };
}

/** The metrics that are described here. */
export const describedMetrics: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(known).map(([name, [, description]]) => [name, description]),
);
