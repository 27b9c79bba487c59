import { expect, test, vi } from 'vitest';
import { callHook } from '../../src/base/hook.js';
import { thrownError, thrownText } from '../../src/base/thrown.js';

const unshowable: [string, () => unknown][] = [
  ['an object without a prototype', () => Object.create(null) as object],
  [
    'an object whose toString throws',
    () => ({
      toString() {
        throw new Error('no');
      },
    }),
  ],
  [
    'an error whose message throws',
    () =>
      Object.defineProperty(new Error('x'), 'message', {
        get() {
          throw new Error('no');
        },
      }),
  ],
  [
    'a proxy that throws at everything',
    () =>
      new Proxy(
        {},
        new Proxy(
          {},
          {
            get() {
              throw new Error('no');
            },
          },
        ),
      ),
  ],
  [
    'a revoked proxy',
    () => {
      const { proxy, revoke } = Proxy.revocable({}, {});
      revoke();
      return proxy;
    },
  ],
  ['undefined', () => undefined],
  ['a symbol', () => Symbol('s')],
];

test.each(unshowable)('%s has a description, and becomes an error with it', (_what, make) => {
  expect(typeof thrownText(make())).toBe('string');
  const error = thrownError(make());
  expect(error).toBeInstanceOf(Error);
  expect(error.message).not.toBe('');
});

test('an error is returned unchanged, and a string is its own description', () => {
  const error = new TypeError('x');
  expect(thrownError(error)).toBe(error);
  expect(thrownText(error)).toBe('x');
  expect(thrownText('x')).toBe('x');
});

test.each<[string, () => unknown]>([
  [
    'throws',
    () => {
      throw new Error('broken');
    },
  ],
  ['rejects', () => Promise.reject(new Error('broken'))],
  [
    'returns what rejects like a promise',
    () => ({ then: (_: unknown, no: (e: Error) => void) => no(new Error('broken')) }),
  ],
])('a hook that %s is logged', async (_how, hook) => {
  const error = vi.fn();
  const log = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error };
  callHook(log, 'on_sent', hook);
  await vi.waitFor(() => expect(error).toHaveBeenCalledWith('on_sent failed', { error: 'broken' }));
});
