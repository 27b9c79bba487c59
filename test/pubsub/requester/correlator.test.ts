import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Deadline } from '../../../src/base/deadline.js';
import { pubsub_error } from '../../../src/base/error.js';
import { silentMetrics } from '../../../src/base/ports.js';
import type { reply_info } from '../../../src/frame/frame-codec.js';
import { Correlator } from '../../../src/pubsub/requester/correlator.js';
import { PendingRequest } from '../../../src/pubsub/requester/pending-request.js';
import type { reply_event } from '../../../src/pubsub/requester/requester-options.js';

let events: reply_event[];
let counted: string[];
let correlator: Correlator<reply_info>;
let expireSends: () => void;
let obstacle: pubsub_error | undefined;

beforeEach(() => {
  expireSends = () => undefined;
  obstacle = undefined;
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
  events = [];
  counted = [];
  correlator = new Correlator<reply_info>({
    onReply: (event) => events.push(event),
    metrics: {
      ...silentMetrics,
      count: (name, _value, labels) => counted.push([name, ...Object.values(labels ?? {})].join(' ')),
      observe: (name, value) => counted.push(`${name} ${value}`),
    },
    expireSends: () => expireSends(),
    replyTopic: 'replies',
    obstacle: () => obstacle,
  });
});
afterEach(() => vi.useRealTimers());

/** A request that records its events. */
function open(
  id: string,
  { timeoutMs = 1_000, partition = 0 } = {},
): { request: PendingRequest<reply_info>; told: string[] } {
  const told: string[] = [];
  const request = new PendingRequest<reply_info>({
    id,
    frame: reply(id),
    idempotent: false,
    headers: undefined,
    deadline: new Deadline(timeoutMs),
    deadlineWallMs: Date.now() + timeoutMs,
    span: undefined,
    onReply: ({ number }) => told.push(`reply ${number}`),
    resolve: ({ number }) => told.push(`complete ${number}`),
    reject: ({ code }) => told.push(code),
  });
  request.issueTo(partition);
  correlator.open(request);
  return { request, told };
}

const reply = (correlationId: string, number = 0, last = true, error?: reply_info['error']): reply_info => ({
  correlation_id: correlationId,
  number,
  last,
  error,
});

function receive(frame: reply_info): void {
  const position = { topic: 'reply_to', partition: 0, offset: events.length };
  const handed = { frame, handle: undefined, bytes: 0, position, key: null, headers: {}, received_at_ms: 0 };
  correlator.received(handed, frame);
}
const kinds = (): string[] => events.map(({ kind, correlation_id }) => `${kind} ${correlation_id}`);

describe('a request', () => {
  test('is complete with its reply, once', () => {
    const { told, request } = open('a');
    expect([correlator.size, correlator.has('a'), correlator.isOpen(request)]).toEqual([1, true, true]);
    vi.advanceTimersByTime(30);
    receive(reply('a'));
    receive(reply('a'));
    expect(told).toEqual(['reply 0', 'complete 0']);
    expect([correlator.size, correlator.has('a'), correlator.isOpen(request)]).toEqual([0, false, false]);
    expect(kinds()).toEqual(['reply a', 'duplicate a']);
    expect(correlator.counts).toEqual({ requests: 1, replies: 1, late: 0, duplicate: 1, foreign: 0 });
    expect(counted).toEqual(['request_ms 30', 'stray_replies duplicate']);
  });

  test('for several replies is complete with all of them, in any order', () => {
    const { told } = open('a');
    receive(reply('a', 2, true));
    receive(reply('a', 0, false));
    receive(reply('a', 0, false));
    expect(told).toEqual(['reply 2', 'reply 0']);
    receive(reply('a', 1, false));
    expect(told).toEqual(['reply 2', 'reply 0', 'reply 1', 'complete 2']);
    expect(kinds()).toEqual(['reply a', 'reply a', 'duplicate a', 'reply a']);
  });

  test('ends with an error reply, and later replies are duplicates', () => {
    const { told } = open('a');
    receive(reply('a', 0, true, { code: 'no', message: 'no' }));
    receive(reply('a'));
    expect(told).toEqual(['reply_error']);
    expect(kinds()).toEqual(['reply a', 'duplicate a']);
    expect(counted).toEqual(['failed_requests reply_error', 'stray_replies duplicate']);
  });

  test('that was handled twice ends with the error or the last reply of the second handling, whatever was seen', () => {
    const [failed, shorter] = [open('failed'), open('shorter')];
    for (const id of ['failed', 'shorter']) for (const number of [0, 1, 2]) receive(reply(id, number, false));
    receive(reply('failed', 0, true, { code: 'handler_failed', message: 'x' }));
    receive(reply('shorter', 0, false));
    receive(reply('shorter', 1, true));
    const seen = ['reply 0', 'reply 1', 'reply 2'];
    expect([failed.told, shorter.told]).toEqual([
      [...seen, 'reply_error'],
      [...seen, 'complete 1'],
    ]);
  });

  test('ends at its deadline, and a later reply is late', () => {
    const { told } = open('a', { timeoutMs: 100 });
    const { told: other } = open('b', { timeoutMs: 200 });
    vi.advanceTimersByTime(90);
    expect(told).toEqual([]);
    vi.advanceTimersByTime(20);
    expect(told).toEqual(['deadline_exceeded']);
    receive(reply('a'));
    expect(told).toEqual(['deadline_exceeded']);
    expect(kinds()).toEqual(['late a']);
    expect(other).toEqual([]);
    vi.advanceTimersByTime(100);
    expect(other).toEqual(['deadline_exceeded']);
    // No request waits, so no timer runs.
    expect(vi.getTimerCount()).toBe(0);
  });

  test('whose send has expired, too, fails for the reason of the send', () => {
    const { told, request } = open('a', { timeoutMs: 100 });
    const { told: other } = open('b', { timeoutMs: 100 });
    expireSends = () => correlator.fail(request, new pubsub_error('broker_unavailable', 'send', 'no leader'));
    vi.advanceTimersByTime(110);
    expect([told, other]).toEqual([['broker_unavailable'], ['deadline_exceeded']]);
  });

  test('is not blamed on workers if this process cannot receive replies', () => {
    const { request } = open('a', { timeoutMs: 100 });
    const failed = vi.spyOn(request, 'fail');
    obstacle = new pubsub_error('topic_unknown', 'receive', 'topic r does not exist', { hint: 'Create it.' });
    vi.advanceTimersByTime(110);
    expect(failed.mock.lastCall?.[0]).toMatchObject({
      raw_message:
        'timed out after 100 ms waiting for a reply; this requester cannot receive replies now: topic r does not exist',
      hint: 'Create it.',
      cause: obstacle,
    });
  });

  test('that failed has one outcome, even if other events follow', () => {
    const { told, request } = open('a', { timeoutMs: 100 });
    correlator.fail(request, new pubsub_error('aborted', 'reply', 'enough'));
    correlator.fail(request, new pubsub_error('disposed', 'reply', 'enough'));
    vi.advanceTimersByTime(200);
    expect(told).toEqual(['aborted']);
  });

  test('is not confused with a later one of the same id', () => {
    const { request } = open('a');
    receive(reply('a'));
    const { request: second, told } = open('a');
    expect([correlator.isOpen(request), correlator.isOpen(second)]).toEqual([false, true]);
    receive(reply('a'));
    expect(told).toEqual(['reply 0', 'complete 0']);
  });
});

test('a reply without a request is foreign', () => {
  receive(reply('x'));
  receive(reply(''));
  expect(kinds()).toEqual(['foreign x', 'foreign ']);
  expect(correlator.counts).toEqual({ requests: 0, replies: 0, late: 0, duplicate: 0, foreign: 2 });
});

test('requests whose reply partition was lost are found, without those that have no partition yet', () => {
  open('a', { partition: 0 });
  const { request } = open('b', { partition: 3 });
  open('c', { partition: -1 });
  expect(correlator.waitingElsewhere([0, 1])).toEqual([request]);
});

describe('waiting until no request is open', () => {
  test('ends immediately if there is none, otherwise with the last one', async () => {
    await correlator.drained();
    open('a');
    open('b');
    let drained = false;
    const waiting = correlator.drained().then(() => (drained = true));
    receive(reply('a'));
    await Promise.resolve();
    expect(drained).toBe(false);
    receive(reply('b'));
    await waiting;
    expect(vi.getTimerCount()).toBe(0);
  });

  test('ends when all have failed', async () => {
    const all = [open('a'), open('b')];
    const waiting = correlator.drained();
    correlator.failAll(new pubsub_error('disposed', 'reply', 'over'));
    await waiting;
    expect(all.flatMap(({ told }) => told)).toEqual(['disposed', 'disposed']);
  });
});
