import { onAbort } from '../../src/base/abort.js';
import type { Deadline } from '../../src/base/deadline.js';
import {
  payload_text,
  pubsub_error,
  requester,
  text_payload,
  worker_frame,
  type AirCoreFrame,
  type config,
} from '../../src/index.js';
import type { request_event } from '../event/publisher-event.js';
import { clean_up_group, type group_fate } from '../runtime/group-cleanup.js';
import type { MetricLines } from '../runtime/metric-lines.js';
import { of_run, run_headers, settings_of_run } from '../runtime/run-records.js';
import type { TimeBudget } from '../runtime/time-budget.js';
import { RequestTally, type tally_facts } from './request-tally.js';

export interface request_result extends tally_facts {
  readonly action: 'request';
  readonly run_id: string;
  /** Frames sent until one was answered, and how long that took. */
  readonly warm_up: { readonly frames: number; readonly ms: number } | undefined;
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
  const own = settings_of_run(settings, event.run_id);
  const tally = new RequestTally();
  const run = new RequestRun(own, event, tally, time.work);
  const startedAt = performance.now();
  let connect_ms = 0;
  let dispose_ms = 0;
  let group: group_fate;
  let warm_up: request_result['warm_up'];
  let reply_partitions: readonly number[] = [];
  try {
    await run.caller.connect({ timeout_ms: time.work.remainingMs(), signal: time.work.signal });
    connect_ms = Math.round(performance.now() - startedAt);
    reply_partitions = run.caller.tracking.partitions;
    warm_up = event.warm_up_ms === 0 ? undefined : await run.warmUp(event.warm_up_ms);
    await run.all();
    await run.drain();
  } finally {
    const disposingAt = performance.now();
    await run.caller.dispose({ timeout_ms: time.closingMs() });
    dispose_ms = Math.round(performance.now() - disposingAt);
    group = await clean_up_group(settings, own.groups.reply_to, event.keep, time.closingMs());
  }
  const facts = tally.facts();
  metrics.add('RoundTripMs', ...tally.round_trips(MEASURED_ROUND_TRIPS));
  metrics.add('LostFrames', facts.ledger.unanswered);
  const { run_id } = event;
  return { action: 'request', run_id, ...facts, warm_up, connect_ms, dispose_ms, reply_partitions, group };
}

/** The requests of one run, told to the tally. */
class RequestRun {
  readonly caller: requester;
  readonly #settings: config;
  readonly #event: request_event;
  readonly #tally: RequestTally;
  readonly #work: Deadline;
  readonly #acknowledged = new Set<string>();
  readonly #text: string;
  /** Warm-up frames are not counted, and neither is what comes of them. */
  readonly #prefix: string;
  #lateCame: () => void = () => undefined;

  constructor(settings: config, event: request_event, tally: RequestTally, work: Deadline) {
    this.#settings = settings;
    this.#event = event;
    this.#tally = tally;
    this.#work = work;
    this.#text = 'x'.repeat(event.payload_bytes);
    this.#prefix = `${event.run_id}/${event.step}/`;
    this.caller = requester.create(settings, {
      accept: of_run(event.run_id),
      on_bad_record: ({ position, reason }) => tally.stray('corrupt', '', position, reason),
      on_reply: ({ kind, correlation_id, position }) => {
        if (kind !== 'foreign') tally.reply_seen(position, correlation_id);
        // Other steps of the run, and the split flow, have replies on this topic too.
        if (kind === 'reply' || !correlation_id.startsWith(this.#prefix)) return;
        if (kind !== 'late') tally.stray(kind, correlation_id, position);
        else {
          tally.late(correlation_id, position);
          this.#lateCame();
        }
      },
      on_sent: ({ correlation_id, position, ack_ms }) => {
        if (!correlation_id.startsWith(this.#prefix)) {
          tally.warm_up(position, correlation_id);
          return;
        }
        this.#acknowledged.add(correlation_id);
        tally.acknowledged(correlation_id, position, ack_ms);
      },
    });
  }

  /** Frames that nobody counts, until one is answered: the worker may still be on its way into its group. */
  async warmUp(limit_ms: number): Promise<{ frames: number; ms: number }> {
    const startedAt = performance.now();
    for (let frames = 1; ; frames += 1) {
      const elapsed = performance.now() - startedAt;
      const left = Math.min(this.#work.remainingMs(), limit_ms - elapsed);
      if (left <= 0) throw nobody_answered(elapsed, frames - 1);
      try {
        await this.caller.request(worker_frame({ path: [0], command: 'echo', payloads: [text_payload('warm-up')] }), {
          timeout_ms: Math.min(WARM_UP_TIMEOUT_MS, left),
          correlation_id: `${this.#event.run_id}/warm-up/${this.#event.step}/${frames}`,
          headers: run_headers(this.#event.run_id),
        });
        return { frames, ms: Math.round(performance.now() - startedAt) };
      } catch (error) {
        // A time-out means: not yet. Anything else will not pass by trying again.
        if (!pubsub_error.is(error) || error.code !== 'deadline_exceeded') throw error;
      }
    }
  }

  async all(): Promise<void> {
    const { count, concurrency, paths } = this.#event;
    let next = 0;
    const lane = async (): Promise<void> => {
      while (next < count && !this.#work.over) {
        const n = next;
        next += 1;
        await this.#one(n, n % paths);
      }
    };
    await Promise.all(Array.from({ length: Math.min(concurrency, count) }, lane));
  }

  /** Late replies are told from lost ones by waiting for them a while. */
  async drain(): Promise<void> {
    const ms = Math.min(this.#event.drain_ms, this.#work.remainingMs());
    if (this.#tally.waiting_for_late > 0) {
      await new Promise<void>((resolve) => {
        let forget: () => void = () => undefined;
        const end = (): void => {
          clearTimeout(timer);
          forget();
          resolve();
        };
        const timer = setTimeout(end, ms);
        this.#lateCame = () => {
          if (this.#tally.waiting_for_late === 0) end();
        };
        forget = onAbort(this.#work.signal, end);
      });
    }
    this.#tally.drained();
  }

  async #one(n: number, path: number): Promise<void> {
    const correlation_id = `${this.#prefix}${n}`;
    const { command, expect, run_id } = this.#event;
    const frame = worker_frame({ path: [path], command, payloads: [text_payload(`${n}:${this.#text}`)] });
    const timeout_ms = Math.min(this.#event.timeout_ms, this.#work.remainingMs());
    const startedAt = performance.now();
    this.#tally.sent();
    try {
      const replies: AirCoreFrame[] = [];
      const options = { timeout_ms, correlation_id, headers: run_headers(run_id), signal: this.#work.signal };
      if (expect === 'several') for await (const reply of this.caller.request_many(frame, options)) replies.push(reply);
      else replies.push(await this.caller.request(frame, options));
      const last = replies.at(-1);
      if (last === undefined) return;
      this.#tally.delivered(
        { n, path, correlation_id },
        last,
        performance.now() - startedAt,
        this.#settings.clock.wall_ms(),
      );
      this.#judge(correlation_id, n, replies);
    } catch (thrown) {
      this.#failed(correlation_id, pubsub_error.from(thrown, 'reply'), performance.now() - startedAt);
    }
  }

  #judge(correlation_id: string, n: number, replies: readonly AirCoreFrame[]): void {
    const { expect } = this.#event;
    const texts = replies.map((reply) => payload_text(reply) ?? '');
    if (expect === 'error') this.#tally.wrong(correlation_id, 'an ordinary reply, where an error reply was due');
    else if (expect === 'several') {
      if (texts.length < 2) this.#tally.wrong(correlation_id, `${texts.length} replies, where several were due`);
      else if (texts.some((text, index) => text !== `reply ${index}`)) {
        this.#tally.wrong(correlation_id, `replies in the order ${texts.join(', ')}`);
      }
    } else if (texts[0] !== `${n}:${this.#text}`)
      this.#tally.wrong(correlation_id, 'the reply is not the echo of its request');
  }

  #failed(correlation_id: string, error: pubsub_error, total_ms: number): void {
    if (error.code === 'reply_error') {
      const code = String(error.details['reply_code']);
      this.#tally.delivered_error(code, total_ms);
      if (this.#event.expect !== 'error') this.#tally.wrong(correlation_id, `error reply ${code}`);
    } else if (this.#acknowledged.has(correlation_id)) {
      // It was written: whatever ended the wait, its reply may still come.
      this.#tally.timed_out(correlation_id);
    } else {
      this.#tally.send_failed(correlation_id, `${error.code}: ${error.raw_message}`);
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
