import { worker, type config, type position, type pubsub_error, type worker_counts } from '../../src/index.js';
import { offsetMap } from '../event/fields.js';
import type { WorkerRunEvent } from '../event/worker-event.js';
import { Exceptions } from '../runtime/bounded-list.js';
import { cleanUpGroup, type GroupFate } from '../runtime/group-cleanup.js';
import { ofRun, settingsOfRun } from '../runtime/run-records.js';
import { StopCondition, type StoppedBy } from '../runtime/stop-condition.js';
import type { TimeBudget } from '../runtime/time-budget.js';
import { behaviours } from './behaviours.js';

export interface BadRecordFacts {
  readonly position: position;
  readonly reason: string;
}

export interface WorkerRunResult {
  readonly run_id: string;
  readonly stopped_by: StoppedBy;
  readonly counts: worker_counts;
  /** Records of others that it skipped. */
  readonly foreign: number;
  readonly bad: number;
  readonly bad_records: readonly BadRecordFacts[];
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
  readonly group: GroupFate;
}

/** Answers the frames of one run until it has had enough. */
export async function workerRun(settings: config, event: WorkerRunEvent, time: TimeBudget): Promise<WorkerRunResult> {
  const own = settingsOfRun(settings, event.run_id);
  const bad = new Exceptions<BadRecordFacts>();
  const undeliverable = new Exceptions<WorkerRunResult['undeliverable'][number]>();
  const expired = new Exceptions<string>();
  const doneUntil: Record<string, number> = {};
  const stop = new StopCondition({ count: event.count, idle_ms: event.idle_ms, work: time.work });
  const from = offsetMap(event.from);
  let finishing = false;
  let denied: pubsub_error | undefined;
  const running = worker.create(
    own,
    behaviours(event, () => (finishing = true)),
    {
      accept: ofRun(event.run_id),
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
        doneUntil[partition] = Math.max(doneUntil[partition] ?? 0, offset + 1);
        if (kind === 'expired') expired.add(delivery.frame.sendTo?.correlationId ?? '');
        if (finishing) stop.finish();
        stop.seen();
      },
    },
  );
  const startedAt = performance.now();
  let connectMs = 0;
  let disposeMs = 0;
  let group: GroupFate;
  let reason: StoppedBy;
  let partitions: readonly number[] = [];
  try {
    await running.connect({ timeout_ms: time.work.remainingMs(), signal: time.work.signal });
    connectMs = Math.round(performance.now() - startedAt);
    partitions = running.status.partitions;
    reason = await stop.stopped;
  } finally {
    stop.close();
    const disposingAt = performance.now();
    await running.dispose({ timeout_ms: time.closingMs() });
    disposeMs = Math.round(performance.now() - disposingAt);
    group = await cleanUpGroup(settings, own.groups.worker, event.keep, time.closingMs());
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
    done_until: doneUntil,
    partitions,
    restarts,
    connect_ms: connectMs,
    dispose_ms: disposeMs,
    group,
  };
}
