import { randomUUID } from 'node:crypto';
import { Admin } from '@platformatic/kafka';
import { expect, inject, test } from 'vitest';
import type { metrics } from '../../../src/base/ports.js';
import { create_frame, publisher, text_payload, topic_type, worker, worker_frame } from '../../../src/index.js';
import { fillWorkerTopic } from '../../support/lag.js';
import { patient } from '../../support/patience.js';
import { until } from '../../support/until.js';
import { makeWorld } from '../../support/world.js';

const THROTTLED = 'a broker throttles this client, because it has used up a quota';

/** Counts what the library counts. */
function counted(): metrics & { readonly total: Map<string, number> } {
  const total = new Map<string, number>();
  const add = (name: string, value: number): void => void total.set(name, (total.get(name) ?? 0) + value);
  return { total, count: add, observe: add };
}

async function limit(clientId: string, key: 'producer_byte_rate' | 'consumer_byte_rate', value: number): Promise<void> {
  const admin = new Admin({ clientId: 'quotas', bootstrapBrokers: [...inject('brokers')] });
  const entities = [{ entityType: 'client-id' as const, entityName: clientId }];
  await admin.alterClientQuotas({ entries: [{ entities, ops: [{ key, value, remove: false }] }] });
  await admin.close();
}

test(
  'a producer that is throttled for longer than its time limit waits, says so, and writes each record once',
  { timeout: patient(120_000) },
  async () => {
    const world = await makeWorld({ brokers: inject('brokers'), workerPartitions: 1 });
    const clientId = `slow-${randomUUID()}`;
    await limit(clientId, 'producer_byte_rate', 20_000);
    const seen = counted();
    const connection = { ...world.input.connection, client_id: clientId, broker_request_timeout_ms: 1_500 };
    await using pub = publisher.create(world.with({ connection }, { metrics: seen }));
    await pub.connect();
    const send = (command: string, bytes: number, timeoutMs: number) =>
      pub.send(topic_type.worker, worker_frame({ path: [1], command, payloads: [text_payload('x'.repeat(bytes))] }), {
        timeout_ms: timeoutMs,
      });
    await send('large', 400_000, patient(60_000));
    const opened = seen.total.get('connections_opened');
    const late = send('small', 10, 1_000).catch((error: unknown) => error);
    const second = send('next', 10, patient(90_000));
    second.catch(() => undefined);
    expect(await late).toMatchObject({
      code: 'deadline_exceeded',
      raw_message: expect.stringContaining(THROTTLED) as string,
    });
    await until('the publisher says so', () => JSON.stringify(pub.health()).includes(THROTTLED));
    const { offset } = await second;
    // The record whose sender gave up may have been written; none was written twice.
    expect([1, 2]).toContain(offset);
    expect(seen.total.get('throttle_ms')).toBeGreaterThan(1_500);
    expect(seen.total.get('produce_failures') ?? 0).toBe(0);
    expect(seen.total.get('connections_opened')).toBe(opened);
  },
);

test(
  'a member that is throttled reads on, and does not say that the leader is silent',
  { timeout: patient(120_000) },
  async () => {
    const world = await makeWorld({
      brokers: inject('brokers'),
      workerPartitions: 1,
      // A batch that is larger than the quota of all its windows would never be sent.
      topicConfigs: { 'max.message.bytes': '20000' },
    });
    await fillWorkerTopic(world, 300);
    const clientId = `slow-${randomUUID()}`;
    await limit(clientId, 'consumer_byte_rate', 10_000);
    const seen = counted();
    let handled = 0;
    const connection = { ...world.input.connection, client_id: clientId, broker_request_timeout_ms: 1_500 };
    await using reading = worker.create(world.with({ connection }, { metrics: seen }), () => {
      handled += 1;
      return create_frame({});
    });
    await reading.connect();
    const problems = new Set<string>();
    await until(
      'everything is handled',
      () => {
        for (const problem of reading.health().problems) problems.add(problem);
        return handled >= 300;
      },
      patient(90_000),
    );
    expect([...problems].filter((problem) => problem.includes('no answer'))).toEqual([]);
    expect(problems).toContain(`partition 0 is not read: ${THROTTLED}`);
    expect(seen.total.get('consumer_restarts') ?? 0).toBe(0);
  },
);
