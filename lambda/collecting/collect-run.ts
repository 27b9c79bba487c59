import { reply_to_subscriber, type config, type position } from '../../src/index.js';
import { wallMsOf } from '../../src/frame/timestamp.js';
import { offsetMap } from '../event/fields.js';
import type { ReplyToEvent } from '../event/reply-to-event.js';
import { Exceptions, ListedFrames, type ListedFrame } from '../runtime/bounded-list.js';
import { asMember, type MemberFacts } from '../runtime/run-member.js';
import { rangesOf } from '../runtime/number-ranges.js';
import { Latency, type LatencySummary } from '../runtime/latency.js';
import { ofRun, settingsOfRun } from '../runtime/run-records.js';
import { StopCondition, type StoppedBy } from '../runtime/stop-condition.js';
import type { TimeBudget } from '../runtime/time-budget.js';

export interface CollectException {
  readonly kind: 'late' | 'duplicate' | 'corrupt' | 'error';
  readonly correlation_id: string;
  readonly position: position;
  readonly detail?: string;
}

export interface CollectResult extends MemberFacts {
  readonly run_id: string;
  readonly stopped_by: StoppedBy;
  readonly ledger: {
    /** Requests that were answered completely, without late ones. */
    readonly delivered: number;
    /** Requests that were complete only after their deadline. Compares the clocks of two machines. */
    readonly late: number;
    readonly duplicate: number;
    /** Skipped records of others. */
    readonly foreign: number;
    readonly corrupt: number;
    /** Error replies; they count as delivered too. */
    readonly errors: number;
  };
  /** With `of_step`: the numbers of the requests of this step that were answered completely, in time or late: "0-12,40". */
  readonly answered: string;
  readonly exceptions: readonly CollectException[];
  readonly exceptions_left_out: number;
  /** The positions of the first replies. */
  readonly positions: readonly ListedFrame[];
  readonly positions_left_out: number;
  readonly latency: { readonly reply_sent_to_received: LatencySummary };
  readonly partitions: readonly number[];
}

/** Collects the replies of one run from given positions, until a stop condition holds. */
export async function collectRun(settings: config, event: ReplyToEvent, time: TimeBudget): Promise<CollectResult> {
  const own = settingsOfRun(settings, event.run_id);
  const exceptions = new Exceptions<CollectException>();
  const counts = { delivered: 0, late: 0, duplicate: 0, corrupt: 0, errors: 0 };
  const positions = new ListedFrames();
  const latency = new Latency();
  const replies = new Map<string, Set<number>>();
  const answered: number[] = [];
  const stop = new StopCondition({ count: event.count, idle_ms: event.idle_ms, work: time.work });
  const codec = own.frame_codec.request_reply;
  const prefix = event.of_step === undefined ? '' : `${event.run_id}/${event.of_step}/`;
  const sub = reply_to_subscriber.create(own, {
    accept: ofRun(event.run_id),
    from: offsetMap(event.from),
    on_bad_record: ({ position, reason }) => {
      counts.corrupt += 1;
      exceptions.add({ kind: 'corrupt', correlation_id: '', position, detail: reason });
    },
  });
  const membership = { settings, group: own.groups.reply_to, keep: event.keep, time };
  const life = await asMember(sub, membership, async () => {
    const { partitions } = sub.status;
    const reading = (async () => {
      for await (const { frame, position, received_at_ms } of sub.deliveries) {
        const info = codec?.reply_info(frame);
        if (info === undefined) continue;
        const { correlation_id, number, last } = info;
        if (!correlation_id.startsWith(prefix)) continue;
        const numbers = replies.get(correlation_id) ?? new Set<number>();
        replies.set(correlation_id, numbers);
        if (numbers.has(number)) {
          counts.duplicate += 1;
          exceptions.add({ kind: 'duplicate', correlation_id, position });
          continue;
        }
        numbers.add(number);
        positions.add([position.partition, position.offset, correlation_id]);
        if (frame.sentAt !== undefined) latency.add(received_at_ms - wallMsOf(frame.sentAt));
        if (!last) continue;
        if (info.error !== undefined) {
          counts.errors += 1;
          exceptions.add({ kind: 'error', correlation_id, position, detail: info.error.code });
        }
        // The deadline of its request, which the worker copied.
        const late = frame.deadline !== undefined && received_at_ms > wallMsOf(frame.deadline);
        counts[late ? 'late' : 'delivered'] += 1;
        const n = correlation_id.slice(prefix.length);
        if (prefix !== '' && /^\d{1,9}$/.test(n)) answered.push(Number(n));
        if (late) exceptions.add({ kind: 'late', correlation_id, position });
        stop.seen();
      }
    })();
    const stoppedBy = await Promise.race([stop.stopped, reading.then((): StoppedBy => 'deadline')]);
    if (event.drain_ms > 0) {
      // It ends with the time for work, or when it is aborted. In both cases the collected replies are returned.
      await time.work.pause(event.drain_ms, { stage: 'receive', what: 'duplicates' }).catch(() => undefined);
    }
    return { partitions, stopped_by: stoppedBy };
  }).finally(() => stop.close());
  const { foreign } = sub.status;
  return {
    run_id: event.run_id,
    ledger: { ...counts, foreign },
    answered: rangesOf(answered),
    exceptions: exceptions.listed,
    exceptions_left_out: exceptions.leftOut,
    positions: positions.listed,
    positions_left_out: positions.leftOut,
    latency: { reply_sent_to_received: latency.summary() },
    ...life,
  };
}
