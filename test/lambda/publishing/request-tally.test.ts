import { expect, test } from 'vitest';
import { RequestTally } from '../../../lambda/publishing/request-tally.js';

const position = { topic: 'sanity.worker', partition: 11, offset: 123_456 };

test('a result with the longest names and the most records stays under 1 MB, and every record is counted', () => {
  const tally = new RequestTally();
  const count = 6_000;
  for (let n = 0; n < count; n += 1) {
    // The longest run_id, and the longest step, of characters that take three bytes.
    const id = `${'r'.repeat(64)}/${'→'.repeat(64)}/${n}`;
    tally.sent();
    tally.acknowledged(id, position, 1);
    tally.replySeen(position, id);
    tally.wrong(id, 'replies in the order '.padEnd(100_000, 'x'));
    tally.timedOut(id);
  }
  tally.drained();
  const facts = tally.facts();
  expect(Buffer.byteLength(JSON.stringify(facts))).toBeLessThan(1_000_000);
  expect(facts.ledger).toMatchObject({ sent: count, unanswered: count });
  expect(facts.wrong).toBe(count);
  expect(facts.exceptions).toHaveLength(100);
  expect(facts.exceptions_left_out).toBe(2 * count - 100);
  expect(facts.positions.length + facts.reply_positions.length + facts.positions_left_out).toBe(2 * count);
  expect(facts.positions.length).toBeGreaterThan(0);
});
