import { describe, expect, test } from 'vitest';
import { config, reply_to_subscriber, requester, worker, worker_subscriber } from '../../../src/index.js';
import type { subscriber_options } from '../../../src/index.js';

const settings = config.create({ connection: { brokers: ['127.0.0.1:1'] } });
const created: Record<string, (options: subscriber_options) => unknown> = {
  worker_subscriber: (options) => worker_subscriber.create(settings, options),
  reply_to_subscriber: (options) => reply_to_subscriber.create(settings, options),
  worker: (options) => worker.create(settings, () => undefined, options),
  requester: (options) => requester.create(settings, options),
};

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
