import { build } from 'esbuild';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { compileFunction } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { describeCause, pubsub_error, pubsub_error_codes } from '../../src/base/error.js';

describe('a pubsub_error', () => {
  test('shows its code first, and keeps the message, the hint and the details', () => {
    const cause = new Error('below');
    const error = new pubsub_error('topic_unknown', 'metadata', 'topic x does not exist', {
      hint: 'Create it.',
      retryable: true,
      cause,
      details: { topic: 'x' },
    });
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({
      name: 'pubsub_error',
      message: '[topic_unknown] topic x does not exist',
      raw_message: 'topic x does not exist',
      code: 'topic_unknown',
      stage: 'metadata',
      retryable: true,
      hint: 'Create it.',
      details: { topic: 'x' },
      cause,
    });
  });

  test('is not retryable and has no hint or details by default', () => {
    const error = new pubsub_error('internal', 'send', 'x');
    expect(error).toMatchObject({ retryable: false, hint: undefined, details: {} });
    expect('cause' in error).toBe(false);
  });

  test('is JSON for logs: only fields with a value, causes as a sentence, no stack', () => {
    const error = new pubsub_error('internal', 'send', 'x', {
      cause: new TypeError('outer', { cause: new Error('inner') }),
      hint: 'h',
      details: { topic: 't' },
    });
    expect(JSON.parse(JSON.stringify(error))).toEqual({
      code: 'internal',
      stage: 'send',
      message: 'x',
      retryable: false,
      hint: 'h',
      details: { topic: 't' },
      cause: 'TypeError: outer ← Error: inner',
    });
    expect(new pubsub_error('aborted', 'send', 'y').toJSON()).toEqual({
      code: 'aborted',
      stage: 'send',
      message: 'y',
      retryable: false,
    });
  });

  test.each([
    ['a number that JSON cannot represent', { offset: 2n ** 64n }, { offset: '18446744073709551616' }],
    [
      'a value that contains itself',
      (() => {
        const loop: Record<string, unknown> = { a: 1 };
        loop['loop'] = [loop];
        return { loop, twice: [loop, loop] };
      })(),
      {
        loop: { a: 1, loop: ['(contains itself)'] },
        twice: [
          { a: 1, loop: ['(contains itself)'] },
          { a: 1, loop: ['(contains itself)'] },
        ],
      },
    ],
    [
      'a value that throws when it is read',
      {
        get x(): never {
          throw new Error('no');
        },
      },
      'not representable as JSON: no',
    ],
  ])('is valid JSON with any details: %s', (_what, details, expected) => {
    const error = new pubsub_error('internal', 'send', 'x', { details });
    expect((JSON.parse(JSON.stringify(error)) as { details: unknown }).details).toEqual(expected);
  });

  test.each(['x', '"', '\u0000', '\ud83d\ude00', '€'])(
    'is less than 8 KB as JSON, whatever it contains: %j',
    (character) => {
      const text = character.repeat(100_000);
      const error = new pubsub_error('internal', 'send', text, { hint: text, details: { [text]: text }, cause: text });
      expect(Buffer.byteLength(JSON.stringify(error))).toBeLessThan(8_192);
      expect(error.raw_message).toBe(text);
    },
  );

  test.each([
    ['aborted', false, () => AbortSignal.abort()],
    ['deadline_exceeded', true, () => AbortSignal.timeout(0)],
  ] as const)('created from the reason of a signal is %s', async (code, retryable, make) => {
    const signal = make();
    if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve));
    expect(pubsub_error.from(signal.reason, 'send')).toMatchObject({
      code,
      retryable,
      cause: signal.reason as unknown,
    });
  });

  test('is recognized if another copy of this package created it', () => {
    const other = Object.assign(new Error('[aborted] x'), { name: 'pubsub_error', code: 'aborted', stage: 'send' });
    expect(pubsub_error.is(new pubsub_error('aborted', 'send', 'x'))).toBe(true);
    expect(pubsub_error.is(other)).toBe(true);
    expect(pubsub_error.is(Object.assign(new Error('x'), { code: 'aborted', stage: 'send' }))).toBe(false);
    expect(pubsub_error.is(Object.assign(new Error('x'), { name: 'pubsub_error', code: 'aborted' }))).toBe(false);
    expect(pubsub_error.is({ name: 'pubsub_error', code: 'aborted', stage: 'send' })).toBe(false);
    expect(pubsub_error.is(undefined)).toBe(false);
  });

  test('is created from any thrown value, and is not wrapped again', () => {
    const own = new pubsub_error('aborted', 'send', 'x');
    expect(pubsub_error.from(own, 'join', 'ignored')).toBe(own);
    const thrown = new Error('below');
    expect(pubsub_error.from(thrown, 'join')).toMatchObject({
      code: 'internal',
      stage: 'join',
      raw_message: 'below',
      retryable: false,
      cause: thrown,
    });
    expect(pubsub_error.from(thrown, 'join', 'listening failed').raw_message).toBe('listening failed: below');
    expect(pubsub_error.from({ a: 1 }, 'join').raw_message).toBe('{ a: 1 }');
    expect(pubsub_error.from(undefined, 'join').raw_message).toBe('undefined');
  });

  test('has a closed list of codes, each once', () => {
    expect(new Set(pubsub_error_codes).size).toBe(pubsub_error_codes.length);
  });
});

describe('a chain of causes as one line', () => {
  test('goes from the outermost to the innermost cause, through values that are not errors', () => {
    const chain = new Error('a', { cause: new RangeError('b', { cause: { c: 1 } }) });
    expect(describeCause(chain)).toBe('Error: a ← RangeError: b ← { c: 1 }');
    expect(describeCause('text')).toBe("'text'");
    expect(describeCause(null)).toBe('null');
  });

  test('does not repeat a message that wrapping errors repeat', () => {
    expect(describeCause(new Error('same', { cause: new Error('same', { cause: new Error('other') }) }))).toBe(
      'Error: same ← Error: other',
    );
  });

  test('ends after five causes, even if it is circular', () => {
    const first = new Error('first');
    const second = new Error('second', { cause: first });
    first.cause = second;
    expect(describeCause(first).split(' ← ')).toEqual([
      'Error: first',
      'Error: second',
      'Error: first',
      'Error: second',
      'Error: first',
    ]);
  });
});

test('a minified bundle keeps the name of the class: Lambda logs it', async () => {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, '../../src/base/error.ts')],
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'cjs',
    write: false,
  });
  const bundle = { exports: {} as { pubsub_error: typeof pubsub_error } };
  compileFunction(outputFiles[0]!.text, ['module', 'require']).call(undefined, bundle, createRequire(import.meta.url));
  expect(bundle.exports.pubsub_error.name).toBe('pubsub_error');
});
