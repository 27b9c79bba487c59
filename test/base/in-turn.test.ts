import { expect, test } from 'vitest';
import { InTurn } from '../../src/base/in-turn.js';

test('operations run one after the other, and a failed one fails only its own caller', async () => {
  const turns = new InTurn();
  const done: string[] = [];
  let finish!: () => void;
  const first = turns.run(async () => {
    await new Promise<void>((resolve) => (finish = resolve));
    done.push('first');
    throw new Error('broken');
  });
  const second = turns.run(() => Promise.resolve(done.push('second')));
  await Promise.resolve();
  expect(done).toEqual([]);
  finish();
  await expect(first).rejects.toThrow('broken');
  await expect(second).resolves.toBe(2);
  expect(done).toEqual(['first', 'second']);
  await turns.ended();
});
