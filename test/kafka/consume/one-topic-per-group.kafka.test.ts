import { describe, expect, inject, test } from 'vitest';
import { reply_to_subscriber, worker_subscriber } from '../../../src/index.js';
import { refusal } from '../../support/refusal.js';
import { until } from '../../support/until.js';
import { makeWorld, type World } from '../../support/world.js';

/** Two services with the same group name. */
async function two(): Promise<[World, World]> {
  const one = await makeWorld({ brokers: inject('brokers') });
  const other = await makeWorld({ brokers: inject('brokers'), changes: { groups: one.settings.groups } });
  return [one, other];
}

describe('a group whose members would read two topics', () => {
  test.each([
    ['workers', worker_subscriber, 'worker'],
    ['requesters', reply_to_subscriber, 'reply_to'],
  ] as const)(
    'of %s: the second member is refused, with both topics, and the first is not disturbed',
    async (_who, kind, topic) => {
      const [one, other] = await two();
      await using first = kind.create(one.settings);
      await first.connect();
      const { generation } = first.status;
      await using second = kind.create(other.settings);
      const error = await refusal(second.connect());
      expect(error).toMatchObject({ code: 'group_refused', retryable: false });
      expect(error.raw_message).toContain(one.settings.topics[topic]);
      expect(error.raw_message).toContain(other.settings.topics[topic]);
      expect(first.status).toMatchObject({ state: 'ready', generation, partitions: [0, 1, 2, 3, 4, 5] });
    },
  );

  test('that join at the same moment: one of them stays, with every partition', async () => {
    const [one, other] = await two();
    const both = [worker_subscriber.create(one.settings), worker_subscriber.create(other.settings)];
    const outcomes = await Promise.allSettled(both.map((subscriber) => subscriber.connect()));
    // A member that connected stays connected. The group decides which one that is.
    const refused = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []));
    expect(refused).toEqual([expect.objectContaining({ code: 'group_refused' })]);
    const [left] = both.filter((_, index) => outcomes[index]?.status === 'fulfilled');
    await until('the other owns all', () => left!.status.partitions.length === 6);
    expect(left!.status.state).toBe('ready');
    for (const subscriber of both) await subscriber.dispose();
  });
});
