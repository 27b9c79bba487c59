import { worker, type config, type position, type pubsub_error, type worker_counts } from '../../src/index.js';
import { offsetMap } from '../event/fields.js';
import type { worker_run_event } from '../event/worker-event.js';
import { Exceptions } from '../runtime/bounded-list.js';
import { clean_up_group, type group_fate } from '../runtime/group-cleanup.js';
import { of_run, settings_of_run } from '../runtime/run-records.js';
import { StopCondition, type stopped_by } from '../runtime/stop-condition.js';
import type { TimeBudget } from '../runtime/time-budget.js';
import { behaviours } from './behaviours.js';

export interface bad_record_facts {
  readonly position: position;
  readonly reason: string;
}

export interface worker_run_result {
  readonly run_id: string;
  readonly stopped_by: stopped_by;
  readonly counts: worker_counts;
  /** Records of others that it skipped. */
  readonly foreign: number;
  readonly bad: number;
  readonly bad_records: readonly bad_record_facts[];
  /** Replies that could not be written, and why: the first hundred. */
  readonly undeliverable: readonly { correlation_id: string; code: string; message: string }[];
  /** Correlation ids of requests that were past their deadline: the first hundred. */
  readonly expired: readonly string[];
  /** One past the last frame of the run that was done with, per partition. */
  readonly done_until: Readonly<Record<string, number>>;
  readonly partitions: readonly number[];
  readonly restarts: number;
  readonly connect_ms: number;
  readonly dispose_ms: number;
  readonly group: group_fate;
}

/** Answers the frames of one run until it has had enough. */
export async function worker_run(
  settings: config,
  event: worker_run_event,
  time: TimeBudget,
): Promise<worker_run_result> {
  const own = settings_of_run(settings, event.run_id);
  const bad = new Exceptions<bad_record_facts>();
  const undeliverable = new Exceptions<worker_run_result['undeliverable'][number]>();
  const expired = new Exceptions<string>();
  const done_until: Record<string, number> = {};
  const stop = new StopCondition({ count: event.count, idle_ms: event.idle_ms, work: time.work });
  const from = offsetMap(event.from);
  let finishing = false;
  let denied: pubsub_error | undefined;
  const running = worker.create(
    own,
    behaviours(event, () => (finishing = true)),
    {
      accept: of_run(event.run_id),
      ...(from === undefined ? {} : { from }),
      on_bad_record: ({ position, reason }) => bad.add({ position, reason }),
      on_undeliverable: (frame, error) => {
        undeliverable.add({
          correlation_id: frame.sendTo?.correlationId ?? '',
          code: error.code,
          message: error.raw_message,
        });
        // A worker that may not write replies answers nobody: to go on would hide that until its time is over.
        if (error.code !== 'not_authorized') return;
        denied ??= error;
        stop.finish();
      },
      on_handled: ({ kind, delivery }) => {
        const { partition, offset } = delivery.position;
        done_until[partition] = Math.max(done_until[partition] ?? 0, offset + 1);
        if (kind === 'expired') expired.add(delivery.frame.sendTo?.correlationId ?? '');
        if (finishing) stop.finish();
        stop.seen();
      },
    },
  );
  const startedAt = performance.now();
  let connect_ms = 0;
  let dispose_ms = 0;
  let group: group_fate;
  let reason: stopped_by;
  let partitions: readonly number[] = [];
  try {
    await running.connect({ timeout_ms: time.work.remainingMs(), signal: time.work.signal });
    connect_ms = Math.round(performance.now() - startedAt);
    partitions = running.status.partitions;
    reason = await stop.stopped;
  } finally {
    stop.close();
    const disposingAt = performance.now();
    await running.dispose({ timeout_ms: time.closingMs() });
    dispose_ms = Math.round(performance.now() - disposingAt);
    group = await clean_up_group(settings, own.groups.worker, event.keep, time.closingMs());
  }
  if (denied !== undefined) throw denied;
  const { foreign, restarts } = running.status;
  return {
    run_id: event.run_id,
    stopped_by: reason,
    counts: running.counts,
    foreign,
    bad: bad.count,
    bad_records: bad.listed,
    undeliverable: undeliverable.listed,
    expired: expired.listed,
    done_until,
    partitions,
    restarts,
    connect_ms,
    dispose_ms,
    group,
  };
}
