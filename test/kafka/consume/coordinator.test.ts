import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { thrownError } from '../../../src/base/thrown.js';
import type { ApiName } from '../../../src/kafka/client/broker-apis.js';
import type { Cluster } from '../../../src/kafka/client/cluster.js';
import { Coordinator } from '../../../src/kafka/consume/coordinator.js';

interface Waiting {
  readonly place: string;
  readonly since: number;
  reject(error: Error): void;
}

/** Brokers that name a coordinator, and answer nothing else. */
class SilentBrokers {
  /** The broker that all of them name. */
  coordinator = 'a';
  readonly waiting = new Set<Waiting>();
  readonly throttledUntil = new Map<string, number>();
  readonly dropped: [place: string, reason: string][] = [];

  readonly askAny = (): Promise<unknown> =>
    Promise.resolve({ error: undefined, nodeId: 1, host: this.coordinator, port: 1 });

  /** What a broker answers about a group; undefined: nothing. */
  readonly described = new Map<string, unknown>();

  readonly askAt = ({ host }: { host: string }, purpose: string, api: string): Promise<never> => {
    const answer = api === 'describeGroups' ? this.described.get(host) : undefined;
    if (answer !== undefined) return Promise.resolve([answer] as never);
    return new Promise((_, reject) => {
      this.waiting.add({ place: `${host} ${purpose}`, since: performance.now(), reject });
    });
  };

  readonly drop = ({ host }: { host: string }, purpose: string, reason: string): void => {
    this.dropped.push([`${host} ${purpose}`, reason]);
    this.fail(`${host} ${purpose}`);
  };

  readonly waitingMs = ({ host }: { host: string }, purpose: string): number =>
    Math.max(0, ...[...this.at(`${host} ${purpose}`)].map(({ since }) => performance.now() - since));

  readonly throttledUntilAt = ({ host }: { host: string }): number =>
    this.throttledUntil.get(host) ?? Number.NEGATIVE_INFINITY;

  at(place: string): Waiting[] {
    return [...this.waiting].filter((one) => one.place === place);
  }

  fail(place: string): void {
    for (const one of this.at(place)) {
      this.waiting.delete(one);
      one.reject(new Error('closed'));
    }
  }
}

/** No broker reads it. */
const body = {} as never;
let brokers: SilentBrokers;
let coordinator: Coordinator;
beforeEach(() => {
  vi.useFakeTimers();
  brokers = new SilentBrokers();
  coordinator = new Coordinator(brokers as unknown as Cluster, 'g');
  onTestFinished(() => coordinator.close());
});
afterEach(() => vi.useRealTimers());

/** A request, and the text of its failure. */
function asking(purpose: 'group' | 'data', api: ApiName): Promise<string> {
  return coordinator.ask(purpose, api, body).then(
    () => 'answered',
    (error: unknown) => thrownError(error).message,
  );
}

/** A join waits at `a`; then the failure of another request leads to the new coordinator `b`. */
async function joinAtFormer(): Promise<{ join: Promise<string> }> {
  const join = asking('group', 'joinGroup');
  const other = asking('data', 'describeGroups');
  await vi.advanceTimersByTimeAsync(0);
  brokers.coordinator = 'b';
  brokers.fail('a data');
  await other;
  asking('data', 'describeGroups').catch(() => undefined);
  await vi.advanceTimersByTimeAsync(0);
  expect([brokers.at('a group').length, brokers.at('b data').length]).toEqual([1, 1]);
  return { join };
}

test('a join that waits at a former coordinator is dropped when its silence is noticed', async () => {
  const { join } = await joinAtFormer();
  await vi.advanceTimersByTimeAsync(3_600);
  expect(brokers.dropped).toEqual([['a group', 'b:1 coordinates group g now']]);
  expect(await join).toBe('closed');
});

test('a lost join is dropped where it waits, and this does not make the new coordinator unknown', async () => {
  const { join } = await joinAtFormer();
  coordinator.drop('group', 'lost');
  expect(await join).toBe('closed');
  expect(brokers.dropped).toEqual([['a group', 'lost']]);
  brokers.coordinator = 'c';
  asking('group', 'joinGroup').catch(() => undefined);
  await vi.advanceTimersByTimeAsync(0);
  expect(brokers.at('b group')).toHaveLength(1);
});

test('a request counts as unanswered from when it was sent, and while its broker throttles, not at all', async () => {
  expect(coordinator.unansweredMs('group')).toBe(0);
  await joinAtFormer();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(coordinator.unansweredMs('group')).toBe(1_000);
  brokers.throttledUntil.set('a', performance.now() + 300);
  expect(coordinator.unansweredMs('group')).toBe(-300);
  await vi.advanceTimersByTimeAsync(400);
  expect(coordinator.unansweredMs('group')).toBe(100);
});

test.each([
  ['keeps its join', { error: undefined, state: 'PreparingRebalance' }, []],
  ['loses its join if it says that it is not', { error: 'NOT_COORDINATOR' }, ['a group']],
])('a broker that answers as the coordinator, while another one is named, %s', async (_what, answer, dropped) => {
  asking('group', 'joinGroup').catch(() => undefined);
  await vi.advanceTimersByTimeAsync(0);
  brokers.described.set('a', answer);
  brokers.coordinator = 'b';
  await vi.advanceTimersByTimeAsync(10_000);
  expect(brokers.dropped.map(([place]) => place)).toEqual(dropped);
});
