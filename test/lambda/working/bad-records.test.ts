import { expect, test } from 'vitest';
import { runHeaders } from '../../../lambda/runtime/run-records.js';
import { BadRecords } from '../../../lambda/working/bad-records.js';

const at = (offset: number, reason = 'a reason') => ({ position: { topic: 'w', partition: 0, offset }, reason });

test('invalid records of others do not crowd out those of the run, however many and long they are', () => {
  const bad = new BadRecords('run-1');
  for (let offset = 0; offset < 500; offset += 1) {
    bad.add(at(offset, 'x'.repeat(5_000)), offset % 2 === 0 ? {} : runHeaders('run-2'));
  }
  const own = [500, 501, 502, 503].map((offset) => at(offset));
  for (const facts of own) bad.add(facts, runHeaders('run-1'));
  expect(bad.count).toBe(504);
  expect(bad.listed.slice(0, 4)).toEqual(own);
  expect(bad.listed.length).toBeGreaterThan(4);
  expect(JSON.stringify(bad.listed).length).toBeLessThan(170_000);
});
