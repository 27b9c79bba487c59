import { describe, expect, test } from 'vitest';
import { answeredFinding } from '../../../sanity/checks/answered.js';
import { enoughTime, timeUp } from '../../../sanity/checks/time-up.js';
import { longestTime, RunTime, type LongestTime } from '../../../sanity/steps/run-time.js';
import { requestResult } from '../results.js';

/** Of a stack whose functions have 120 s. */
const stack: LongestTime = { ms: 110_000, isOption: true };
const scheduled: LongestTime = { ms: 60_000, isOption: false };

describe('a hint names a time limit that the command takes', () => {
  test.each([
    ['on this machine', 60_000, longestTime, /--timeout 180\)/],
    ['on this machine, near the largest', 1_300_000, longestTime, /\(--timeout 3600\) may be enough/],
    ['at the largest', 3_600_000, longestTime, /^This is the largest time limit/],
    ['of a stack', 60_000, stack, /\(--timeout 110\) may be enough/],
    ['of a stack, short', 20_000, stack, /--timeout 60\)/],
    ['of a stack, at its largest', 110_000, stack, /^This is the largest time limit.* smaller --count/],
    ['of a schedule', 60_000, scheduled, /^A scheduled run always has 60 s: its event needs a smaller count/],
  ])('%s: nothing is known about the time that is needed', (_, limitMs, longest, hint) => {
    const finding = timeUp(new RunTime(limitMs, undefined, longest), 'x');
    expect(finding).toMatchObject({ hint: expect.stringMatching(hint) as string });
  });

  test.each([
    ['on this machine', 200_000, longestTime, /--timeout 200\)/],
    ['of a stack, enough', 101_000, stack, /--timeout 110\)/],
    ['of a stack, not enough', 111_000, stack, /^Even the largest time limit of this run \(--timeout 110\)/],
    ['of a schedule', 111_000, scheduled, /^A scheduled run always has 60 s/],
  ])('%s: the time that is needed is known', (_, neededMs, longest, hint) => {
    expect(enoughTime(neededMs, longest)).toMatch(hint);
  });

  test.each([
    ['some were answered', { sent: 5, delivered: 5, never_sent: 500 }, /^Even the largest .*--timeout 110/],
    ['none was', { sent: 5, undecided: 5, never_sent: 500 }, /--timeout 110\) may be enough/],
  ])('requests of a stack that were cut short: %s', (_, ledger, hint) => {
    const results = [requestResult(ledger, { requests_ms: 5_000 })];
    const finding = answeredFinding(results, new RunTime(60_000, undefined, stack));
    expect(finding).toMatchObject({ hint: expect.stringMatching(hint) as string });
  });
});
