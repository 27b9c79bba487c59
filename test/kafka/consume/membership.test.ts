import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { Deadline } from '../../../src/base/deadline.js';
import { pubsub_error } from '../../../src/base/error.js';
import type { ApiName, BrokerApis, GroupDescription } from '../../../src/kafka/client/broker-apis.js';
import { RetryPolicy } from '../../../src/kafka/client/retry-policy.js';
import { encodeAssignment, encodeSubscription } from '../../../src/kafka/consume/consumer-protocol.js';
import type { GroupCoordinator } from '../../../src/kafka/consume/coordinator.js';
import { encodeMemberData, noMemberData, type MemberData } from '../../../src/kafka/consume/member-data.js';
import { Membership, type Assignment, type MembershipHooks } from '../../../src/kafka/consume/membership.js';
import { until } from '../../support/until.js';

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

  unansweredMs(): number {
    return 0;
  }
}

/** A coordinator whose answers to joins and heartbeats are chosen by the test. */
class ScriptedCoordinator extends SilentCoordinator {
  /** The member id of each join. */
  readonly joins: string[] = [];
  /** The errors of the next joins; then they succeed. */
  joinErrors: string[] = [];
  heartbeatError: string | undefined;
  /** The other members, if this one leads the group. */
  led: BrokerApis['joinGroup']['answer']['members'] | undefined;
  /** In a group whose partitions the brokers assign, no member leads. */
  hasLeader = true;
  /** The generation that the group gives. */
  generation = 1;
  /** What the group answers about itself, if it is asked. */
  described: Partial<GroupDescription> | undefined;
  /** Heartbeats get no answer, until their time limit. */
  isSilent = false;

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
    if (api === 'joinGroup') {
      this.asked.push(api);
      const { generation } = this;
      const leader = this.led === undefined ? 'other' : 'm';
      const leaderId = this.hasLeader ? leader : '';
      const joined = { error: undefined, generation, memberId: 'm', leaderId, members: this.led ?? [] };
      return Promise.resolve(joined as BrokerApis[A]['answer']);
    }
    if (api === 'describeGroups' && this.described !== undefined) {
      this.asked.push(api);
      return Promise.resolve([this.described] as unknown as BrokerApis[A]['answer']);
    }
    if (api === 'heartbeat') {
      this.asked.push(api);
      if (this.isSilent)
        return new Promise((_, reject) => {
          setTimeout(() => reject(new Error('no answer')), 1_000);
        });
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
    renewed: () => undefined,
    forgotten: () => undefined,
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

describe('a group without a leader, because a member uses the protocol in which brokers assign the partitions', () => {
  test('is refused at the first join, and left', async () => {
    const scripted = new ScriptedCoordinator();
    coordinator = scripted;
    scripted.hasLeader = false;
    const membership = newMembership();
    const error = await membership.run(new AbortController().signal).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'group_refused', retryable: false });
    expect((error as pubsub_error).raw_message).toContain('group.protocol=consumer');
    void membership.leave(new Deadline(1_000)).catch(() => undefined);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(scripted.asked).toEqual(['joinGroup', 'leaveGroup']);
  });

  test('is waited for by a member that was in it before', async () => {
    const { scripted, membership, pasts, seen } = await joinedMember();
    // The pauses between attempts use timers that are not faked.
    vi.useRealTimers();
    scripted.hasLeader = false;
    membership.rejoin('test');
    await until('it is refused', () => seen.failed > 0);
    expect(pasts).toEqual(['new']);
    scripted.hasLeader = true;
    await until('it is back', () => pasts.length === 2);
  });
});

describe('a member that leads the group at its first join', () => {
  const other = (data: Partial<MemberData>) => ({
    memberId: 'other',
    metadata: encodeSubscription({ topics: ['u'], userData: encodeMemberData({ ...noMemberData, ...data }) }),
  });

  test.each([
    ['own partitions', { owned: [0], since: 1 }],
    ['had no share of them', { owned: [], since: 1 }],
  ])('refuses itself before it assigns partitions, if members with another topic %s, and leaves', async (_, data) => {
    const scripted = new ScriptedCoordinator();
    coordinator = scripted;
    scripted.led = [other(data)];
    const membership = newMembership();
    await expect(membership.run(new AbortController().signal)).rejects.toMatchObject({
      code: 'group_refused',
      details: { group: 'g', topic: 't', other_topic: 'u' },
    });
    void membership.leave(new Deadline(1_000)).catch(() => undefined);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(scripted.asked).toEqual(['joinGroup', 'leaveGroup']);
  });

  test('stays if the members with another topic are as new as it is', async () => {
    const scripted = new ScriptedCoordinator();
    coordinator = scripted;
    scripted.led = [other({})];
    const ending = new AbortController();
    const running = newMembership().run(ending.signal);
    await vi.advanceTimersByTimeAsync(0);
    expect(scripted.asked).toEqual(['joinGroup', 'syncGroup']);
    ending.abort();
    await running;
  });

  test('stays if the one with another topic got nothing, and an earlier member reads the same topic', async () => {
    const scripted = new ScriptedCoordinator();
    coordinator = scripted;
    const reader = (topic: string, data: Partial<MemberData>) => ({
      memberId: topic,
      metadata: encodeSubscription({ topics: [topic], userData: encodeMemberData({ ...noMemberData, ...data }) }),
    });
    scripted.led = [reader('u', { since: 1 }), reader('t', { owned: [0], since: 1 })];
    const ending = new AbortController();
    const running = newMembership().run(ending.signal);
    await vi.advanceTimersByTimeAsync(0);
    expect(scripted.asked).toEqual(['joinGroup', 'syncGroup']);
    ending.abort();
    await running;
  });

  test('and was a member before stays: the others are in the wrong group', async () => {
    const { scripted, membership, pasts } = await joinedMember();
    scripted.led = [other({ owned: [0], since: 1 })];
    membership.rejoin('test');
    await vi.advanceTimersByTimeAsync(0);
    expect(pasts).toEqual(['new', 'kept']);
  });
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
    expect(new Set(failures)).toEqual(new Set([`this member cannot join group g: the coordinator answers ${type}`]));
    scripted.joinErrors = [];
    await until('it has joined', () => scripted.asked.includes('syncGroup'));
    ending.abort();
    await running;
  },
);

/** A member in generation 1, what the group gave it in each join, and how often it was forgotten. */
async function joinedMember() {
  const scripted = new ScriptedCoordinator();
  coordinator = scripted;
  const pasts: Assignment['past'][] = [];
  const seen = { forgotten: 0, renewed: 0, failed: 0 };
  const membership = newMembership({
    joined: ({ past }) => pasts.push(past),
    forgotten: () => (seen.forgotten += 1),
    renewed: () => (seen.renewed += 1),
    failed: () => (seen.failed += 1),
  });
  const ending = new AbortController();
  const running = membership.run(ending.signal);
  onTestFinished(async () => {
    ending.abort();
    await running;
  });
  await vi.advanceTimersByTimeAsync(0);
  return { scripted, membership, pasts, seen };
}

describe('the past of a member that joins again', () => {
  test.each([
    ['the same generation, because nothing had changed,', 1, 'kept'],
    ['the next one', 2, 'kept'],
    ['a later one: others got partitions meanwhile', 3, 'missed'],
  ])('in %s', async (_, generation, past) => {
    const { scripted, membership, pasts } = await joinedMember();
    scripted.generation = generation;
    membership.rejoin('test');
    await vi.advanceTimersByTimeAsync(0);
    expect(pasts).toEqual(['new', past]);
  });

  test('is over when the group has forgotten it, even if it gets the same id in the next generation', async () => {
    const { scripted, pasts, seen } = await joinedMember();
    scripted.heartbeatError = 'UNKNOWN_MEMBER_ID';
    scripted.generation = 2;
    await vi.advanceTimersByTimeAsync(HEARTBEAT_MS);
    expect([pasts, seen.forgotten]).toEqual([['new', 'new'], 1]);
  });
});

describe('an answer to a commit', () => {
  test('that the group does not know the member ends its lease at once, and it joins again', async () => {
    const { membership, pasts, seen } = await joinedMember();
    membership.isOutdated({ memberId: 'm', generation: 1 }, 'UNKNOWN_MEMBER_ID');
    expect([membership.lease.valid, seen.forgotten]).toEqual([false, 1]);
    await vi.advanceTimersByTimeAsync(0);
    expect(pasts).toEqual(['new', 'new']);
  });

  test('that its generation is over makes it join again at once', async () => {
    const { scripted, membership, pasts } = await joinedMember();
    scripted.generation = 2;
    membership.isOutdated({ memberId: 'm', generation: 1 }, 'ILLEGAL_GENERATION');
    await vi.advanceTimersByTimeAsync(0);
    expect(pasts).toEqual(['new', 'kept']);
  });

  test('does so while a heartbeat has no answer, too', async () => {
    const { scripted, membership, pasts } = await joinedMember();
    scripted.isSilent = true;
    await vi.advanceTimersByTimeAsync(HEARTBEAT_MS);
    expect(scripted.asked.at(-1)).toBe('heartbeat');
    membership.isOutdated({ memberId: 'm', generation: 1 }, 'UNKNOWN_MEMBER_ID');
    await vi.advanceTimersByTimeAsync(0);
    expect(pasts).toEqual(['new', 'new']);
  });

  test('of an earlier generation says nothing', async () => {
    const { scripted, membership } = await joinedMember();
    membership.isOutdated({ memberId: 'm', generation: 0 }, 'UNKNOWN_MEMBER_ID');
    membership.isOutdated({ memberId: 'before', generation: 1 }, 'UNKNOWN_MEMBER_ID');
    await vi.advanceTimersByTimeAsync(0);
    expect([scripted.joins.length, membership.lease.valid]).toEqual([1, true]);
  });
});

describe('a heartbeat that is answered after the lease has expired', () => {
  /** The lease has expired, and heartbeats are answered again. */
  async function expired(described: Partial<GroupDescription>) {
    const joined = await joinedMember();
    joined.scripted.isSilent = true;
    await vi.advanceTimersByTimeAsync(4 * HEARTBEAT_MS);
    expect(joined.membership.lease.valid).toBe(false);
    joined.scripted.described = described;
    joined.scripted.isSilent = false;
    await vi.advanceTimersByTimeAsync(2 * HEARTBEAT_MS);
    return joined;
  }
  const members = [{ memberId: 'm' }] as unknown as GroupDescription['members'];

  test('renews it if the group lists the member', async () => {
    const { membership, pasts, seen } = await expired({ error: undefined, members });
    expect([membership.lease.valid, pasts, seen.renewed]).toEqual([true, ['new'], 1]);
  });

  test.each(['COORDINATOR_LOAD_IN_PROGRESS', 'UNKNOWN_SERVER_ERROR', 'GROUP_AUTHORIZATION_FAILED'])(
    'neither renews it nor ends the membership while the group is described with %s, which is reported',
    async (error) => {
      const { membership, pasts, seen } = await expired({ error, members: [] });
      expect([membership.lease.valid, pasts, seen.renewed, seen.forgotten]).toEqual([false, ['new'], 0, 0]);
      expect(seen.failed).toBeGreaterThan(1);
    },
  );

  test('makes it join again as another member if the group does not list it', async () => {
    const { pasts, seen } = await expired({ error: undefined, members: [] });
    expect([pasts, seen.forgotten]).toEqual([['new', 'new'], 1]);
  });
});
