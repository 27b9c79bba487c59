import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { AclEntry } from '../../../src/kafka/admin/acls.js';
import type { AclKafka } from '../../../rehearsal/enforce/acl-kafka.js';
import { EnforcedRights } from '../../../rehearsal/enforce/enforced-rights.js';
import { planRoles } from '../../../rehearsal/enforce/index.js';
import type { RoleRights } from '../../../rehearsal/policy/index.js';

const CLUSTER = 'arn:aws:kafka:eu-west-1:123456789012:cluster/shop/uuid-1';
const TOPICS = 'arn:aws:kafka:eu-west-1:123456789012:topic/shop/uuid-1';
const BEGIN_MS = Date.parse('2026-01-01T00:00:00Z');
const HOUR_MS = 3_600_000;

/** A Kafka that records its calls, and fails or waits where a test says so. */
class ScriptedKafka implements AclKafka {
  readonly acls = new Set<string>();
  readonly changing: (() => Promise<void>)[] = [];
  changes = 0;

  async change(create: readonly AclEntry[], remove: readonly AclEntry[]): Promise<void> {
    this.changes += 1;
    await this.changing.shift()?.();
    for (const entry of remove) this.acls.delete(shown(entry));
    for (const entry of create) this.acls.add(shown(entry));
  }

  list = (): Promise<AclEntry[]> => Promise.resolve([]);
  topics = (): Promise<string[]> => Promise.resolve([]);
  groups = (): Promise<string[]> => Promise.resolve([]);
}

const shown = ({ permission, operation, resourceName }: AclEntry): string =>
  `${permission} ${operation} ${resourceName}`;

/** A role that may read each of these topics from its hour on. */
function readsFrom(hours: Record<string, number>): readonly RoleRights[] {
  const statements = Object.entries(hours).map(([topic, hour]) => ({
    Effect: 'Allow',
    Action: 'kafka-cluster:ReadData',
    Resource: `${TOPICS}/${topic}`,
    Condition: {
      DateGreaterThanEquals: { 'aws:CurrentTime': new Date(BEGIN_MS + hour * HOUR_MS).toISOString() },
    },
  }));
  const connect = { Effect: 'Allow', Action: 'kafka-cluster:Connect', Resource: CLUSTER };
  const text = JSON.stringify({ Version: '2012-10-17', Statement: [connect, ...statements] });
  return planRoles([{ path: 'r.json', text }]).rights;
}

let kafka: ScriptedKafka;
let failures: unknown[];
let enforced: EnforcedRights;
beforeEach(() => {
  vi.useFakeTimers({ now: BEGIN_MS });
  kafka = new ScriptedKafka();
  failures = [];
  enforced = new EnforcedRights(kafka, (error) => failures.push(error));
});
afterEach(async () => {
  await enforced[Symbol.asyncDispose]();
  vi.useRealTimers();
});

const mayRead = (topic: string): boolean => kafka.acls.has(`ALLOW READ ${topic}`);

test('a change by the time that fails is reported, tried again, and does not prevent later ones', async () => {
  await enforced.set(readsFrom({ first: 1, second: 2 }), CLUSTER);
  kafka.changing.push(() => Promise.reject(new Error('no broker answers')));
  await vi.advanceTimersByTimeAsync(HOUR_MS);
  expect([failures.length, mayRead('first')]).toEqual([1, false]);
  await vi.advanceTimersByTimeAsync(HOUR_MS / 2);
  expect([failures.length, mayRead('first'), mayRead('second')]).toEqual([1, true, false]);
  await vi.advanceTimersByTimeAsync(HOUR_MS / 2);
  expect([failures.length, mayRead('second')]).toEqual([1, true]);
});

test('nothing is changed after the end, although a change was under way', async () => {
  await enforced.set(readsFrom({ first: 1, second: 2 }), CLUSTER);
  let finish!: () => void;
  kafka.changing.push(() => new Promise((resolve) => (finish = resolve)));
  await vi.advanceTimersByTimeAsync(HOUR_MS);
  const ended = enforced[Symbol.asyncDispose]();
  finish();
  await ended;
  expect(mayRead('first')).toBe(true);
  expect(vi.getTimerCount()).toBe(0);
  const { changes } = kafka;
  await expect(enforced.set(readsFrom({ first: 0 }), CLUSTER)).rejects.toMatchObject({ code: 'aborted' });
  await vi.advanceTimersByTimeAsync(2 * HOUR_MS);
  expect([kafka.changes, failures]).toEqual([changes, []]);
});
