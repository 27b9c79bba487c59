import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FrameCutter, type Cut, type FrameSink } from '../../../../rehearsal/gateway/protocol/frames.js';
import { framed, MalformedMessage } from '../../../../rehearsal/gateway/protocol/wire.js';

/** What happens to a frame, according to its first byte. */
type Kind = 'pass' | 'collect';
const kinds: readonly Kind[] = ['pass', 'collect'];

interface Seen {
  kind: Kind;
  bytes: Buffer;
}

class Recorder implements FrameSink {
  readonly seen: Seen[] = [];
  most = 0;
  #parts: Buffer[] = [];

  /** @param needed the number of bytes of a frame that it needs to decide */
  constructor(private readonly needed: number) {}

  look(start: Buffer, size: number): Cut {
    this.most = Math.max(this.most, start.length);
    if (start.length < Math.min(this.needed, size)) return 'more';
    return kinds[(start[0] ?? 0) % 2] ?? 'pass';
  }

  pass(bytes: Buffer): void {
    this.#parts.push(Buffer.from(bytes));
  }

  passed(): void {
    this.seen.push({ kind: 'pass', bytes: Buffer.concat(this.#parts).subarray(4) });
    this.#parts = [];
  }

  collect(frame: Buffer): void {
    this.seen.push({ kind: 'collect', bytes: Buffer.from(frame) });
  }
}

const frames = fc.array(fc.uint8Array({ minLength: 0, maxLength: 60 }).map((bytes) => Buffer.from(bytes)));

function cutAt(stream: Buffer, points: readonly number[]): Buffer[] {
  const sorted = [...new Set(points.map((point) => point % (stream.length + 1)))].sort((a, b) => a - b);
  return [0, ...sorted].map((from, i, all) => stream.subarray(from, all[i + 1]));
}

test('for any chunks of a stream, its frames are complete, in order and unchanged', () => {
  fc.assert(
    fc.property(frames, fc.array(fc.nat()), fc.integer({ min: 1, max: 80 }), (bodies, points, needed) => {
      const recorder = new Recorder(needed);
      const cutter = new FrameCutter(recorder);
      for (const chunk of cutAt(Buffer.concat(bodies.map((body) => framed(body))), points)) cutter.push(chunk);
      expect(recorder.seen).toEqual(bodies.map((bytes) => ({ kind: kinds[(bytes[0] ?? 0) % 2], bytes })));
    }),
    { numRuns: 1_000 },
  );
});

describe('memory', () => {
  test('a frame that passes is never held, whatever size it declares', () => {
    const recorder = new Recorder(8);
    const passed: number[] = [];
    recorder.pass = (bytes) => void passed.push(bytes.length);
    const cutter = new FrameCutter(recorder);
    const head = Buffer.alloc(12);
    head.writeInt32BE(2 ** 31 - 1);
    cutter.push(head);
    for (let i = 0; i < 100; i++) cutter.push(Buffer.alloc(1_000));
    expect(passed.reduce((sum, length) => sum + length)).toBe(100_012);
    expect(recorder.most).toBe(8);
  });

  test('a collected frame uses the memory of the bytes that have arrived, also one byte at a time', () => {
    const recorder = new Recorder(1);
    const cutter = new FrameCutter(recorder);
    const frame = framed(Buffer.alloc(60_000, 1));
    const before = process.memoryUsage().arrayBuffers;
    for (const byte of frame.subarray(0, 50_000)) cutter.push(Buffer.from([byte]));
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8_000_000);
    cutter.push(frame.subarray(50_000));
    expect(recorder.seen).toEqual([{ kind: 'collect', bytes: frame.subarray(4) }]);
  });
});

test('a negative size ends the stream', () => {
  const cutter = new FrameCutter(new Recorder(1));
  expect(() => cutter.push(Buffer.from([0xff, 0xff, 0xff, 0xff]))).toThrow(MalformedMessage);
});

test('after stop, the rest is ignored, also that of the current chunk', () => {
  const recorder = new Recorder(1);
  const cutter = new FrameCutter(recorder);
  const collect = recorder.collect.bind(recorder);
  recorder.collect = (frame) => {
    collect(frame);
    cutter.stop();
  };
  const frame = framed(Buffer.from([1, 2]));
  cutter.push(Buffer.concat([frame, frame]));
  cutter.push(frame);
  expect(recorder.seen).toHaveLength(1);
});
