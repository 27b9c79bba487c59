import { expect, test } from 'vitest';
import { measures, type Figures } from '../../bench/measures.js';
import { isHopeless, judge, sortRounds, targets, type Round } from '../../bench/verdict.js';

const figures = (changes: Partial<Figures> = {}): Figures => ({
  ...Object.fromEntries(measures.map(({ id }) => [id, 1])),
  ...changes,
});
const round = (otherPercent: number): Round => ({ otherPercent, figures: { 'easy-pubsub': figures() } });

test('a round with more than 15 % of other load is dropped, unless --noisy is given', () => {
  const rounds = [round(15), round(15.1), round(0)];
  expect(sortRounds(rounds, false)).toEqual({ kept: [rounds[0], rounds[2]], dropped: [rounds[1]] });
  expect(sortRounds(rounds, true).kept).toHaveLength(3);
});

test('there is no result if more than 40 % of the rounds must be dropped', () => {
  const dropped = (count: number): Round[] => Array.from({ length: count }, () => round(99));
  // 5 kept of 8 are 37.5 % dropped, 5 of 9 are 44 %.
  expect(isHopeless({ kept: [], dropped: dropped(3) }, 5)).toBe(false);
  expect(isHopeless({ kept: [], dropped: dropped(4) }, 5)).toBe(true);
  expect(isHopeless({ kept: [], dropped: dropped(4) }, 6)).toBe(false);
});

test('a target is judged by the median of the ratios', () => {
  const rounds = [0.5, 1.05, 3].map((rate) => ({
    otherPercent: 0,
    figures: { 'easy-pubsub': figures({ rate_32_64: 1_000 * rate }), tuned: figures({ rate_32_64: 1_000 }) },
  }));
  const judged = judge(rounds).find(
    ({ title, to }) => title === 'round trips/s, 32 in flight, 64 paths' && to === 'tuned',
  );
  expect(judged).toMatchObject({ values: [0.5, 1.05, 3], limit: '≥ 1', reached: true });
});

test.each(targets)(
  '$measure of $of against $to is missed beyond its limit',
  ({ of = 'easy-pubsub', measure, to, atLeast, atMost }) => {
    const { title } = measures.find(({ id }) => id === measure)!;
    const judged = (value: number): boolean | undefined => {
      const peers = { [of]: figures({ [measure]: value }), ...(to === undefined ? {} : { [to]: figures() }) };
      return judge([{ otherPercent: 0, figures: peers }]).find(
        (one) => one.of === of && one.title === title && one.to === to,
      )?.reached;
    };
    const limit = (atLeast ?? atMost)!;
    expect(judged(limit)).toBe(true);
    expect(judged(limit * 1.01)).toBe(atMost === undefined);
    expect(judged(limit * 0.99)).toBe(atLeast === undefined);
  },
);

test('a target that was not measured is not judged', () => {
  expect(judge([round(0)]).map(({ to }) => to)).toEqual([undefined]);
  expect(judge([])).toEqual([]);
});
