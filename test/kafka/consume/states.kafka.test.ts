import { expect, inject, test } from 'vitest';
import { create_frame, requester, worker, worker_frame, type state_change } from '../../../src/index.js';
import { patient } from '../../support/patience.js';
import { until } from '../../support/until.js';
import { makeWorld } from '../../support/world.js';

test(
  'while others join and leave, the state of a member is only ready or rebalancing',
  { timeout: patient(90_000) },
  async () => {
    const world = await makeWorld({ brokers: inject('brokers') });
    const settings = world.with({ consumer: { heartbeat_interval_ms: 200 } });
    const changes: state_change[] = [];
    const slow = async (): Promise<ReturnType<typeof create_frame>> => {
      // A handler that is running when the group rebalances: the next owner must wait for it.
      await new Promise((resolve) => setTimeout(resolve, 20));
      return create_frame({});
    };
    const start = async (observed: boolean): Promise<worker> => {
      const options = observed ? { on_state_change: (change: state_change) => void changes.push(change) } : {};
      const one = worker.create(settings, slow, options);
      await one.connect();
      return one;
    };
    await using first = await start(true);
    await using r = requester.create(world.settings);
    await r.connect();
    const asking = new AbortController();
    const asks = Array.from({ length: 24 }, async (_, path) => {
      while (!asking.signal.aborted) await r.request(worker_frame({ path: [path], command: 'x' }));
    });
    for (let i = 0; i < 3; i += 1) {
      const others = await Promise.all([start(false), start(false)]);
      await until(
        'it shares the partitions',
        () => first.status.state === 'ready' && first.status.partitions.length === 2,
      );
      await Promise.all(others.map((other) => other.dispose()));
      await until(
        'it owns all partitions again',
        () => first.status.state === 'ready' && first.status.partitions.length === 6,
      );
    }
    asking.abort();
    await Promise.all(asks);
    expect([...new Set(changes.map(({ state }) => state))].sort()).toEqual(['connecting', 'ready', 'rebalancing']);
    expect(changes.filter(({ error }) => error !== undefined)).toEqual([]);
    expect(first.status.restarts).toBe(0);
  },
);
