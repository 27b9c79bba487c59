import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { ApiName } from '../../../src/kafka/client/broker-apis.js';
import type { RequestOptions } from '../../../src/kafka/client/broker-connection.js';
import { ConnectionFailure } from '../../../src/kafka/client/connection-failure.js';
import { RetryPolicy } from '../../../src/kafka/client/retry-policy.js';
import type { GroupCoordinator } from '../../../src/kafka/consume/coordinator.js';
import { noMemberData } from '../../../src/kafka/consume/member-data.js';
import { Membership } from '../../../src/kafka/consume/membership.js';
import { UnansweredJoin } from '../../../src/kafka/consume/unanswered-join.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => vi.useRealTimers());

/**
 * Watches a join of which the group knows nothing.
 *
 * @param quietFrom when the join is sent, or its broker stops throttling its connection: milliseconds from now
 * @returns after how many milliseconds it was dropped
 */
async function droppedAfter(state: string, quietFrom: number): Promise<number | undefined> {
  const from = performance.now();
  let after: number | undefined;
  const coordinator = {
    ask: () => Promise.resolve([{ error: undefined, state }]),
    forget: () => undefined,
    drop: () => (after = performance.now() - from),
    unansweredMs: () => performance.now() - from - quietFrom,
  } as unknown as GroupCoordinator;
  const watch = new UnansweredJoin(coordinator, 'joinGroup', { group: 'g', canJoinAgain: true });
  onTestFinished(() => watch.stop());
  await vi.advanceTimersByTimeAsync(30_000);
  return after;
}

test('a join that the group must have answered is dropped after two looks', async () => {
  expect(await droppedAfter('Stable', 0)).toBe(2_500);
});

test.each([
  ['Stable', 12_500],
  ['PreparingRebalance', 15_500],
])(
  'neither its loss nor its repetition is concluded while its connection is throttled: group %s',
  async (state, after) => {
    expect(await droppedAfter(state, 10_000)).toBe(after);
  },
);

/** A coordinator whose group waits for joins, and which answers no join, as a connection with time limits shows it. */
class WaitingGroup implements GroupCoordinator {
  /** Milliseconds until a connection for the next joins is open. */
  connectMs = 0;
  /** When joins were sent. */
  readonly sentAt: number[] = [];
  readonly #from = performance.now();
  readonly #waiting = new Map<(error: Error) => void, number>();
  #isKnown = false;

  async ask(
    _purpose: string,
    api: ApiName,
    _body: unknown,
    options?: RequestOptions | (() => RequestOptions),
  ): Promise<never> {
    if (api === 'describeGroups') return [{ error: undefined, state: 'PreparingRebalance' }] as never;
    if (!this.#isKnown) {
      this.#isKnown = true;
      return { error: 'MEMBER_ID_REQUIRED', memberId: 'm' } as never;
    }
    await new Promise((resolve) => setTimeout(resolve, this.connectMs));
    const { waitMs = 0, timeoutMs = 0 } = typeof options === 'function' ? options() : (options ?? {});
    this.sentAt.push(performance.now() - this.#from);
    return new Promise((_, reject) => {
      this.#waiting.set(reject, performance.now());
      setTimeout(() => reject(new ConnectionFailure('silent', 'no answer')), waitMs + timeoutMs);
    });
  }

  forget(): void {
    // It stays where it is.
  }

  drop(): void {
    for (const reject of this.#waiting.keys()) reject(new ConnectionFailure('dropped', 'dropped'));
    this.#waiting.clear();
  }

  unansweredMs(): number {
    return Math.max(0, ...[...this.#waiting.values()].map((since) => performance.now() - since));
  }
}

describe('a join that is sent again and again', () => {
  /** A member of this group, and when its join was reported as failed. */
  function joining(group: WaitingGroup): number[] {
    const from = performance.now();
    const failedAt: number[] = [];
    const times = { sessionTimeoutMs: 10_000, heartbeatIntervalMs: 3_000, rebalanceTimeoutMs: 20_000 };
    const membership = new Membership({ topic: 't', group: 'g', ...times }, group, new RetryPolicy(0), {
      joining: () => noMemberData,
      partitions: () => [0],
      joined: () => undefined,
      renewed: () => undefined,
      forgotten: () => undefined,
      failed: () => failedAt.push(performance.now() - from),
    });
    const ending = new AbortController();
    const running = membership.run(ending.signal);
    onTestFinished(async () => {
      ending.abort();
      await running;
    });
    return failedAt;
  }

  test('is given up 25 s after it was first sent', async () => {
    const group = new WaitingGroup();
    const failedAt = joining(group);
    await vi.advanceTimersByTimeAsync(24_990);
    expect(group.sentAt.length).toBeGreaterThan(2);
    expect(failedAt).toEqual([]);
    await vi.advanceTimersByTimeAsync(20);
    expect(failedAt).toHaveLength(1);
  });

  test('is given up then although no connection could be opened, and is not sent later', async () => {
    const group = new WaitingGroup();
    const failedAt = joining(group);
    await vi.advanceTimersByTimeAsync(10);
    group.connectMs = 60_000;
    await vi.advanceTimersByTimeAsync(25_000);
    expect(failedAt).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(45_000);
    expect(group.sentAt).toHaveLength(1);
  });
});
