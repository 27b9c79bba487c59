import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { pubsub_error } from '../../../src/base/error.js';
import type { ApiName, BrokerApis } from '../../../src/kafka/client/broker-apis.js';
import { RetryPolicy } from '../../../src/kafka/client/retry-policy.js';
import { encodeAssignment } from '../../../src/kafka/consume/consumer-protocol.js';
import type { GroupCoordinator } from '../../../src/kafka/consume/coordinator.js';
import { Membership, type MembershipHooks } from '../../../src/kafka/consume/membership.js';

const HEARTBEAT_MS = 3_000;

/** A coordinator that lets a member join at once, and never answers heartbeats. */
class SilentCoordinator implements GroupCoordinator {
  readonly asked: ApiName[] = [];
  forgotten = 0;

  ask<A extends ApiName>(_purpose: 'group' | 'data', api: A): Promise<BrokerApis[A]['answer']> {
    this.asked.push(api);
    const joined = { error: undefined, generation: 1, memberId: 'm', leaderId: 'other', members: [] };
    const synced = { error: undefined, assignment: encodeAssignment('t', [0]) };
    if (api === 'joinGroup') return Promise.resolve(joined as BrokerApis[A]['answer']);
    if (api === 'syncGroup') return Promise.resolve(synced as BrokerApis[A]['answer']);
    return new Promise(() => undefined);
  }

  forget(): void {
    this.forgotten += 1;
  }

  drop(): void {
    // Nothing is open.
  }
}

let coordinator: SilentCoordinator;
beforeEach(() => {
  vi.useFakeTimers();
  coordinator = new SilentCoordinator();
});
afterEach(() => vi.useRealTimers());

function newMembership(hooks: Partial<MembershipHooks> = {}): Membership {
  const times = { sessionTimeoutMs: 10_000, heartbeatIntervalMs: HEARTBEAT_MS, rebalanceTimeoutMs: 30_000 };
  return new Membership({ topic: 't', group: 'g', ...times }, coordinator, new RetryPolicy(0), {
    joining: () => ({ owned: [], since: 0, positions: new Map(), busyUntil: new Map(), topicId: undefined }),
    partitions: () => [0],
    joined: () => undefined,
    failed: () => undefined,
    ...hooks,
  });
}

test('a membership that is ended during a heartbeat ends at once, and the coordinator is still known', async () => {
  const ending = new AbortController();
  let isRunning = true;
  const running = newMembership()
    .run(ending.signal)
    .finally(() => (isRunning = false));
  await vi.advanceTimersByTimeAsync(HEARTBEAT_MS);
  expect(coordinator.asked.at(-1)).toBe('heartbeat');
  ending.abort();
  await vi.advanceTimersByTimeAsync(0);
  expect([isRunning, coordinator.forgotten]).toEqual([false, 0]);
  await running;
});

test('a membership that is ended while it joins ends before its first heartbeat', async () => {
  const refused = new pubsub_error('group_refused', 'join', 'another topic');
  const membership: Membership = newMembership({ joined: () => membership.end(refused) });
  let thrown: unknown;
  const running = membership.run(new AbortController().signal).catch((error: unknown) => (thrown = error));
  await vi.advanceTimersByTimeAsync(0);
  expect(thrown).toBe(refused);
  await running;
});
