import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { pubsub_error } from '../../../src/base/error.js';
import type { ApiName, BrokerApis } from '../../../src/kafka/client/broker-apis.js';
import { RetryPolicy } from '../../../src/kafka/client/retry-policy.js';
import { encodeAssignment } from '../../../src/kafka/consume/consumer-protocol.js';
import type { GroupCoordinator } from '../../../src/kafka/consume/coordinator.js';
import { until } from '../../support/until.js';
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

/** A coordinator whose answers to joins and heartbeats are chosen by the test. */
class ScriptedCoordinator extends SilentCoordinator {
  /** The member id of each join. */
  readonly joins: string[] = [];
  /** The errors of the next joins; then they succeed. */
  joinErrors: string[] = [];
  heartbeatError: string | undefined;

  override ask<A extends ApiName>(
    purpose: 'group' | 'data',
    api: A,
    body?: BrokerApis[A]['request'],
  ): Promise<BrokerApis[A]['answer']> {
    if (api === 'joinGroup') {
      this.joins.push((body as BrokerApis['joinGroup']['request']).memberId);
      const error = this.joinErrors.shift();
      if (error !== undefined) return Promise.resolve({ error, memberId: 'given' } as BrokerApis[A]['answer']);
    }
    if (api === 'heartbeat') {
      this.asked.push(api);
      return Promise.resolve({ error: this.heartbeatError } as BrokerApis[A]['answer']);
    }
    return super.ask(purpose, api);
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

describe('a group that answers a heartbeat that it does not know the member', () => {
  /** A member that has joined as `m`, and is removed. */
  async function removed(joinErrors: string[]): Promise<ScriptedCoordinator> {
    const scripted = new ScriptedCoordinator();
    coordinator = scripted;
    const ending = new AbortController();
    const membership = newMembership();
    const running = membership.run(ending.signal);
    await vi.advanceTimersByTimeAsync(0);
    scripted.heartbeatError = 'UNKNOWN_MEMBER_ID';
    scripted.joinErrors = joinErrors;
    await vi.advanceTimersByTimeAsync(HEARTBEAT_MS);
    ending.abort();
    await running;
    return scripted;
  }

  test('is asked whether it knows it by a join under the same id, because a second member would wait for the first', async () => {
    expect((await removed([])).joins).toEqual(['', 'm']);
  });

  test('gets a new member if it does not know it', async () => {
    expect((await removed(['UNKNOWN_MEMBER_ID', 'MEMBER_ID_REQUIRED'])).joins).toEqual(['', 'm', '', 'given']);
  });
});

test.each(['UNKNOWN_MEMBER_ID', 'REBALANCE_IN_PROGRESS', 'MEMBER_ID_REQUIRED', 'ILLEGAL_GENERATION'])(
  'a group that answers every join with %s is asked after growing pauses, and this is reported',
  async (type) => {
    vi.useRealTimers();
    const scripted = new ScriptedCoordinator();
    coordinator = scripted;
    scripted.joinErrors = Array.from({ length: 1_000 }, () => type);
    const failures: string[] = [];
    const ending = new AbortController();
    const running = newMembership({ failed: ({ raw_message }) => failures.push(raw_message) }).run(ending.signal);
    await until('three failures are reported', () => failures.length === 3);
    expect(scripted.joins).toHaveLength(7);
    expect(new Set(failures)).toEqual(new Set([`group g completes no join of this member: it answers ${type}`]));
    scripted.joinErrors = [];
    await until('it has joined', () => scripted.asked.includes('syncGroup'));
    ending.abort();
    await running;
  },
);
