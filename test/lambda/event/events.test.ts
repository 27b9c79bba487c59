import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { parse_event } from '../../../lambda/event/parse.js';
import { publisher_event } from '../../../lambda/event/publisher-event.js';
import { reply_to_event } from '../../../lambda/event/reply-to-event.js';
import { kafka_event, worker_run_event } from '../../../lambda/event/worker-event.js';

const publish = { action: 'publish', run_id: 'r', frames: [{ path: [1] }] };
const request = { action: 'request', run_id: 'r' };
const run = { run_id: 'r' };
const schemas = { publisher_event, worker_run_event, reply_to_event, kafka_event };
const mapping = (record: object): object => ({
  eventSource: 'aws:kafka',
  records: { 't-0': [{ topic: 't', partition: 0, offset: 0, ...record }] },
});

describe('what is wrong with an event is said, field by field', () => {
  test.each<[schema: keyof typeof schemas, event: unknown, said: string]>([
    ['publisher_event', {}, 'action takes one of positions, publish, request, rights'],
    ['publisher_event', null, '(the event) must be an object'],
    ['publisher_event', { action: 'positions', x: 1 }, '(the event) has fields that nobody reads: x'],
    ['publisher_event', { action: 'publish', run_id: 'r' }, '(the event) needs frames, generate or bad_records'],
    ['publisher_event', { ...publish, run_id: 'a b' }, 'run_id takes 1 to 64 letters, digits and "-"'],
    ['publisher_event', { ...publish, run_id: 'a'.repeat(65) }, 'run_id takes 1 to 64 letters, digits and "-"'],
    ['publisher_event', { ...publish, step: '' }, 'step is too small; the least is 1'],
    ['publisher_event', { ...publish, topic_type: 'x' }, 'topic_type takes one of worker, reply_to'],
    ['publisher_event', { ...publish, timeout_ms: 900_001 }, 'timeout_ms is too large; the most is 900000'],
    ['publisher_event', { ...publish, frames: [] }, 'frames is too small; the least is 1'],
    ['publisher_event', { ...publish, frames: [{ path: [] }] }, 'frames.0.path is too small; the least is 1'],
    ['publisher_event', { ...publish, frames: [{ path: ['a'] }] }, 'frames.0.path.0 must be a number'],
    ['publisher_event', { ...publish, frames: [{ pth: 1 }] }, 'frames.0 has fields that nobody reads: pth'],
    ['publisher_event', { ...publish, bad_records: ['x'] }, 'bad_records.0 takes one of null_value, empty_value'],
    ['publisher_event', { ...publish, generate: { reply_partitions: [0] } }, 'generate.count is missing'],
    ['publisher_event', { ...publish, generate: { count: 1 } }, 'generate.reply_partitions is missing'],
    ['publisher_event', { ...request, step: 'a', also: [{ step: 'a' }] }, 'also names a step twice'],
    ['publisher_event', { ...request, also: [{ command: 1 }] }, 'also.0.command must be a string'],
    ['publisher_event', { action: 'request' }, 'run_id is missing'],
    ['publisher_event', { ...request, expect: 'x' }, 'expect takes one of echo, several, error'],
    ['publisher_event', { ...request, count: 0 }, 'count is too small; the least is 1'],
    ['publisher_event', { ...request, concurrency: 10_001 }, 'concurrency is too large; the most is 10000'],
    ['publisher_event', { ...request, keep: 'yes' }, 'keep must be a boolean'],
    ['worker_run_event', {}, 'run_id is missing'],
    ['worker_run_event', { ...run, cuont: 1 }, '(the event) has fields that nobody reads: cuont'],
    ['worker_run_event', { ...run, behaviour: 'x' }, 'behaviour takes one of by_command, echo, delay, several, fail'],
    ['worker_run_event', { ...run, from: { a: 1 } }, 'from.a is no partition'],
    ['worker_run_event', { ...run, from: { 0: -1 } }, 'from.0 is too small; the least is 0'],
    ['worker_run_event', { ...run, replies: 1.5 }, 'replies must be an int'],
    ['reply_to_event', {}, 'run_id is missing'],
    ['reply_to_event', { ...run, drain_ms: -1 }, 'drain_ms is too small; the least is 0'],
    ['reply_to_event', { ...run, of_step: 5 }, 'of_step must be a string'],
    ['kafka_event', { eventSource: 'aws:sqs', records: {} }, 'eventSource takes one of aws:kafka, SelfManagedKafka'],
    ['kafka_event', { eventSource: 'aws:kafka' }, 'records is missing'],
    ['kafka_event', mapping({ offset: '7' }), 'records.t-0.0.offset must be a number'],
  ])('%s: %j', (name, event, said) => {
    const schema: z.ZodType = schemas[name];
    expect(() => parse_event(schema, event)).toThrow(expect.objectContaining({ code: 'event_invalid' }));
    expect(() => parse_event(schema, event)).toThrow(said);
  });

  test('all of them at once', () => {
    expect(() => parse_event(worker_run_event, { behaviour: 1, count: 0, x: 1 })).toThrow(
      /run_id is missing.*count is too small.*behaviour takes one of.*nobody reads: x/,
    );
  });
});

test('what is left out has its default', () => {
  expect(parse_event(worker_run_event, run)).toEqual({
    run_id: 'r',
    step: 'main',
    idle_ms: 10_000,
    behaviour: 'by_command',
    delay_ms: 100,
    replies: 3,
    keep: false,
  });
  expect(parse_event(reply_to_event, run)).toEqual({
    run_id: 'r',
    step: 'main',
    idle_ms: 10_000,
    drain_ms: 0,
    keep: false,
  });
});

test('Lambda may send more about a record than we read', () => {
  const { records } = parse_event(kafka_event, { ...mapping({ timestampType: 'CREATE_TIME' }), eventSourceArn: 'arn' });
  expect(records['t-0']).toHaveLength(1);
});
