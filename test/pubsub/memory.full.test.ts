import { expect, inject, test } from 'vitest';
import { fillWorkerTopic } from '../support/lag.js';
import { startChild } from '../support/children.js';
import { makeWorld } from '../support/world.js';

const MB = 1024 * 1024;

test('a slow reader with a lag of 200 000 frames of 1 kB uses at most 96 MB more, and reads all in order', async () => {
  const world = await makeWorld({ brokers: inject('brokers') });
  const count = 200_000;
  await fillWorkerTopic(world, count);
  await using reader = startChild('slow-reader-child.ts', { settings: world.input, count, pauses: 500 });
  expect(await reader.ended, reader.errors).toBe(0);
  const [result] = reader.said;
  expect(result).toMatchObject({ taken: count, disordered: 0 });
  expect((result!['grown'] as number) / MB).toBeLessThanOrEqual(96);
}, 300_000);
