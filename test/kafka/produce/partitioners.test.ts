import fc from 'fast-check';
import { Partitioners } from 'kafkajs';
import { describe, expect, test } from 'vitest';
import { javaPartitioner, kafkajsLegacyPartitioner, murmur2 } from '../../../src/kafka/produce/partitioners.js';

/** The partition that a partitioner of kafkajs chooses for a key on a topic with this many partitions. */
function kafkajs(create: typeof Partitioners.DefaultPartitioner, key: Uint8Array, count: number): number {
  return create()({
    topic: 'any',
    partitionMetadata: Array.from({ length: count }, (_, partitionId) => ({
      partitionId,
      leader: partitionId % 3,
      partitionErrorCode: 0,
      replicas: [],
      isr: [],
    })),
    message: { key: Buffer.from(key), value: null },
  });
}

const key = fc.uint8Array({ maxLength: 70 });
const count = fc.integer({ min: 1, max: 300 });

describe('murmur2', () => {
  // From Kafka's own UtilsTest.testMurmur2.
  test.each([
    ['21', -973932308],
    ['foobar', -790332482],
    ['a-little-bit-long-string', -985981536],
    ['a-little-bit-longer-string', -1486304829],
    ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
    ['abc', 479470107],
  ])('of %s is the value that Java computes', (text, hash) => expect(murmur2(Buffer.from(text))).toBe(hash));

  test('reads the bytes of a slice, not of the buffer around it', () => {
    const around = new Uint8Array(Buffer.from('xxfoobarxx'));
    expect(murmur2(around.subarray(2, 8))).toBe(-790332482);
  });
});

describe('the partition of a key', () => {
  test('is the one that Java clients choose, even for a negative hash', () => {
    // 0x7fffffff & hash, as Utils.toPositive does; Math.abs would give other values.
    expect(javaPartitioner(Buffer.from('21'), 10)).toBe((-973932308 & 0x7fffffff) % 10);
    expect(javaPartitioner(Buffer.from('21'), 10)).toBe(0);
    expect(javaPartitioner(Buffer.from('abc'), 10)).toBe(7);
  });

  test("is the one that kafkajs' default partitioner chooses", () => {
    fc.assert(
      fc.property(key, count, (key, count) => {
        expect(javaPartitioner(key, count)).toBe(kafkajs(Partitioners.DefaultPartitioner, key, count));
      }),
      { numRuns: 500 },
    );
  });

  test("is the one that kafkajs' legacy partitioner chooses, if configured", () => {
    let differ = 0;
    fc.assert(
      fc.property(key, count, (key, count) => {
        const partition = kafkajsLegacyPartitioner(key, count);
        expect(partition).toBe(kafkajs(Partitioners.LegacyPartitioner, key, count));
        if (partition !== javaPartitioner(key, count)) differ += 1;
      }),
      { numRuns: 200 },
    );
    expect(differ, 'keys on which the two disagree').toBeGreaterThan(0);
  });
});
