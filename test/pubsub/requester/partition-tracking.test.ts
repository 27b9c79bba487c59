import { expect, test } from 'vitest';
import { pubsub_error } from '../../../src/base/error.js';
import type { ConsumerSnapshot } from '../../../src/kafka/consume/consumer-state.js';
import { partition_tracking } from '../../../src/pubsub/requester/partition-tracking.js';
import type { reply_to_subscriber } from '../../../src/pubsub/subscriber/reply-to-subscriber.js';
import { refusal } from '../../support/refusal.js';

/** A subscriber as the tracker sees it, moved by hand. */
function subscriber(state: ConsumerSnapshot['state'], partitions: number[] = []) {
  let snapshot: ConsumerSnapshot = { state, generation: 1, partitions, readable: partitions, error: undefined };
  const listeners = new Set<(snapshot: ConsumerSnapshot) => void>();
  const internals: Pick<reply_to_subscriber['internals'], 'topic' | 'snapshot' | 'onChange'> = {
    topic: 'reply_to',
    snapshot: () => snapshot,
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  // The tracker uses nothing else of a subscriber.
  const tracked = { internals } as unknown as reply_to_subscriber;
  const become = (next: Partial<ConsumerSnapshot>): void => {
    snapshot = { ...snapshot, ...next };
    if (next.partitions !== undefined) snapshot = { ...snapshot, readable: next.partitions };
    for (const listener of [...listeners]) listener(snapshot);
  };
  return { tracked, become, listeners };
}

test('get_next_partition returns the owned partitions in turn, and waits during a join', async () => {
  const { tracked, become, listeners } = subscriber('connecting');
  const tracking = partition_tracking.create(tracked);
  const waiting = tracking.get_next_partition();
  become({ state: 'ready', partitions: [2, 5] });
  const turns = [await waiting, await tracking.get_next_partition(), await tracking.get_next_partition()];
  expect(turns).toEqual([5, 2, 5]);
  expect(listeners.size).toBe(0);
});

test('dispose rejects waiting and later calls, removes listeners, and does not dispose the subscriber', async () => {
  const { tracked, become, listeners } = subscriber('connecting');
  const tracking = partition_tracking.create(tracked);
  let heard = 0;
  tracking.on_change(() => (heard += 1));
  const waiting = refusal(tracking.get_next_partition());
  become({ state: 'rebalancing' });
  await tracking[Symbol.asyncDispose]();
  await tracking.dispose();
  expect(await waiting).toMatchObject({ code: 'disposed' });
  become({ state: 'ready', partitions: [0] });
  expect(heard).toBe(1);
  expect(listeners.size).toBe(0);
  expect(await refusal(tracking.get_next_partition())).toMatchObject({ code: 'disposed' });
});

test('a wait that takes too long says what keeps the subscriber from owning a partition', async () => {
  const { tracked, become } = subscriber('idle');
  const tracking = partition_tracking.create(tracked);
  expect(await refusal(tracking.get_next_partition({ timeout_ms: 5 }))).toMatchObject({
    code: 'deadline_exceeded',
    hint: 'Call connect() of the subscriber first.',
  });
  const error = new pubsub_error('topic_unknown', 'metadata', 'topic reply_to does not exist', { hint: 'Create it.' });
  become({ state: 'recovering', error });
  expect(await refusal(tracking.get_next_partition({ timeout_ms: 5 }))).toMatchObject({
    raw_message:
      'timed out after 5 ms waiting for an assignment of partitions of topic reply_to: topic reply_to does not exist',
    hint: 'Create it.',
  });
});
