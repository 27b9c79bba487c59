import { noRequestCounts } from '../../lambda/publishing/request-counts.js';
import type { CollectResult } from '../../lambda/collecting/collect-run.js';
import type { PublishResult } from '../../lambda/publishing/publish-run.js';
import type { RequestResult } from '../../lambda/publishing/request-run.js';
import type { WorkerRunResult } from '../../lambda/working/worker-run.js';

const latency = { count: 1, p50: 1, p95: 2, p99: 3, max: 4 };

/** A healthy answer of `request`, but for what is given. */
export function requestResult(
  ledger: Partial<RequestResult['ledger']> = {},
  more: Partial<RequestResult> = {},
): RequestResult {
  return {
    action: 'request',
    run_id: 'run',
    ledger: {
      ...noRequestCounts,
      ...ledger,
    },
    also: [],
    wrong: 0,
    disordered: 0,
    reply_codes: {},
    send_failure: undefined,
    requests_ms: 100,
    exceptions: [],
    exceptions_left_out: 0,
    positions: [],
    reply_positions: [],
    positions_left_out: 0,
    latency: {
      send_to_ack: latency,
      send_to_worker: latency,
      worker_to_reply_sent: latency,
      reply_sent_to_received: latency,
      total: latency,
    },
    warm_up: undefined,
    connect_ms: 1,
    dispose_ms: 1,
    reply_partitions: [0],
    group: { name: 'publisher-run', outcome: 'deleted' },
    ...more,
  };
}

export function publishResult(more: Partial<PublishResult> = {}): PublishResult {
  return {
    action: 'publish',
    run_id: 'run',
    topic: 'sanity.worker',
    sent: 0,
    send_failed: 0,
    undecided: 0,
    never_sent: 0,
    unacknowledged: '',
    failures: [],
    positions: [],
    positions_left_out: 0,
    bad_records: [],
    latency: { ack: latency },
    ...more,
  };
}

export function collectResult(ledger: Partial<CollectResult['ledger']> = {}): CollectResult {
  return {
    run_id: 'run',
    stopped_by: 'count',
    ledger: { delivered: 0, late: 0, duplicate: 0, foreign: 0, corrupt: 0, errors: 0, ...ledger },
    answered: '',
    exceptions: [],
    exceptions_left_out: 0,
    positions: [],
    positions_left_out: 0,
    latency: { reply_sent_to_received: latency },
    partitions: [0],
    connect_ms: 1,
    dispose_ms: 1,
    group: { name: 'reply-to-run', outcome: 'deleted' },
  };
}

export function workerResult(
  counts: Partial<WorkerRunResult['counts']> = {},
  more: Partial<WorkerRunResult> = {},
): WorkerRunResult {
  return {
    run_id: 'run',
    stopped_by: 'finish',
    counts: {
      handled: 0,
      failed: 0,
      timed_out: 0,
      expired: 0,
      invalid: 0,
      undeliverable: 0,
      replies: 0,
      retries: 0,
      dead_letters: 0,
      ...counts,
    },
    foreign: 0,
    bad: 0,
    bad_records: [],
    undeliverable: [],
    expired: [],
    done_until: {},
    partitions: [0],
    restarts: 0,
    connect_ms: 1,
    dispose_ms: 1,
    group: { name: 'worker-run', outcome: 'deleted' },
    ...more,
  };
}
