import { expect, test } from 'vitest';
import { Deadline } from '../../../src/base/deadline.js';
import { UnplacedRequests } from '../../../src/pubsub/requester/unplaced-requests.js';

/** Requests of a member whose partitions the test gives and takes. */
function member() {
  const sent: string[] = [];
  const failed: string[] = [];
  const ended = new Set<string>();
  const waits: { resolve(): void; reject(error: Error): void }[] = [];
  const state: { partition: number | undefined } = { partition: undefined };
  const requests = new UnplacedRequests<{ name: string; deadline: Deadline }>({
    next: () => state.partition,
    wait: () => new Promise<void>((resolve, reject) => waits.push({ resolve, reject })),
    isOpen: ({ name }) => !ended.has(name),
    send: ({ name }, partition) => sent.push(`${name} to ${partition}`),
    fail: ({ name }) => {
      ended.add(name);
      failed.push(name);
    },
  });
  const ask = (name: string): void => requests.add({ name, deadline: new Deadline(60_000) });
  return { ask, state, sent, failed, ended, waits };
}
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('a request goes to the next partition at once', () => {
  const { ask, state, sent } = member();
  state.partition = 3;
  ask('a');
  expect(sent).toEqual(['a to 3']);
});

test('a request does not overtake those that wait, although there is a partition again', async () => {
  const { ask, state, sent, waits } = member();
  ask('a');
  ask('b');
  state.partition = 3;
  // Nobody has told the waiting ones yet.
  ask('c');
  expect(sent).toEqual([]);
  waits[1]?.resolve();
  await settle();
  expect(sent).toEqual(['a to 3', 'b to 3', 'c to 3']);
});

test('requests that have their outcome, or whose wait fails, do not keep the others back', async () => {
  const { ask, state, sent, failed, ended, waits } = member();
  for (const name of ['a', 'b', 'c']) ask(name);
  ended.add('a');
  waits[1]?.reject(new Error('its time is over'));
  await settle();
  expect([failed, sent]).toEqual([['b'], []]);
  state.partition = 1;
  waits[2]?.resolve();
  await settle();
  expect(sent).toEqual(['c to 1']);
});

test('a partition that is lost again at once is waited for once more', async () => {
  const { ask, state, sent, waits } = member();
  ask('a');
  waits[0]?.resolve();
  await settle();
  expect([sent, waits.length]).toEqual([[], 2]);
  state.partition = 2;
  waits[1]?.resolve();
  await settle();
  expect(sent).toEqual(['a to 2']);
});
