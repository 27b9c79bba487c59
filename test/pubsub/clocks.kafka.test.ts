import { describe, expect, inject, test } from 'vitest';
import {
  create_frame,
  handler_error,
  requester,
  worker,
  worker_frame,
  type clock,
  type pubsub_error,
} from '../../src/index.js';
import { refusal } from '../support/refusal.js';
import { until } from '../support/until.js';
import { makeWorld } from '../support/world.js';

const off = (ms: number): clock => ({ wall_ms: () => Date.now() + ms, monotonic_ms: () => performance.now() });

describe('a worker whose clock is ahead', () => {
  test('skips requests as expired, logs this, and their requesters get an error immediately that the clocks differ', async () => {
    const world = await makeWorld({ brokers: inject('brokers') });
    const lines: string[] = [];
    const nothing = (): void => undefined;
    const logger = { debug: nothing, info: nothing, error: nothing, warn: (line: string) => lines.push(line) };
    await using w = worker.create(world.with({}, { clock: off(60_000), logger }), (frame) =>
      create_frame({ payloads: frame.payloads }),
    );
    await using r = requester.create(world.settings);
    await Promise.all([w.connect(), r.connect()]);
    const error = await refusal(r.request(worker_frame({ path: [1], command: 'x' }), { timeout_ms: 20_000 }));
    expect(error).toMatchObject({ code: 'reply_error', details: { reply_code: 'expired' } });
    expect(error.raw_message).toMatch(/here 1\d{4} ms were left: the clocks differ$/);
    expect(error.hint).toContain('clock is ahead');
    expect(w.counts).toMatchObject({ expired: 1, handled: 0 });
    expect(
      lines.filter((line) => line.endsWith('check that the clocks agree, and that no replica is behind')),
    ).toHaveLength(1);
  });

  test.each([2_000, 600])('tells a requester that waits only %i ms, and neither side is healthy', async (timeoutMs) => {
    const world = await makeWorld({ brokers: inject('brokers') });
    await using w = worker.create(world.with({}, { clock: off(60_000) }), (frame) =>
      create_frame({ payloads: frame.payloads }),
    );
    await using r = requester.create(world.settings);
    await Promise.all([w.connect(), r.connect()]);
    const ask = (): Promise<pubsub_error> =>
      refusal(r.request(worker_frame({ path: [1], command: 'x' }), { timeout_ms: timeoutMs }));
    // The first read after a join may be of old records.
    await ask();
    for (let times = 0; times < 3; times += 1) {
      const error = await ask();
      expect(error).toMatchObject({ code: 'reply_error', details: { reply_code: 'expired' } });
    }
    expect(w.health()).toMatchObject({
      ok: false,
      problems: [expect.stringContaining('clocks of their requesters are behind')],
    });
    expect(r.health()).toMatchObject({
      ok: false,
      problems: [expect.stringContaining('clocks are ahead')],
      replies: { ok: false },
    });
  });

  test('is not assumed because a handler answers with the same code', async () => {
    const world = await makeWorld({ brokers: inject('brokers') });
    await using w = worker.create(world.settings, () => {
      throw new handler_error('expired', 'the coupon has expired');
    });
    await using r = requester.create(world.settings);
    await Promise.all([w.connect(), r.connect()]);
    const error = await refusal(r.request(worker_frame({ path: [1], command: 'x' })));
    expect(error.raw_message).toBe('the worker answered expired: the coupon has expired');
    expect([w.health(), r.health()]).toMatchObject([{ ok: true }, { ok: true }]);
  });

  test('is not reported if requests are really old', async () => {
    const world = await makeWorld({ brokers: inject('brokers') });
    await using r = requester.create(world.settings);
    await r.connect();
    const waiting = refusal(r.request(worker_frame({ path: [1], command: 'x' }), { timeout_ms: 500 }));
    await expect(waiting).resolves.toMatchObject({ code: 'deadline_exceeded' });
    await using w = worker.create(world.settings, (frame) => create_frame({ payloads: frame.payloads }));
    await w.connect();
    await until('it is skipped', () => w.counts.expired === 1);
    expect(r.counts).toMatchObject({ replies: 0, late: 0 });
  });
});
