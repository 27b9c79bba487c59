import { expect, test } from 'vitest';
import type { Verdict } from '../../../drills/checker/check.js';
import { measures } from '../../../drills/measures.js';
import { colourOf, type DrillResult } from '../../../drills/report/result.js';
import { markdownTable, resultTable } from '../../../drills/report/table.js';

const verdict: Verdict = {
  requests: 200,
  succeeded: 190,
  codes: { deadline_exceeded: 10 },
  duplicates: 1,
  recoveryMs: 2_500,
  recoveryAfterFaultMs: 9_000,
  longestWrongClaim: undefined,
  violations: [],
};
const wrong: Verdict = {
  ...verdict,
  recoveryMs: undefined,
  violations: [{ invariant: 'recovery', count: 2, sentence: 'requests did not succeed again' }],
};
const green: DrillResult = {
  name: 'a-drill',
  title: 'a fault',
  seconds: 20,
  proofs: [{ holds: true, what: 'it is gone', seen: 'state none' }],
  verdict,
};

test('a drill is green if its fault is proven and every invariant holds', () => {
  expect(colourOf(green)).toBe('green');
  expect(colourOf({ ...green, verdict: wrong })).toBe('RED');
  expect(colourOf({ ...green, proofs: [] })).toBe('RED');
  expect(colourOf({ ...green, proofs: [{ holds: false, what: 'it is gone', seen: 'state S' }] })).toBe('RED');
});

test('on a machine that was too busy, a violation gives no verdict, and a drill without one is green', () => {
  const starved = { starvedShare: measures.starvedShare };
  expect(colourOf({ ...green, ...starved })).toBe('green');
  expect(colourOf({ ...green, ...starved, verdict: wrong })).toBe('busy');
  const { verdict: _, ...none } = green;
  expect(colourOf({ ...none, failure: 'there was no steady state', ...starved })).toBe('busy');
  expect(colourOf({ ...none, failure: 'a broker could not be started' })).toBe('RED');
});

test('the tables have a row for each drill, with its violations', () => {
  const results = [green, { ...green, name: 'other', verdict: wrong }];
  expect(resultTable(results)).toContain('recovery ×2: requests did not succeed again');
  const [, , first, second] = markdownTable(results).split('\n');
  expect(first).toBe('| a-drill | 200 | 95.0 | 2.5 | 0 | green |  |');
  expect(second).toContain(
    '| other | 200 | 95.0 | not recovered | 0 | RED | recovery ×2: requests did not succeed again |',
  );
});
