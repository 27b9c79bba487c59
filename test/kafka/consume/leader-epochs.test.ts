import { expect, test } from 'vitest';
import { LeaderEpochs } from '../../../src/kafka/consume/leader-epochs.js';

test('the epoch of an offset is that of the record before it', () => {
  const epochs = new LeaderEpochs();
  expect(epochs.before(5)).toBeUndefined();
  epochs.startAt({ offset: 5, epoch: 2 });
  epochs.note(5, 2);
  epochs.note(8, 4);
  epochs.note(9, -1);
  expect([4, 5, 6, 8, 9, 10].map((offset) => epochs.before(offset))).toEqual([undefined, 2, 2, 2, 4, undefined]);
});

test('of records that the log has lost, no epoch is known', () => {
  const epochs = new LeaderEpochs();
  epochs.startAt({ offset: 5, epoch: 2 });
  epochs.note(8, 3);
  epochs.cutFrom(8);
  expect([8, 9].map((offset) => epochs.before(offset))).toEqual([2, 2]);
  epochs.note(8, 5);
  expect([8, 9].map((offset) => epochs.before(offset))).toEqual([2, 5]);
  epochs.startAt({ offset: 3, epoch: undefined });
  expect([3, 8, 9].map((offset) => epochs.before(offset))).toEqual([undefined, undefined, undefined]);
});

test('the first offset after an epoch', () => {
  const epochs = new LeaderEpochs();
  epochs.startAt({ offset: 100, epoch: 3 });
  epochs.note(110, 5);
  epochs.note(120, 7);
  expect([2, 3, 4, 5, 6, 7].map((epoch) => epochs.firstAfter(epoch))).toEqual([99, 110, 110, 120, 120, undefined]);
});
