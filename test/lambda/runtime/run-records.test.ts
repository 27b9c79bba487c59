import { expect, test } from 'vitest';
import { settingsOfRun } from '../../../lambda/runtime/run-records.js';
import { config } from '../../../src/index.js';

test('a run has groups of its own, and its handlers do not stop at the deadlines of their requests', () => {
  const settings = config.create({
    connection: { brokers: ['localhost:9092'] },
    groups: { worker: 'w', reply_to: 'r' },
    requester: { reply_mode: 'own', max_in_flight: 7 },
    worker: { concurrency: 3 },
  });
  expect(settingsOfRun(settings, 'run').describe()).toMatchObject({
    groups: { worker: 'w-run', reply_to: 'r-run' },
    requester: { reply_mode: 'shared', max_in_flight: 7 },
    worker: { abort_at_deadline: false, concurrency: 3 },
  });
});
