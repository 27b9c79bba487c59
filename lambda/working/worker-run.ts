import { worker, type config, type pubsub_error, type worker_counts } from '../../src/index.js';
import { offsetMap } from '../event/fields.js';
import type { WorkerRunEvent } from '../event/worker-event.js';
import { Exceptions } from '../runtime/bounded-list.js';
import { asMember, type MemberFacts } from '../runtime/run-member.js';
import { ofRun, settingsOfRun } from '../runtime/run-records.js';
import { StopCondition, type StoppedBy } from '../runtime/stop-condition.js';
import type { TimeBudget } from '../runtime/time-budget.js';
import { BadRecords, type BadRecordFacts } from './bad-records.js';
import { behaviours } from './behaviours.js';

export interface WorkerRunResult extends MemberFacts {
  readonly run_id: string;
  readonly stopped_by: StoppedBy;
  readonly counts: worker_counts;
  /** Skipped records of others. */
  readonly foreign: number;
  readonly bad: number;
  /** Those of the run, then those of others: the first hundred of each. */
  readonly bad_records: readonly BadRecordFacts[];
  /** The first hundred replies that could not be written, with the reasons. */
  readonly undeliverable: readonly { correlation_id: string; code: string; message: string }[];
  /** The correlation ids of the first hundred requests that were past their deadline. */
  readonly expired: readonly string[];
  /** For each partition, one past the last frame of the run that is done. */
  readonly done_until: Readonly<Record<string, number>>;
  readonly partitions: readonly number[];
  readonly restarts: number;
}

/** Answers the frames of one run until a stop condition holds. */
export async function workerRun(settings: config, event: WorkerRunEvent, time: TimeBudget): Promise<WorkerRunResult> {
  const own = settingsOfRun(settings, event.run_id);
  const bad = new BadRecords(event.run_id);
  const undeliverable = new Exceptions<WorkerRunResult['undeliverable'][number]>();
  const expired = new Exceptions<string>();
  const doneUntil: Record<string, number> = {};
  const stop = new StopCondition({ count: event.count, idle_ms: event.idle_ms, work: time.work });
  let finishing = false;
  let denied: pubsub_error | undefined;
  const running = worker.create(
    own,
    behaviours(event, () => (finishing = true)),
    {
      accept: ofRun(event.run_id),
      from: offsetMap(event.from),
      on_bad_record: ({ position, reason, headers }) => bad.add({ position, reason }, headers),
      on_undeliverable: (frame, error) => {
        undeliverable.add({
          correlation_id: frame.sendTo?.correlationId ?? '',
          code: error.code,
          message: error.raw_message,
        });
        // A worker that may not write replies cannot work: continuing would hide the error until the end of its time.
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
  const membership = { settings, group: own.groups.worker, keep: event.keep, time };
  const life = await asMember(running, membership, async () => {
    const { partitions } = running.status;
    return { partitions, stopped_by: await stop.stopped };
  }).finally(() => stop.close());
  if (denied !== undefined) throw denied;
  const { foreign, restarts } = running.status;
  return {
    run_id: event.run_id,
    counts: running.counts,
    foreign,
    bad: bad.count,
    bad_records: bad.listed,
    undeliverable: undeliverable.listed,
    expired: expired.listed,
    done_until: doneUntil,
    restarts,
    ...life,
  };
}
