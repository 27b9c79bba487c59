import { expect, test, vi } from 'vitest';
import { eachName } from '../../bin/each-name.js';
import { pubsub_error } from '../../src/index.js';

const denied = (group: string): pubsub_error =>
  new pubsub_error('not_authorized', 'metadata', `the brokers denied access to group ${group}`, { details: { group } });
const lost = new pubsub_error('connection_refused', 'connect', 'a:9092 refused the connection');

/** The exit code, which names were tried, and what was printed. */
async function outcome(names: string[], change: (name: string) => boolean) {
  const tried: string[] = [];
  let printed = '';
  const spy = vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    printed += String(text);
    return true;
  });
  try {
    const code = await eachName(names, 'group', (name) => {
      tried.push(name);
      return Promise.resolve().then(() => change(name));
    });
    return { code, tried, printed };
  } finally {
    spy.mockRestore();
  }
}

function failing(errors: Record<string, Error>): (name: string) => boolean {
  return (name) => {
    if (errors[name] !== undefined) throw errors[name];
    return true;
  };
}

test('all are changed, each once: 0', async () => {
  expect(await outcome(['a', 'b', 'a'], () => true)).toMatchObject({ code: 0, tried: ['a', 'b'] });
});

test('one that is denied leaves the others to be changed: 1', async () => {
  expect(await outcome(['a', 'b', 'c'], failing({ a: denied('a'), b: denied('b') }))).toEqual({
    code: 1,
    tried: ['a', 'b', 'c'],
    printed: expect.stringMatching(/^a: not done\. The brokers denied .*\nb: not done/) as string,
  });
});

test('one that is not as it must be: 1', async () => {
  expect(await outcome(['a', 'b'], (name) => name === 'b')).toMatchObject({ code: 1, tried: ['a', 'b'] });
});

test('brokers that are lost end the command only if nothing was changed before', async () => {
  await expect(outcome(['a', 'b'], failing({ a: lost }))).rejects.toBe(lost);
  expect(await outcome(['a', 'b'], failing({ b: lost }))).toMatchObject({ code: 1, tried: ['a', 'b'] });
});
