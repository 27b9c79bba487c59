import { beforeEach, expect, test } from 'vitest';
import { Parts } from '../../../local/os/parts.js';

let stopped: string[];
beforeEach(() => {
  stopped = [];
});

const part = (name: string, failure?: Error): AsyncDisposable => ({
  [Symbol.asyncDispose]: async () => {
    await Promise.resolve();
    stopped.push(name);
    if (failure !== undefined) throw failure;
  },
});

test('parts are stopped in the reverse order, once', async () => {
  const parts = new Parts(part('first'));
  parts.add(part('second'));
  parts.onStop(() => stopped.push('third'));
  await parts[Symbol.asyncDispose]();
  await parts[Symbol.asyncDispose]();
  expect(stopped).toEqual(['third', 'second', 'first']);
});

test('a part that cannot be stopped leaves no other part running, and its failure is thrown', async () => {
  const parts = new Parts(part('first', new Error('of first')), part('second', new Error('of second')), part('third'));
  await expect(parts[Symbol.asyncDispose]()).rejects.toThrow('of second');
  expect(stopped).toEqual(['third', 'second', 'first']);
});

test('after a failed start, the failure of the start is thrown, not that of a part', async () => {
  const parts = new Parts(part('first'), part('second', new Error('of second')));
  await expect(parts.undo(new Error('of the start'))).rejects.toThrow('of the start');
  expect(stopped).toEqual(['second', 'first']);
});
