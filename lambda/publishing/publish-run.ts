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
import { plantBadRecords } from './bad-records.js';

export interface PublishResult {
  readonly action: 'publish';
  readonly run_id: string;
  readonly topic: string;
  readonly sent: number;
  readonly send_failed: number;
  readonly failures: readonly { correlation_id: string; code: string; message: string }[];
  /** The first ones, up to a limit that keeps the answer under 1 MB. */
  readonly positions: readonly ListedFrame[];
  readonly positions_left_out: number;
  readonly bad_records: readonly position[];
  readonly latency: { readonly ack: LatencySummary };
}

/** The maximum number of concurrent sends. */
const CONCURRENCY = 1_000;

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

  const send = async (frame: AirCoreFrame): Promise<void> => {
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
      const { code, raw_message } = pubsub_error.from(thrown, 'send');
      failures.add({ correlation_id: correlationId, code, message: raw_message });
    }
  };

  let underWay: Promise<void>[] = [];
  for (const frame of framesOf(settings, event, deadline)) {
    underWay.push(send(frame));
    if (underWay.length < CONCURRENCY) continue;
    await Promise.all(underWay);
    underWay = [];
  }
  await Promise.all(underWay);
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
): Generator<AirCoreFrame> {
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
    if (partition === undefined) yield worker_frame({ ...content, path: path ?? [], correlation_id });
    else {
      yield create_frame({
        ...content,
        sendTo: {
          correlationId: correlation_id,
          kafkaKey: { kafkaPartitionKey: { case: 'partitionInteger', value: partition } },
        },
      });
    }
  }
  if (generate === undefined) return;
  const { count, paths, payload_bytes, command, reply_partitions } = generate;
  const text = 'x'.repeat(payload_bytes);
  const now = settings.clock.wall_ms();
  const frameDeadline = timestampOf(now + deadline.remainingMs());
  for (let n = 0; n < count; n += 1) {
    const correlationId = `${run_id}/${step}/${n}`;
    yield worker_frame({
      path: [n % paths],
      correlation_id: correlationId,
      command,
      payloads: [text_payload(text)],
      replyTo: replyTo(correlationId, reply_partitions[n % reply_partitions.length] ?? 0),
      sentAt: timestampOf(settings.clock.wall_ms()),
      deadline: frameDeadline,
    });
  }
}
