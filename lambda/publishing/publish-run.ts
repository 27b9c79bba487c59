import { randomUUID } from 'node:crypto';
import type { Deadline } from '../../src/base/deadline.js';
import type { publisher } from '../../src/index.js';
import {
  create_frame,
  pubsub_error,
  text_payload,
  topic_type,
  worker_frame,
  type AirCoreFrame,
  type config,
  type position,
} from '../../src/index.js';
import { timestampOf } from '../../src/frame/timestamp.js';
import type { PublishEvent } from '../event/publisher-event.js';
import { Exceptions, ListedFrames, type ListedFrame } from '../runtime/bounded-list.js';
import { Latency, type LatencySummary } from '../runtime/latency.js';
import { runHeaders } from '../runtime/run-records.js';
import { rangesOf } from '../runtime/number-ranges.js';
import { plantBadRecords } from './bad-records.js';
import { CLOCK_MS, framesInFlight, isOutOfTime } from './in-flight.js';

export interface PublishResult {
  readonly action: 'publish';
  readonly run_id: string;
  readonly topic: string;
  /** Acknowledged. */
  readonly sent: number;
  /** Not acknowledged within their time. Some of them may still have been written. */
  readonly send_failed: number;
  /** The time of the invocation ended before the time of the frame, and before it was acknowledged. */
  readonly undecided: number;
  /** Not sent, because the time of the invocation was over. */
  readonly never_sent: number;
  /** The numbers of the generated frames that were not acknowledged, for whatever reason: "0-12,40". */
  readonly unacknowledged: string;
  readonly failures: readonly { correlation_id: string; code: string; message: string }[];
  /** The first ones, up to a limit that keeps the answer under 1 MB. */
  readonly positions: readonly ListedFrame[];
  readonly positions_left_out: number;
  readonly bad_records: readonly position[];
  readonly latency: { readonly ack: LatencySummary };
}

/** The maximum number of concurrent sends. */
const CONCURRENCY = 1_000;

/** A frame to publish, and its number if it was generated. */
interface Outgoing {
  readonly frame: AirCoreFrame;
  readonly n?: number;
}

/** Publishes frames without waiting for replies. */
export async function publishRun(
  settings: config,
  pub: publisher,
  event: PublishEvent,
  deadline: Deadline,
): Promise<PublishResult> {
  const kind = event.topic_type === 'worker' ? topic_type.worker : topic_type.reply_to;
  const topic = kind === topic_type.worker ? settings.topics.worker : settings.topics.reply_to;
  const failures = new Exceptions<PublishResult['failures'][number]>();
  const positions = new ListedFrames();
  const ack = new Latency();
  const unacknowledged: number[] = [];
  let undecided = 0;
  let neverSent = 0;

  const send = async ({ frame, n }: Outgoing): Promise<void> => {
    const correlationId = frame.sendTo?.correlationId ?? '';
    const startedAt = performance.now();
    try {
      const timeoutMs = Math.min(event.timeout_ms, deadline.remainingMs());
      const { partition, offset } = await pub.send(kind, frame, {
        timeout_ms: timeoutMs,
        headers: runHeaders(event.run_id),
      });
      ack.add(performance.now() - startedAt);
      positions.add([partition, offset, correlationId]);
    } catch (thrown) {
      const error = pubsub_error.from(thrown, 'send');
      if (n !== undefined) unacknowledged.push(n);
      const tookMs = performance.now() - startedAt;
      if (isOutOfTime(error) && tookMs < event.timeout_ms && deadline.remainingMs() < CLOCK_MS) undecided += 1;
      else failures.add({ correlation_id: correlationId, code: error.code, message: error.raw_message });
    }
  };

  const outgoing = framesOf(settings, event, deadline);
  const lane = async (): Promise<void> => {
    // The lanes share one iterator.
    for (const one of outgoing) {
      if (!deadline.over) await send(one);
      else {
        neverSent += 1;
        if (one.n !== undefined) unacknowledged.push(one.n);
      }
    }
  };
  const lanes = framesInFlight(CONCURRENCY, event.generate?.payload_bytes ?? 0);
  await Promise.all(Array.from({ length: lanes }, lane));
  const badRecords =
    event.bad_records === undefined
      ? []
      : await plantBadRecords(settings, event.run_id, kind, event.bad_records, deadline);
  return {
    action: 'publish',
    run_id: event.run_id,
    topic,
    sent: positions.count,
    send_failed: failures.count,
    undecided,
    never_sent: neverSent,
    unacknowledged: rangesOf(unacknowledged),
    failures: failures.listed,
    positions: positions.listed,
    positions_left_out: positions.leftOut,
    bad_records: badRecords,
    latency: { ack: ack.summary() },
  };
}

function* framesOf(
  settings: config,
  { frames, generate, run_id, step }: PublishEvent,
  deadline: Deadline,
): Generator<Outgoing> {
  const replyTo = (correlationId: string, partition: number) => ({
    correlationId,
    kafkaKey: {
      kafkaTopic: settings.topics.reply_to,
      kafkaPartitionKey: { case: 'partitionInteger' as const, value: partition },
    },
  });
  for (const { path, partition, command, text, correlation_id = randomUUID(), reply_partition } of frames ?? []) {
    const content = {
      command,
      payloads: [text_payload(text)],
      ...(reply_partition === undefined ? {} : { replyTo: replyTo(correlation_id, reply_partition) }),
    };
    if (partition === undefined) yield { frame: worker_frame({ ...content, path: path ?? [], correlation_id }) };
    else {
      const frame = create_frame({
        ...content,
        sendTo: {
          correlationId: correlation_id,
          kafkaKey: { kafkaPartitionKey: { case: 'partitionInteger', value: partition } },
        },
      });
      yield { frame };
    }
  }
  if (generate === undefined) return;
  const { count, paths, payload_bytes, command, reply_partitions } = generate;
  const text = 'x'.repeat(payload_bytes);
  const now = settings.clock.wall_ms();
  const frameDeadline = timestampOf(now + deadline.remainingMs());
  for (let n = 0; n < count; n += 1) {
    const correlationId = `${run_id}/${step}/${n}`;
    const frame = worker_frame({
      path: [n % paths],
      correlation_id: correlationId,
      command,
      payloads: [text_payload(text)],
      replyTo: replyTo(correlationId, reply_partitions[n % reply_partitions.length] ?? 0),
      sentAt: timestampOf(settings.clock.wall_ms()),
      deadline: frameDeadline,
    });
    yield { frame, n };
  }
}
