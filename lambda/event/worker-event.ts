import * as z from 'zod';
import { keep, milliseconds, offsets, runId, step, timeMs } from './fields.js';

/** Answers the frames of one run until a stop condition holds. */
export const workerRunEvent = z.strictObject({
  run_id: runId,
  step,
  /** Where to start: the positions that the publisher function returned. @default the oldest record */
  from: offsets.optional(),
  /** Ends after this many frames. */
  count: z.number().int().min(1).max(10_000_000).optional(),
  /** Ends when no frame of the run arrived for this time, counted from the first one. */
  idle_ms: milliseconds.default(10_000),
  /**
   * How it handles frames: according to the command of each (echo, delay, several, fail, finish), or one of these for
   * all.
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
 * A record as an event source mapping delivers it. Its content is checked separately (`record_content`), because an
 * invalid record must not block the others, which would be delivered again with it.
 */
export const kafkaRecord = z.looseObject({
  topic: z.string().min(1),
  partition: z.number().int().min(0),
  offset: z.number().int().min(0),
});

/** The content of a record. A header without a value is null, and so are the headers of a record that has none. */
export const recordContent = z.looseObject({
  key: base64.nullish(),
  value: base64.nullish(),
  headers: z.array(z.record(z.string(), z.array(z.number().int().min(-128).max(255)).nullable())).nullish(),
});

/** The event of an event source mapping on MSK or on a self-managed Kafka. */
export const kafkaEvent = z.looseObject({
  eventSource: z.enum(['aws:kafka', 'SelfManagedKafka']),
  records: z.record(z.string(), z.array(kafkaRecord)),
});

export type WorkerRunEvent = z.output<typeof workerRunEvent>;
export type KafkaEvent = z.output<typeof kafkaEvent>;
export type KafkaRecord = z.output<typeof kafkaRecord>;
