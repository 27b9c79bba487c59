import type { publisher } from '../../src/index.js';
import {
  pubsub_error,
  type AirCoreFrame,
  type config,
  type delivery,
  type handled_event,
  type worker_counts,
} from '../../src/index.js';
import { RequestHandling } from '../../src/pubsub/worker/request-handling.js';
import { parseEvent } from '../event/parse.js';
import { recordContent, type KafkaEvent, type KafkaRecord } from '../event/worker-event.js';
import { Exceptions } from '../runtime/bounded-list.js';
import { behaviours } from './behaviours.js';
import type { BadRecordFacts } from './bad-records.js';
import { thrownText } from '../../src/base/thrown.js';

export interface KafkaRecordsResult {
  readonly source: string;
  readonly records: number;
  readonly counts: worker_counts;
  readonly bad: number;
  readonly bad_records: readonly BadRecordFacts[];
}

/** How long a reply to a request without a deadline is retried; after this, Lambda delivers the batch again. */
const REPLY_RETRY_MS = 30_000;

/**
 * Answers the records of an event source mapping: those of one partition and key one after the other, others
 * concurrently.
 *
 * @throws pubsub_error if a reply could not be written because of a temporary failure: Lambda then delivers the batch
 *   again
 */
export async function answerRecords(
  settings: config,
  replies: publisher,
  event: KafkaEvent,
): Promise<KafkaRecordsResult> {
  const bad = new Exceptions<BadRecordFacts>();
  const handling = new RequestHandling(
    settings,
    behaviours({ behaviour: 'by_command', delay_ms: 100, replies: 3 }, () => undefined),
    replies,
    REPLY_RETRY_MS,
  );
  const lines = new Map<string, Promise<void>>();
  const retryable: pubsub_error[] = [];
  const records = Object.values(event.records).flat();
  for (const record of records) {
    const request = deliveryOf(settings, record);
    if ('reason' in request) {
      bad.add(request);
      continue;
    }
    const { key } = request;
    const line = `${record.topic}/${record.partition}/${key?.toString('latin1') ?? `offset ${record.offset}`}`;
    const before = lines.get(line) ?? Promise.resolve();
    lines.set(
      line,
      before.then(async () => {
        const outcome = await handling.handle(request);
        const error = replyFailure(outcome);
        if (error?.retryable === true) retryable.push(error);
      }),
    );
  }
  await Promise.all(lines.values());
  const [first] = retryable;
  if (first !== undefined) throw first;
  return {
    source: event.eventSource,
    records: records.length,
    counts: handling.counts,
    bad: bad.count,
    bad_records: bad.listed,
  };
}

function replyFailure(outcome: handled_event<AirCoreFrame> | undefined): pubsub_error | undefined {
  if (outcome?.kind !== 'undeliverable') return undefined;
  const cause = outcome.error?.cause;
  return pubsub_error.is(cause) ? cause : undefined;
}

function deliveryOf(settings: config, record: KafkaRecord): delivery<AirCoreFrame> | BadRecordFacts {
  const { topic, partition, offset } = record;
  const position = { topic, partition, offset };
  try {
    const { key, value, headers } = parseEvent(recordContent, record);
    if (value === undefined || value === null || value === '') return { position, reason: 'the record has no value' };
    return {
      frame: settings.frame_codec.decode(Buffer.from(value, 'base64')),
      position,
      key: key === undefined || key === null ? null : Buffer.from(key, 'base64'),
      headers: headersOf(headers ?? []),
      received_at_ms: settings.clock.wall_ms(),
    };
  } catch (error) {
    const reason = pubsub_error.is(error) ? error.raw_message : thrownText(error);
    return { position, reason };
  }
}

/** A header without a value counts as absent. */
function headersOf(headers: readonly Readonly<Record<string, readonly number[] | null>>[]): Record<string, string> {
  const present = headers
    .flatMap((header) => Object.entries(header))
    .flatMap(([name, bytes]): [string, string][] => (bytes === null ? [] : [[name, Buffer.from(bytes).toString()]]));
  return Object.fromEntries(present);
}
