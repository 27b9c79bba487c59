import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { air_core_codec } from '../../src/frame/air-core-codec.js';
import { worker_frame } from '../../src/frame/air-core-frame.js';
import { path_key_bytes } from '../../src/frame/path-key.js';
import { path_numbers, type frame_path } from '../../src/frame/path.js';
import { topic_type } from '../../src/frame/topic-type.js';
import { skipFor } from '../support/skips.js';
import vectors from './path-text-vectors.json' with { type: 'json' };

/** The numbers of strings, by the implementation in Python. */
function byPython(texts: readonly string[]): bigint[][] {
  const input = JSON.stringify(texts);
  const answer = execFileSync('python3', [join(import.meta.dirname, 'path_text_numbers.py')], { input });
  return (JSON.parse(answer.toString()) as string[][]).map((numbers) => numbers.map(BigInt));
}

describe('the numbers of a path', () => {
  test.each(vectors)('$text has the same numbers in every version', ({ text, numbers }) => {
    expect(path_numbers(text)).toEqual(numbers.map(BigInt));
  });

  test('an implementation in Python gives the same numbers for any string', (context) => {
    skipFor(context, spawnSync('python3', ['--version']).status === 0 ? undefined : 'no-python');
    const some = fc.oneof(
      fc.string({ unit: 'grapheme', minLength: 1 }),
      fc.string({ unit: 'binary', minLength: 1 }),
      fc.uuid(),
      fc.uuid().map((text) => text.toUpperCase()),
      fc.uuid().map((text) => text.replaceAll('-', '')),
    );
    const texts = [...vectors.map(({ text }) => text), ...fc.sample(some, 500)];
    expect(texts.map((text) => path_numbers(text))).toEqual(byPython(texts));
  });

  test('numbers, bigints and strings may be mixed, and one part needs no list', () => {
    expect(path_numbers([7, 8n, 'order-42'])).toEqual([7n, 8n, ...path_numbers('order-42')]);
    expect(path_numbers(7)).toEqual([7n]);
    expect(path_numbers(2n ** 64n - 1n)).toEqual([2n ** 64n - 1n]);
  });

  test('a string of digits is a path other than its number', () => {
    expect(path_numbers('42')).not.toEqual(path_numbers(42));
  });

  test('a UUID is one path in either case, and no other UUID has its numbers', () => {
    fc.assert(
      fc.property(fc.uuid(), (text) => {
        const [high = 0n, low = 0n] = path_numbers(text);
        expect(path_numbers(text.toUpperCase())).toEqual([high, low]);
        const digits = `${high.toString(16).padStart(16, '0')}${low.toString(16).padStart(16, '0')}`;
        expect(digits).toBe(text.replaceAll('-', ''));
      }),
    );
  });

  test('are those of the frame, and decide its key', () => {
    const frame = worker_frame({ path: ['tenant-3', 'order-42'] });
    const key = path_key_bytes(path_numbers(['tenant-3', 'order-42']));
    expect(path_key_bytes(['tenant-3', 'order-42'])).toEqual(key);
    expect(air_core_codec.destination(topic_type.worker, frame)).toEqual({ key });
    expect(air_core_codec.request_reply.request_info(frame).path).toEqual(path_numbers(['tenant-3', 'order-42']));
  });
});

describe('a part that cannot be used is refused, and named:', () => {
  const refused: [string, unknown, string][] = [
    ['an empty string', '', 'send_to.kafka_key.sequence_number_path is an empty string'],
    ['half of a surrogate pair', ['a', '\ud800'], 'numbers[1] is a string that is not valid Unicode'],
    ['nothing', undefined, 'send_to.kafka_key.sequence_number_path is undefined'],
    ['null in a list', [null], 'numbers[0] is null'],
    ['an object', [{}], 'numbers[0] is an object'],
    ['a list in a list', [['a']], 'numbers[0] is an array'],
    ['a symbol', Symbol('x'), 'is a symbol'],
    ['a fraction', 1.5, 'is 1.5; it takes whole numbers from 0 to 2^64 - 1, and strings'],
  ];
  test.each(refused)('%s', (_, path, sentence) => {
    expect(() => worker_frame({ path: path as frame_path })).toThrow(
      expect.objectContaining({ code: 'frame_invalid', raw_message: expect.stringContaining(sentence) as string }),
    );
    expect(() => path_key_bytes(path as frame_path)).toThrow(expect.objectContaining({ code: 'frame_invalid' }));
  });

  test('more than 16 numbers, of which a UUID has two', () => {
    const ids = Array.from({ length: 9 }, () => 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11');
    expect(() => path_key_bytes(ids)).toThrow(/has 18 numbers; it takes 1 to 16/);
    expect(path_key_bytes(ids.slice(1)).length).toBeGreaterThan(100);
  });
});
