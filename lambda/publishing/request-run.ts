import { pubsub_error, requester, text_payload, worker_frame, type config } from '../../src/index.js';
import type { request_event } from '../event/publisher-event.js';
import { clean_up_group, type group_fate } from '../runtime/group-cleanup.js';
import type { MetricLines } from '../runtime/metric-lines.js';
import { of_run, run_headers, settings_of_run } from '../runtime/run-records.js';
import type { TimeBudget } from '../runtime/time-budget.js';
import { RequestPart } from './request-part.js';
import { RequestTally, type tally_facts } from './request-tally.js';

/** What became of the requests of one more part. */
export interface request_part_result extends tally_facts {
  readonly step: string;
}

export interface request_result extends tally_facts {
  readonly action: 'request';
  readonly run_id: string;
  /** Frames sent until one was answered, and how long that took. */
  readonly warm_up: { readonly frames: number; readonly ms: number } | undefined;
  /** Of the event's `also`, in its order. */
  readonly also: readonly request_part_result[];
  readonly connect_ms: number;
  readonly dispose_ms: number;
  readonly reply_partitions: readonly number[];
  readonly group: group_fate;
}

/** One attempt of the warm-up: shorter than a join, so that the first answer is not waited for longer than it takes. */
const WARM_UP_TIMEOUT_MS = 1_000;
/** Round trips of one invocation that become values of a metric: ten lines of log. */
const MEASURED_ROUND_TRIPS = 1_000;

/** Sends requests as a requester of its own, waits for what becomes of each, and tells. */
export async function request_run(
  settings: config,
  event: request_event,
  time: TimeBudget,
  metrics: MetricLines,
): Promise<request_result> {
  const { run_id } = event;
  const own = settings_of_run(settings, run_id);
  const tally = new RequestTally();
  const parts = [
    new RequestPart(own, run_id, event, tally, time.work),
    ...event.also.map((part) => new RequestPart(own, run_id, part, RequestTally.ofMany(), time.work)),
  ];
  const caller = caller_of(own, run_id, tally, parts);
  const startedAt = performance.now();
  let connect_ms = 0;
  let dispose_ms = 0;
  let group: group_fate;
  let warm_up: request_result['warm_up'];
  let reply_partitions: readonly number[] = [];
  try {
    await caller.connect({ timeout_ms: time.work.remainingMs(), signal: time.work.signal });
    connect_ms = Math.round(performance.now() - startedAt);
    reply_partitions = caller.tracking.partitions;
    warm_up = event.warm_up_ms === 0 ? undefined : await warmUp(caller, event, time);
    for (const part of parts) {
      await part.all(caller);
      await part.drain(event.drain_ms);
    }
  } finally {
    const disposingAt = performance.now();
    await caller.dispose({ timeout_ms: time.closingMs() });
    dispose_ms = Math.round(performance.now() - disposingAt);
    group = await clean_up_group(settings, own.groups.reply_to, event.keep, time.closingMs());
  }
  const main = tally.facts();
  const also = parts.slice(1).map((part) => ({ step: part.step, ...part.tally.facts() }));
  metrics.add('RoundTripMs', ...tally.round_trips(MEASURED_ROUND_TRIPS));
  metrics.add(
    'LostFrames',
    [main, ...also].reduce((sum, { ledger }) => sum + ledger.unanswered, 0),
  );
  return { action: 'request', run_id, ...main, warm_up, also, connect_ms, dispose_ms, reply_partitions, group };
}

/** A requester that tells each part what is its own, and the run's tally the rest. */
function caller_of(own: config, run_id: string, tally: RequestTally, parts: readonly RequestPart[]): requester {
  const ownerOf = (correlation_id: string): RequestPart | undefined => parts.find((part) => part.owns(correlation_id));
  return requester.create(own, {
    accept: of_run(run_id),
    on_bad_record: ({ position, reason }) => tally.stray('corrupt', '', position, reason),
    on_reply: ({ kind, correlation_id, position }) => {
      const part = ownerOf(correlation_id);
      if (kind !== 'foreign') (part?.tally ?? tally).reply_seen(position, correlation_id);
      // Other steps of the run, and the split flow, have replies on this topic too.
      if (kind === 'reply' || part === undefined) return;
      if (kind === 'late') part.late(correlation_id, position);
      else part.tally.stray(kind, correlation_id, position);
    },
    on_sent: ({ correlation_id, position, ack_ms }) => {
      const part = ownerOf(correlation_id);
      if (part === undefined) tally.warm_up(position, correlation_id);
      else part.acknowledged(correlation_id, position, ack_ms);
    },
  });
}

/** Frames that nobody counts, until one is answered: the worker may still be on its way into its group. */
async function warmUp(
  caller: requester,
  { run_id, step, warm_up_ms }: request_event,
  { work }: TimeBudget,
): Promise<{ frames: number; ms: number }> {
  const startedAt = performance.now();
  for (let frames = 1; ; frames += 1) {
    const elapsed = performance.now() - startedAt;
    const left = Math.min(work.remainingMs(), warm_up_ms - elapsed);
    if (left <= 0) throw nobody_answered(elapsed, frames - 1);
    try {
      await caller.request(worker_frame({ path: [0], command: 'echo', payloads: [text_payload('warm-up')] }), {
        timeout_ms: Math.min(WARM_UP_TIMEOUT_MS, left),
        correlation_id: `${run_id}/warm-up/${step}/${frames}`,
        headers: run_headers(run_id),
      });
      return { frames, ms: Math.round(performance.now() - startedAt) };
    } catch (error) {
      // A time-out means: not yet. Anything else will not pass by trying again.
      if (!pubsub_error.is(error) || error.code !== 'deadline_exceeded') throw error;
    }
  }
}

function nobody_answered(elapsed: number, frames: number): pubsub_error {
  return new pubsub_error(
    'deadline_exceeded',
    'reply',
    `${Math.round(elapsed)} ms passed, and no worker has answered`,
    {
      hint: 'Is the worker function running, does it read the same topic, and may it write to the reply_to topic?',
      details: { frames },
    },
  );
}
