import * as z from 'zod';
import { keep, milliseconds, offsets, runId, step, timeMs } from './fields.js';

/** Answers the frames of one run until a stop condition holds. */
export const workerRunEvent = z.strictObject({
  run_id: runId,
  step,
  /** Where to begin: the positions that the publisher function returned. @default the oldest record */
  from: offsets.optional(),
  /** Ends after this many frames. */
  count: z.number().int().min(1).max(10_000_000).optional(),
  /** Ends when no frame of the run came for so long, counted from the first one. */
  idle_ms: milliseconds.default(10_000),
  /**
   * What it does with a frame: what the frame's command says (echo, delay, several, fail, finish), or one of these for
   * all frames.
   */
  behaviour: z.enum(['by_command', 'echo', 'delay', 'several', 'fail']).default('by_command'),
  /** For delay. */
  delay_ms: milliseconds.default(100),
  /** For several. */
  replies: z.number().int().min(1).max(1_000).default(3),
  keep,
  time_ms: timeMs,
});

const base64 = z.string().regex(/^[A-Za-z0-9+/]*={0,2}$/, 'is not base64');

/**
 * A record as an event source mapping delivers it. What it holds is looked at record by record (`record_content`): one
 * that makes no sense must not hold up the others, which would come again with it.
 */
export const kafkaRecord = z.looseObject({
  topic: z.string().min(1),
  partition: z.number().int().min(0),
  offset: z.number().int().min(0),
});

/** What a record holds. A header without a value is null, and so are the headers of a record that has none. */
export const recordContent = z.looseObject({
  key: base64.nullish(),
  value: base64.nullish(),
  headers: z.array(z.record(z.string(), z.array(z.number().int().min(-128).max(255)).nullable())).nullish(),
});

/** What Lambda sends for an event source mapping on MSK or a Kafka of one's own. */
export const kafkaEvent = z.looseObject({
  eventSource: z.enum(['aws:kafka', 'SelfManagedKafka']),
  records: z.record(z.string(), z.array(kafkaRecord)),
});

export type WorkerRunEvent = z.output<typeof workerRunEvent>;
export type KafkaEvent = z.output<typeof kafkaEvent>;
export type KafkaRecord = z.output<typeof kafkaRecord>;
