import { describe, expect, test } from 'vitest';
import {
  config,
  partition_tracking,
  publisher,
  reply_to_subscriber,
  requester,
  topic_type,
  worker,
  worker_frame,
  worker_subscriber,
} from '../../src/index.js';
import * as z from 'zod';
import { command, dead_letter_topic, handler_error, path_numbers, type pubsub_error } from '../../src/index.js';
import type { subscriber_options } from '../../src/index.js';
import { refusal } from '../support/refusal.js';

const settings = config.create({ connection: { brokers: ['127.0.0.1:1'] } });
const created: Record<string, (options: subscriber_options) => unknown> = {
  worker_subscriber: (options) => worker_subscriber.create(settings, options),
  reply_to_subscriber: (options) => reply_to_subscriber.create(settings, options),
  worker: (options) => worker.create(settings, () => undefined, options),
  requester: (options) => requester.create(settings, options),
};

describe.each(Object.entries(created))('hooks of %s', (_name, create) => {
  test.each(['on_bad_record', 'accept', 'on_state_change', 'on_position_reset'])(
    'that are no functions are refused when it is created: %s',
    (name) => {
      for (const hook of ['text', null, {}])
        expect(() => create({ [name]: hook as never })).toThrow(
          expect.objectContaining({ code: 'argument_invalid', raw_message: `the option ${name} is not a function` }),
        );
      expect(() => create({ [name]: undefined })).not.toThrow();
    },
  );
});

test('the other hooks of a worker and of a requester must be functions, too', () => {
  const bad = 'text' as never;
  for (const options of [{ on_handled: bad }, { on_undeliverable: bad }])
    expect(() => worker.create(settings, () => undefined, options)).toThrow('is not a function');
  for (const options of [{ on_sent: bad }, { on_reply: bad }])
    expect(() => requester.create(settings, options)).toThrow('is not a function');
});

describe.each(Object.entries(created))('the option from of %s', (_name, create) => {
  test.each([
    ['an object', { 0: 3 }, 'is not a Map'],
    ['a list', [[0, 3]], 'is not a Map'],
    ['a bigint', new Map([[0, 3n]]), 'has 0: 3n'],
    ['a negative offset', new Map([[0, -1]]), 'has 0: -1'],
    ['a fraction', new Map([[0, 1.5]]), 'has 0: 1.5'],
    ['a text', new Map([['0', 1]]), 'has "0": 1'],
  ])('that is or has %s is refused when it is created', (_what, from, sentence) => {
    expect(() => create({ from: from as never })).toThrow(
      expect.objectContaining({ code: 'argument_invalid', raw_message: `the option from ${sentence}` }),
    );
  });

  test('may be a Map of whole numbers, or undefined', () => {
    expect(() => create({ from: new Map([[0, 42]]) })).not.toThrow();
    expect(() => create({ from: undefined })).not.toThrow();
  });
});

test.each([undefined, null, {}, 'text'])('partition_tracking refuses what is no subscriber: %s', (value) => {
  expect(() => partition_tracking.create(value as never)).toThrow(
    expect.objectContaining({ code: 'argument_invalid' }),
  );
});

test.each([null, {}, new AbortController()])(
  'a value that is not an AbortSignal is refused by every operation: %s',
  async (value) => {
    const signal = value as never;
    const r = requester.create(settings);
    const s = worker_subscriber.create(settings);
    const frame = worker_frame({ path: [1], command: 'x' });
    const calls: (() => Promise<unknown>)[] = [
      () => r.connect({ signal }),
      () => s.connect({ signal }),
      () => s.connect({ signal, fail_fast: true }),
      () => publisher.create(settings).send(topic_type.worker, frame, { signal }),
      () => r.request_many(frame, { signal }).next(),
      () => s.frames.get(signal),
      () => r.dispose({ signal }),
    ];
    for (const call of calls) {
      const error = await refusal(Promise.resolve().then(call));
      expect(error).toMatchObject({ code: 'argument_invalid', raw_message: 'signal is not an AbortSignal' });
    }
  },
);

describe('an option that does not exist', () => {
  const frame = worker_frame({ path: [1], command: 'x' });
  const price = command('price', z.object({}), z.object({}));
  const r = requester.create(settings);
  const p = publisher.create(settings);
  const s = reply_to_subscriber.create(settings);
  const letters = dead_letter_topic.create(settings, 'dead');
  const w = worker.create(settings, () => undefined);
  const taking: Record<string, (options: never) => unknown> = {
    request: (options) => r.request(frame, options),
    request_many: (options) => r.request_many(frame, options).next(),
    call: (options) => r.call(price, {}, options),
    send: (options) => p.send(topic_type.worker, frame, options),
    'connect of a requester': (options) => r.connect(options),
    'connect of a worker': (options) => w.connect(options),
    'connect of a publisher': (options) => p.connect(options),
    'connect of a subscriber': (options) => s.connect(options),
    'connect of a dead_letter_topic': (options) => letters.connect(options),
    'dispose of a requester': (options) => r.dispose(options),
    'dispose of a worker': (options) => w.dispose(options),
    'dispose of a publisher': (options) => p.dispose(options),
    'dispose of a subscriber': (options) => s.dispose(options),
    'dispose of a dead_letter_topic': (options) => letters.dispose(options),
    get_next_partition: (options) => partition_tracking.create(s).get_next_partition(options),
  };

  test.each(Object.keys(taking))('is refused by %s, with the option that was meant', async (name) => {
    const given = (options: unknown): Promise<unknown> =>
      refusal(Promise.resolve().then(() => taking[name]?.(options as never)));
    for (const misspelt of ['timeout', 'timeoutMs', 'timeout_m'])
      expect(await given({ [misspelt]: 5 })).toMatchObject({
        code: 'argument_invalid',
        raw_message: `${misspelt} is not an option; did you mean timeout_ms?`,
        details: { field: misspelt },
      });
    expect(await given({ colour: 5 })).toMatchObject({ raw_message: 'colour is not an option' });
    expect(await given(5)).toMatchObject({ raw_message: 'the options are a number, not an object' });
    expect(await given(null)).toMatchObject({ raw_message: 'the options are null, not an object' });
  });

  test.each(Object.entries(created))('is refused when a %s is created', (_name, create) => {
    expect(() => create({ on_bad_records: () => undefined } as never)).toThrow(
      'on_bad_records is not an option; did you mean on_bad_record?',
    );
    expect(() => create({ on_bad_records: undefined } as never)).not.toThrow();
  });

  test('is refused by command', () => {
    expect(() => command('price', z.object({}), z.object({}), { paths: () => 1 } as never)).toThrow(
      'paths is not an option; did you mean path?',
    );
  });
});

test.each([
  ['5', 'timeout_ms is "5"; it must be a number of milliseconds'],
  [5n, 'timeout_ms is 5n; it must'],
  [Number.NaN, 'timeout_ms is NaN; it must'],
  [{}, 'timeout_ms is an object; it must'],
])('a time-out of a wrong type is shown with its type: %s', async (timeout, sentence) => {
  const error = await refusal(requester.create(settings).connect({ timeout_ms: timeout as never }));
  expect(error).toMatchObject({ code: 'argument_invalid', raw_message: expect.stringContaining(sentence) as string });
});

test.each([
  [1.5, '1.5', 'whole numbers'],
  [-1, '-1', 'whole numbers'],
  [true, 'true', 'whole numbers'],
  [2 ** 60, String(2 ** 60), 'as bigint'],
])('a path that cannot be used has the hint that helps: %s', (path, shown, hint) => {
  const thrown = expect.objectContaining({
    raw_message: expect.stringContaining(`is ${shown}; it takes`) as string,
    hint: expect.stringContaining(hint) as string,
  }) as Error;
  expect(() => path_numbers(path as never)).toThrow(thrown);
});

test.each([
  ['an object', {}, 'an object'],
  ['a name', 'price', '"price"'],
  ['nothing', undefined, 'undefined'],
  ['a command with its handler', command('p', z.object({}), z.object({})).handle(() => ({})), 'an object'],
])('a call of %s names the argument', async (_what, given, shown) => {
  const error = await refusal(requester.create(settings).call(given as never, {}));
  expect(error).toMatchObject({ code: 'argument_invalid', details: { field: 'command' } });
  expect(error.raw_message).toContain(`the command of a call is ${shown}`);
});

test.each(['', ' ', 5, undefined])('a handler_error needs a code: %j', (code) => {
  expect(() => new handler_error(code as never, 'why')).toThrow(expect.objectContaining({ code: 'argument_invalid' }));
});

describe('after a connect that failed', () => {
  const why = 'the last connect() failed: 127.0.0.1:1 refused the connection';
  const kinds: Record<string, () => { connect(options: object): Promise<void>; health(): object }> = {
    requester: () => requester.create(settings),
    worker: () => worker.create(settings, () => undefined),
    reply_to_subscriber: () => reply_to_subscriber.create(settings),
    worker_subscriber: () => worker_subscriber.create(settings),
  };
  test.each(Object.keys(kinds))('health() of a %s says why', async (name) => {
    const made = kinds[name]?.();
    expect(made?.health()).toMatchObject({ ok: false, problems: expect.arrayContaining(['idle']) as string[] });
    await refusal(Promise.resolve(made?.connect({ fail_fast: true })));
    expect(made?.health()).toMatchObject({ ok: false, problems: [why] });
  });

  test('health() of a publisher says why', async () => {
    const p = publisher.create(settings);
    await refusal(p.connect({ fail_fast: true, topics: [topic_type.worker] }));
    expect(p.health().problems).toEqual([
      'no connection to topic worker has been made: 127.0.0.1:1 refused the connection',
    ]);
  });

  test('a request says why, too', async () => {
    const r = requester.create(settings);
    const request = (): Promise<pubsub_error> => refusal(r.request(worker_frame({ path: [1], command: 'x' })));
    expect(await request()).toMatchObject({ raw_message: 'this requester is not connected' });
    await refusal(r.connect({ fail_fast: true }));
    const error = await request();
    expect(error).toMatchObject({ code: 'argument_invalid', raw_message: `this requester is not connected: ${why}` });
    expect(error.hint).toMatch(/^Call connect\(\) again\. Nothing listens there/);
  });
});
