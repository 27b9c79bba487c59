import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ResponseAssembler } from '../../../src/kafka/client/response-assembler.js';

const framed = (body: Uint8Array): Buffer => {
  const bytes = Buffer.alloc(4 + body.length);
  bytes.writeInt32BE(body.length);
  bytes.set(body, 4);
  return bytes;
};

describe('ResponseAssembler', () => {
  test('assembles whole responses from chunks of any size, and keeps no reference to the chunks', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 20 }),
        fc.array(fc.integer({ min: 1, max: 70 }), { minLength: 1 }),
        (bodies, cuts) => {
          const stream = Buffer.concat(bodies.map(framed));
          const got: Buffer[] = [];
          const assembler = new ResponseAssembler(
            (response) => got.push(Buffer.from(response)),
            (size) => Buffer.alloc(size + 10),
          );
          const chunk = Buffer.alloc(70);
          for (let from = 0, i = 0; from < stream.length; i += 1) {
            const size = Math.min(cuts[i % cuts.length]!, stream.length - from);
            stream.copy(chunk, 0, from, from + size);
            assembler.push(chunk.subarray(0, size));
            chunk.fill(0xee);
            from += size;
          }
          expect(got).toEqual(bodies.map(framed));
        },
      ),
    );
  });

  test('refuses an impossible length before it allocates memory', () => {
    const assembler = new ResponseAssembler(
      () => undefined,
      () => expect.fail('it took memory'),
    );
    expect(() => assembler.push(Buffer.from('HTTP/1.1 400 Bad Request'))).toThrow('does not use Kafka’s protocol');
    expect(() => assembler.push(Buffer.from([0xff, 0xff, 0xff, 0xff]))).toThrow('does not use Kafka’s protocol');
  });
});
