import * as z from 'zod';
import { path_numbers } from '../../src/index.js';
import { keep, milliseconds, runId, step, timeMs } from './fields.js';
import { rightsEvent } from './rights-event.js';

/** Returns the end offsets of both topics, from which everything else in a run starts. */
const positions = z.strictObject({
  action: z.literal('positions'),
  run_id: runId.optional(),
  time_ms: timeMs,
});

const pathPart = z.union([z.number().int().min(0), z.string().min(1)]).refine(isPathPart, {
  message: 'cannot be part of a path',
});

function isPathPart(part: number | string): boolean {
  try {
    path_numbers(part);
    return true;
  } catch {
    return false;
  }
}

/** One frame, for events that are written by hand. */
export const frameSpec = z.strictObject({
  /** For the worker topic, where every frame needs it. */
  path: z.union([pathPart, z.array(pathPart).min(1).max(16)]).optional(),
  /** For the reply_to topic, where every frame needs it. */
  partition: z.number().int().min(0).optional(),
  command: z.string().max(200).default('echo'),
  text: z.string().default(''),
  correlation_id: z.string().max(200).optional(),
  /** Its reply is sent to this partition of the reply_to topic. */
  reply_partition: z.number().int().min(0).optional(),
});

/** Many frames of one kind. Their correlation ids are "<run_id>/<step>/<number>". */
export const generatedFrames = z.strictObject({
  count: z.number().int().min(1).max(100_000),
  paths: z.number().int().min(1).max(100_000).default(20),
  payload_bytes: z.number().int().min(0).max(900_000).default(100),
  command: z.string().max(200).default('echo'),
  /** Replies are sent to these partitions in turn. */
  reply_partitions: z.array(z.number().int().min(0)).min(1),
});

/** Kinds of records that are not frames, to check that readers continue after them. */
export const badRecordKinds = ['null_value', 'empty_value', 'random_bytes', 'truncated'] as const;

/** Publishes frames without replies, and returns their positions. */
const publish = z
  .strictObject({
    action: z.literal('publish'),
    run_id: runId,
    step,
    topic_type: z.enum(['worker', 'reply_to']).default('worker'),
    frames: z.array(frameSpec).min(1).max(1_000).optional(),
    generate: generatedFrames.optional(),
    /** Written beside the frames, one of each kind to partition 0. */
    bad_records: z.array(z.enum(badRecordKinds)).optional(),
    /** For the send of each frame. */
    timeout_ms: milliseconds.default(10_000),
    time_ms: timeMs,
  })
  .refine((event) => event.frames !== undefined || event.generate !== undefined || event.bad_records !== undefined, {
    message: 'needs frames, generate or bad_records',
  })
  .check(({ value: { topic_type, frames = [], generate }, issues }) => {
    const refuse = (message: string, ...path: (string | number)[]): void =>
      void issues.push({ code: 'custom', message, path, input: path });
    const [needed, other] =
      topic_type === 'worker' ? (['path', 'partition'] as const) : (['partition', 'path'] as const);
    frames.forEach((frame, index) => {
      if (frame[needed] === undefined) {
        refuse(`is missing; a frame for the ${topic_type} topic needs one`, 'frames', index, needed);
      }
      if (frame[other] !== undefined) refuse(`is not for the ${topic_type} topic`, 'frames', index, other);
    });
    // Such frames have paths.
    if (topic_type !== 'worker' && generate !== undefined) refuse(`is not for the ${topic_type} topic`, 'generate');
  });

/** Requests of one kind. */
const requestFields = {
  step,
  /**
   * echo: the text of the reply must be that of the request. several: several replies. error: every reply is an error.
   */
  expect: z.enum(['echo', 'several', 'error']).default('echo'),
  command: z.string().max(200).default('echo'),
  count: z.number().int().min(1).max(100_000).default(1),
  concurrency: z.number().int().min(1).max(10_000).default(1),
  paths: z.number().int().min(1).max(100_000).default(20),
  payload_bytes: z.number().int().min(0).max(900_000).default(100),
  /** For each request. */
  timeout_ms: milliseconds.default(10_000),
};
const requestPart = z.strictObject(requestFields);

/** Sends requests with a requester that has its own reply_to subscription, and returns ledger and latencies. */
const request = z
  .strictObject({
    action: z.literal('request'),
    run_id: runId,
    ...requestFields,
    /** More kinds of requests, which the same requester sends one after the other, so that it joins a group once. */
    also: z.array(requestPart).max(8).default([]),
    /** First sends frames that are not counted, until one is answered, for at most this time. 0: none. */
    warm_up_ms: milliseconds.default(0),
    /** How long after its deadline a reply still counts as late instead of unanswered. */
    drain_ms: milliseconds.default(2_000),
    keep,
    time_ms: timeMs,
  })
  .refine(({ step: main, also }) => new Set([main, ...also.map((part) => part.step)]).size === also.length + 1, {
    message: 'has two parts with the same step',
    path: ['also'],
  });

export const publisherEvent = z.discriminatedUnion('action', [positions, publish, request, rightsEvent]);

export type PublishEvent = z.output<typeof publish>;
export type RequestEvent = z.output<typeof request>;
export type RequestPartEvent = z.output<typeof requestPart>;
