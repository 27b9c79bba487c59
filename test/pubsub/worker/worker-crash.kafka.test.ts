import { describe, expect, inject, test } from 'vitest';
import { payload_text, requester, text_payload, worker_frame, type reply_event } from '../../../src/index.js';
import { startChild } from '../../support/children.js';
import { until } from '../../support/until.js';
import { makeWorld } from '../../support/world.js';

const brokers = inject('brokers');

describe('a worker that is killed', () => {
  test.each([
    ['before its reply: handled again, no duplicate', 'before_reply', 0],
    [
      'after its reply was acknowledged and before the commit: handled again, the second reply is a duplicate',
      'before_commit',
      1,
    ],
  ] as const)(
    '%s',
    async (_, at, duplicates) => {
      // The survivor gets the partition when the session of the dead one expires; brokers take no less than 6 s.
      const { settings, input } = await makeWorld({
        brokers,
        changes: {
          consumer: { session_timeout_ms: 6_000, heartbeat_interval_ms: 200 },
          worker: { commit_interval_ms: 1_000 },
        },
      });
      await using doomed = startChild('worker-child.ts', { settings: input, die: { at, text: 'fatal' } });
      const events: reply_event[] = [];
      await using r = requester.create(settings, { on_reply: (event) => events.push(event) });
      await r.connect();
      await until('the worker is there', () => doomed.said.length > 0, 20_000);
      const request = r.request(worker_frame({ path: [1], command: 'x', payloads: [text_payload('fatal')] }), {
        timeout_ms: 25_000,
      });
      expect(await doomed.ended).toBe('SIGKILL');

      await using survivor = startChild('worker-child.ts', { settings: input });
      expect(payload_text(await request)).toBe('fatal');
      await until('it was handled again', () => survivor.said.some((fact) => fact['handled'] === 'fatal'), 25_000);
      await until('its reply came', () => events.length === 1 + duplicates);
      expect(events.map(({ kind }) => kind)).toEqual(['reply', ...Array<string>(duplicates).fill('duplicate')]);
      expect(r.counts).toMatchObject({ requests: 1, replies: 1, duplicate: duplicates, late: 0, foreign: 0 });
    },
    60_000,
  );
});
