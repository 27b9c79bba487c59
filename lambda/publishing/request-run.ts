import { pubsub_error, requester, text_payload, worker_frame, type config } from '../../src/index.js';
import type { RequestEvent } from '../event/publisher-event.js';
import { NO_WORKER_ANSWERED } from '../names/no-worker-answered.js';
import { warmUpId } from '../names/warm-up.js';
import { asMember, type MemberFacts } from '../runtime/run-member.js';
import type { MetricLines } from '../runtime/metric-lines.js';
import { ofRun, runHeaders, settingsOfRun } from '../runtime/run-records.js';
import type { TimeBudget } from '../runtime/time-budget.js';
import { RequestPart } from './request-part.js';
import { RequestTally, type TallyFacts } from './request-tally.js';

/** The outcomes of the requests of an additional part. */
export interface RequestPartResult extends TallyFacts {
  readonly step: string;
}

export interface RequestResult extends TallyFacts, MemberFacts {
  readonly action: 'request';
  readonly run_id: string;
  /** The number of frames until one was answered, and the time. */
  readonly warm_up: { readonly frames: number; readonly ms: number } | undefined;
  /** For the event's `also`, in the same order. */
  readonly also: readonly RequestPartResult[];
  readonly reply_partitions: readonly number[];
}

/**
 * The time of one attempt of the warm-up: shorter than a join, so that the warm-up ends soon after the worker is ready.
 */
const WARM_UP_TIMEOUT_MS = 1_000;
/** The maximum number of round trips of one invocation in a metric: ten lines of log. */
const MEASURED_ROUND_TRIPS = 1_000;

/** Sends requests with its own requester, and waits for the outcome of each. */
export async function requestRun(
  settings: config,
  event: RequestEvent,
  time: TimeBudget,
  metrics: MetricLines,
): Promise<RequestResult> {
  const { run_id } = event;
  const own = settingsOfRun(settings, run_id);
  const tally = new RequestTally();
  const parts = [
    new RequestPart(own, run_id, event, tally, time.work),
    ...event.also.map((part) => new RequestPart(own, run_id, part, RequestTally.ofMany(), time.work)),
  ];
  const caller = callerOf(own, run_id, tally, parts);
  const membership = { settings, group: own.groups.reply_to, keep: event.keep, time };
  const life = await asMember(caller, membership, async () => {
    const replyPartitions = caller.tracking.partitions;
    const warmedUp = event.warm_up_ms === 0 ? undefined : await warmUp(caller, event, time);
    for (const part of parts) {
      await part.all(caller);
      await part.drain(event.drain_ms);
    }
    return { reply_partitions: replyPartitions, warm_up: warmedUp };
  });
  const main = tally.facts();
  const also = parts.slice(1).map((part) => ({ step: part.step, ...part.tally.facts() }));
  metrics.add('RoundTripMs', ...tally.roundTrips(MEASURED_ROUND_TRIPS));
  metrics.add(
    'LostFrames',
    [main, ...also].reduce((sum, { ledger }) => sum + ledger.unanswered, 0),
  );
  return { action: 'request', run_id, ...main, also, ...life };
}

/** A requester whose hooks report to the part of a frame, or otherwise to the tally of the run. */
function callerOf(own: config, runId: string, tally: RequestTally, parts: readonly RequestPart[]): requester {
  const ownerOf = (correlationId: string): RequestPart | undefined => parts.find((part) => part.owns(correlationId));
  return requester.create(own, {
    accept: ofRun(runId),
    on_bad_record: ({ position, reason }) => tally.unexpected('corrupt', '', position, reason),
    on_reply: ({ kind, correlation_id, position }) => {
      const part = ownerOf(correlation_id);
      if (kind !== 'foreign') (part?.tally ?? tally).replySeen(position, correlation_id);
      // This topic also has replies to other parts of the run, and of the split flow.
      if (kind === 'reply' || part === undefined) return;
      if (kind === 'late') part.late(correlation_id, position);
      else part.tally.unexpected(kind, correlation_id, position);
    },
    on_sent: ({ correlation_id, position, ack_ms }) => {
      const part = ownerOf(correlation_id);
      if (part === undefined) tally.warmUp(position, correlation_id);
      else part.acknowledged(correlation_id, position, ack_ms);
    },
  });
}

/** Sends frames that are not counted until one is answered, because the worker may still be joining its group. */
async function warmUp(
  caller: requester,
  { run_id, step, warm_up_ms }: RequestEvent,
  { work }: TimeBudget,
): Promise<{ frames: number; ms: number }> {
  const startedAt = performance.now();
  for (let frames = 1; ; frames += 1) {
    const elapsed = performance.now() - startedAt;
    const left = Math.min(work.remainingMs(), warm_up_ms - elapsed);
    if (left <= 0) throw noAnswer(elapsed, frames - 1);
    try {
      await caller.request(worker_frame({ path: [0], command: 'echo', payloads: [text_payload('warm-up')] }), {
        timeout_ms: Math.min(WARM_UP_TIMEOUT_MS, left),
        correlation_id: warmUpId(run_id, step, frames),
        headers: runHeaders(run_id),
      });
      return { frames, ms: Math.round(performance.now() - startedAt) };
    } catch (error) {
      // After a time-out, the worker may not be ready yet. Any other error is final.
      if (!pubsub_error.is(error) || error.code !== 'deadline_exceeded') throw error;
    }
  }
}

function noAnswer(elapsed: number, frames: number): pubsub_error {
  return new pubsub_error('deadline_exceeded', 'reply', `${NO_WORKER_ANSWERED} ${Math.round(elapsed)} ms`, {
    hint: 'Check that the worker function is running, that it reads the same topic, and that it may write to the reply_to topic.',
    details: { frames },
  });
}
