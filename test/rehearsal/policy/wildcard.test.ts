import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { matchesAction, matchesPattern, patternsMeet } from '../../../rehearsal/policy/wildcard.js';

describe('a pattern of IAM', () => {
  test.each([
    ['*', '', true],
    ['*', 'anything:at/all', true],
    ['a*c', 'abbc', true],
    ['a*c', 'abbd', false],
    ['a?c', 'abc', true],
    ['a?c', 'ac', false],
    ['*worker*', 'sanity.worker-1', true],
    ['a**b', 'ab', true],
    ['*a*b*', 'xxbxxaxx', false],
    ['abc', 'ABC', false],
    ['arn:aws:kafka:*:*:topic/*/worker', 'arn:aws:kafka:eu-west-1:1:topic/demo/uuid/worker', true],
    ['a.c', 'abc', false],
    ['a+', 'aa', false],
  ])('%s on %s: %s', (pattern, text, expected) => {
    expect(matchesPattern(pattern, text)).toBe(expected);
  });

  test('actions are case-insensitive', () => {
    expect(matchesAction('KAFKA-Cluster:read*', 'kafka-cluster:ReadData')).toBe(true);
  });

  test('matches like the same regular expression', () => {
    fc.assert(
      fc.property(pattern, text, (given, against) => {
        const expression = given.replace(/[.]/g, '\\.').replaceAll('?', '.').replaceAll('*', '.*');
        expect(matchesPattern(given, against)).toBe(new RegExp(`^${expression}$`).test(against));
      }),
      { numRuns: 2_000 },
    );
  });

  test('takes no more time for patterns that make regular expressions hang', () => {
    expect(matchesPattern(`${'*a'.repeat(500)}*b`, 'a'.repeat(5_000))).toBe(false);
  });
});

describe('two patterns', () => {
  test.each([
    ['*', 'arn:*:kafka:*:*:topic/*', true],
    ['arn:aws:kafka:eu-west-1:1:topic/demo/u/worker', 'arn:*:kafka:*:*:topic/*', true],
    ['arn:aws:kafka:eu-west-1:1:group/demo/u/worker', 'arn:*:kafka:*:*:topic/*', false],
    ['arn:aws:kafka:*', 'arn:*:kafka:*:*:topic/*', true],
    ['arn:aws:s3:::bucket/*', 'arn:aws:kafka:eu-west-1:1:topic/*', false],
    // A star matches colons too.
    ['arn:aws:s3:::bucket/*', 'arn:*:kafka:*:*:topic/*', true],
    ['', '**', true],
    ['a?', '?b', true],
    ['a?', '?bc', false],
  ])('%s and %s meet: %s', (one, other, expected) => {
    expect(patternsMeet(one, other)).toBe(expected);
    expect(patternsMeet(other, one)).toBe(expected);
  });

  test('meet exactly if some string matches both', () => {
    const texts = allTexts(4);
    fc.assert(
      fc.property(short, short, (one, other) => {
        const found = texts.some((candidate) => matchesPattern(one, candidate) && matchesPattern(other, candidate));
        expect(patternsMeet(one, other)).toBe(found);
      }),
      { numRuns: 500 },
    );
  });
});

const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '/', '.', '*', '?'), maxLength: 10 });
const text = fc.string({ unit: fc.constantFrom('a', 'b', '/', '.'), maxLength: 12 });
/** Two of these patterns that meet at all both match a string of four characters. */
const short = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 2 });

function allTexts(longest: number): string[] {
  const all = [''];
  for (let from = 0, length = 0; length < longest; length += 1) {
    const until = all.length;
    for (; from < until; from += 1) all.push(`${all[from]!}a`, `${all[from]!}b`);
  }
  return all;
}
