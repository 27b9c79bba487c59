import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { parseEvent } from '../../../lambda/event/parse.js';
import { publisherEvent } from '../../../lambda/event/publisher-event.js';
import { replyToEvent } from '../../../lambda/event/reply-to-event.js';
import { kafkaEvent, workerRunEvent } from '../../../lambda/event/worker-event.js';

const publish = { action: 'publish', run_id: 'r', frames: [{ path: [1] }] };
const replies = { action: 'publish', run_id: 'r', topic_type: 'reply_to' };
const request = { action: 'request', run_id: 'r' };
const run = { run_id: 'r' };
const schemas = { publisherEvent, workerRunEvent, replyToEvent, kafkaEvent };
const mapping = (record: object): object => ({
  eventSource: 'aws:kafka',
  records: { 't-0': [{ topic: 't', partition: 0, offset: 0, ...record }] },
});

describe('an invalid event is refused, with every wrong field', () => {
  test.each<[schema: keyof typeof schemas, event: unknown, said: string]>([
    ['publisherEvent', {}, 'action is missing; it takes one of positions, publish, request, rights'],
    ['publisherEvent', null, '(the event) must be an object'],
    ['publisherEvent', { action: 'positions', x: 1 }, '(the event) has unknown fields: x'],
    ['publisherEvent', { action: 'publish', run_id: 'r' }, '(the event) needs frames, generate or bad_records'],
    ['publisherEvent', { ...publish, run_id: 'a b' }, 'run_id takes 1 to 64 letters, digits and "-"'],
    ['publisherEvent', { ...publish, run_id: 'a'.repeat(65) }, 'run_id takes 1 to 64 letters, digits and "-"'],
    ['publisherEvent', { ...publish, step: '' }, 'step is too short; the least is 1'],
    ['publisherEvent', { ...publish, topic_type: 'x' }, 'topic_type takes one of worker, reply_to'],
    ['publisherEvent', { ...publish, timeout_ms: 900_001 }, 'timeout_ms is too large; the most is 900000'],
    ['publisherEvent', { ...publish, frames: [] }, 'frames has too few entries; the least is 1'],
    ['publisherEvent', { ...publish, frames: [{ path: [] }] }, 'frames.0.path has too few entries; the least is 1'],
    ['publisherEvent', { ...publish, frames: [{ path: [true] }] }, 'frames.0.path takes one of a number, a string'],
    ['publisherEvent', { ...publish, frames: [{ path: ['a', '\ud800'] }] }, 'frames.0.path'],
    ['publisherEvent', { ...publish, frames: [{ pth: 1 }] }, 'frames.0 has unknown fields: pth'],
    [
      'publisherEvent',
      { ...publish, frames: [{ command: 'echo' }] },
      'frames.0.path is missing; a frame for the worker',
    ],
    [
      'publisherEvent',
      { ...publish, frames: [{ path: 1 }, { path: 1, partition: 0 }] },
      'frames.1.partition is not for',
    ],
    [
      'publisherEvent',
      { ...replies, frames: [{ text: 'x' }] },
      'frames.0.partition is missing; a frame for the reply_to',
    ],
    [
      'publisherEvent',
      { ...replies, frames: [{ partition: 0, path: 1 }] },
      'frames.0.path is not for the reply_to topic',
    ],
    ['publisherEvent', { ...replies, frames: [{ partition: -1 }] }, 'frames.0.partition is too small; the least is 0'],
    ['publisherEvent', { ...replies, frames: [{ partition: 1.5 }] }, 'frames.0.partition must be an integer'],
    [
      'publisherEvent',
      { ...replies, generate: { count: 1, reply_partitions: [0] } },
      'generate is not for the reply_to',
    ],
    ['publisherEvent', { ...publish, bad_records: ['x'] }, 'bad_records.0 takes one of null_value, empty_value'],
    ['publisherEvent', { ...publish, generate: { reply_partitions: [0] } }, 'generate.count is missing'],
    ['publisherEvent', { ...publish, generate: { count: 1 } }, 'generate.reply_partitions is missing'],
    ['publisherEvent', { ...request, step: 'a', also: [{ step: 'a' }] }, 'also has two parts with the same step'],
    ['publisherEvent', { ...request, also: [{ command: 1 }] }, 'also.0.command must be a string'],
    ['publisherEvent', { action: 'request' }, 'run_id is missing'],
    ['publisherEvent', { ...request, expect: 'x' }, 'expect takes one of echo, several, error'],
    ['publisherEvent', { ...request, count: 0 }, 'count is too small; the least is 1'],
    ['publisherEvent', { ...request, concurrency: 10_001 }, 'concurrency is too large; the most is 10000'],
    ['publisherEvent', { ...request, keep: 'yes' }, 'keep must be true or false'],
    ['workerRunEvent', {}, 'run_id is missing'],
    ['workerRunEvent', { ...run, cuont: 1 }, '(the event) has unknown fields: cuont'],
    ['workerRunEvent', { ...run, behaviour: 'x' }, 'behaviour takes one of by_command, echo, delay, several, fail'],
    ['workerRunEvent', { ...run, from: { a: 1 } }, 'from.a is not a partition'],
    ['workerRunEvent', { ...run, from: { 0: -1 } }, 'from.0 is too small; the least is 0'],
    ['workerRunEvent', { ...run, replies: 1.5 }, 'replies must be an integer'],
    ['replyToEvent', {}, 'run_id is missing'],
    ['replyToEvent', { ...run, drain_ms: -1 }, 'drain_ms is too small; the least is 0'],
    ['replyToEvent', { ...run, of_step: 5 }, 'of_step must be a string'],
    ['kafkaEvent', { eventSource: 'aws:sqs', records: {} }, 'eventSource takes one of aws:kafka, SelfManagedKafka'],
    ['kafkaEvent', { eventSource: 'aws:kafka' }, 'records is missing'],
    ['kafkaEvent', mapping({ offset: '7' }), 'records.t-0.0.offset must be a number'],
  ])('%s: %j', (name, event, said) => {
    const schema: z.ZodType = schemas[name];
    expect(() => parseEvent(schema, event)).toThrow(expect.objectContaining({ code: 'event_invalid' }));
    expect(() => parseEvent(schema, event)).toThrow(said);
  });

  test('all problems are reported at once', () => {
    expect(() => parseEvent(workerRunEvent, { behaviour: 1, count: 0, x: 1 })).toThrow(
      /run_id is missing.*count is too small.*behaviour takes one of.*unknown fields: x/,
    );
  });
});

test('a field that is left out has its default', () => {
  expect(parseEvent(workerRunEvent, run)).toEqual({
    run_id: 'r',
    step: 'main',
    idle_ms: 10_000,
    behaviour: 'by_command',
    delay_ms: 100,
    replies: 3,
    keep: false,
  });
  expect(parseEvent(replyToEvent, run)).toEqual({
    run_id: 'r',
    step: 'main',
    idle_ms: 10_000,
    drain_ms: 0,
    keep: false,
  });
});

test('unknown fields of a record from Lambda are accepted', () => {
  const { records } = parseEvent(kafkaEvent, { ...mapping({ timestampType: 'CREATE_TIME' }), eventSourceArn: 'arn' });
  expect(records['t-0']).toHaveLength(1);
});
