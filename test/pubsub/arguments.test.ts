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
    ['a text', new Map([['0', 1]]), 'has 0: 1'],
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
