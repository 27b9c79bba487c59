import { expect, inject, test } from 'vitest';
import { fillWorkerTopic } from '../support/lag.js';
import { startChild } from '../support/children.js';
import { makeWorld } from '../support/world.js';
import { patient } from '../support/patience.js';

const MB = 1024 * 1024;

// memory.full.test.ts has the number that is promised; this one is quick, and sees an unbounded queue too.
test(
  'a lag stays in the topic, not in memory, and then arrives in order',
  async () => {
    const world = await makeWorld({ brokers: inject('brokers') });
    const count = 60_000;
    await fillWorkerTopic(world, count);
    await using reader = startChild('slow-reader-child.ts', { settings: world.input, count, pauses: 150 });
    expect(await reader.ended, reader.errors).toBe(0);
    const [result] = reader.said;
    expect(result).toMatchObject({ taken: count, disordered: 0 });
    expect((result!['grown'] as number) / MB).toBeLessThanOrEqual(96);
  },
  patient(120_000),
);
