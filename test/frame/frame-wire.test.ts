import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { air_core_codec } from '../../src/frame/air-core-codec.js';
import {
  AirCoreFrameSchema,
  bytes_payload,
  text_payload,
  worker_frame,
  type AirCoreFrame,
  type frame_init,
} from '../../src/frame/air-core-frame.js';
import { readFrame } from '../../src/frame/frame-reader.js';
import { writeFrame } from '../../src/frame/frame-writer.js';

// Our writer and reader are for the ordinary; protobuf-es says what is correct.
const byReflection = {
  encode: (frame: AirCoreFrame) => Buffer.from(toBinary(AirCoreFrameSchema, frame, { writeUnknownFields: false })),
  decode: (bytes: Uint8Array) => fromBinary(AirCoreFrameSchema, bytes, { readUnknownFields: false }),
};

const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(arbitrary, { nil: undefined });
// All of Unicode, lone surrogates too; long enough for lengths of two bytes.
const text = fc.oneof(
  fc.constantFrom('', 'a', '\ufffd', '\ufeffa', '\0', '\ud800', 'é'.repeat(30)),
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.string({ maxLength: 300 }),
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 5 }).map((units) => String.fromCharCode(...units)),
);
const time = fc.record({
  seconds: fc.oneof(fc.bigInt(-(1n << 63n), (1n << 63n) - 1n), fc.bigInt(0n, 1n << 33n), fc.constant(0n)),
  nanos: fc.oneof(fc.integer(), fc.nat({ max: 999_999_999 })),
});
const key = fc.record({
  kafkaTopic: text,
  kafkaPartitionKey: fc.oneof(
    fc.constant({ case: undefined }),
    fc.record({ case: fc.constant('partitionInteger' as const), value: fc.oneof(fc.integer(), fc.nat({ max: 300 })) }),
    fc.record({
      case: fc.constant('sequenceNumberPath' as const),
      value: fc.record({
        numbers: fc.array(
          fc.oneof(fc.bigInt(0n, (1n << 64n) - 1n), fc.bigInt(0n, 300n), fc.constantFrom(1n << 53n, (1n << 53n) - 1n)),
          { maxLength: 20 },
        ),
      }),
    }),
  ),
});
const coordinates = fc.record({ correlationId: text, kafkaKey: maybe(key) });
const payload = fc.record({
  contentType: text,
  content: fc.oneof(
    fc.constant({ case: undefined }),
    fc.record({ case: fc.constant('text' as const), value: text }),
    fc.record({ case: fc.constant('bytes' as const), value: fc.uint8Array({ maxLength: 300 }) }),
  ),
});
const frames = fc
  .record({
    sendTo: maybe(coordinates),
    replyTo: maybe(coordinates),
    command: text,
    payloads: fc.array(payload, { maxLength: 4 }),
    sequencing: maybe(
      fc.record({ number: fc.oneof(fc.nat({ max: 300 }), fc.nat({ max: 0xffff_ffff })), last: fc.boolean() }),
    ),
    error: maybe(fc.record({ code: text, message: text })),
    sentAt: maybe(time),
    deadline: maybe(time),
    hops: fc.array(fc.record({ name: text, at: maybe(time) }), { maxLength: 4 }),
  })
  .map((init) => create(AirCoreFrameSchema, init as frame_init));

const ordinary = (): AirCoreFrame => {
  const request = air_core_codec.request_reply.address_request(
    worker_frame({
      path: [7, 2 ** 40],
      command: 'grüße',
      payloads: [text_payload('ö'.repeat(200)), bytes_payload(new Uint8Array([1, 2]))],
    }),
    {
      correlation_id: 'id',
      reply_topic: 'answers',
      reply_partition: 3,
      sent_at_ms: 1_767_225_600_123.5,
      deadline_ms: 1_767_225_610_000,
    },
  );
  const address = { number: 300, last: true, received_at_ms: 1_767_225_600_124, sent_at_ms: 1_767_225_600_125 };
  return air_core_codec.request_reply.address_reply(create(AirCoreFrameSchema), request, address);
};

/** What it gives, or that it throws. */
function outcome<T>(act: () => T): T | 'throws' {
  try {
    return act();
  } catch {
    return 'throws';
  }
}

describe('a frame', () => {
  test('without special fields is written and read without protobuf-es, with the same result', () => {
    const frame = ordinary();
    const bytes = writeFrame(frame);
    expect(bytes).toEqual(byReflection.encode(frame));
    expect(readFrame(bytes!)).toStrictEqual(byReflection.decode(bytes!));
    expect(readFrame(new Uint8Array(bytes!))).toStrictEqual(byReflection.decode(new Uint8Array(bytes!)));
  });

  test('with any content is written as protobuf-es writes it', () => {
    fc.assert(
      fc.property(frames, (frame) => {
        expect(Buffer.from(air_core_codec.encode(frame))).toEqual(byReflection.encode(frame));
      }),
      { numRuns: 2_000 },
    );
  });

  test('with any content is read as protobuf-es reads it', () => {
    fc.assert(
      fc.property(frames, (frame) => {
        const bytes = byReflection.encode(frame);
        const read = readFrame(bytes);
        if (read !== undefined) expect(read).toStrictEqual(byReflection.decode(bytes));
      }),
      { numRuns: 2_000 },
    );
  });

  test('larger than the buffer of the writer is written completely, and so is the next one', () => {
    const large = worker_frame({
      path: [1],
      payloads: ['x', 'é'].map((letter) => text_payload(letter.repeat(200_000))),
    });
    expect(writeFrame(large)).toEqual(byReflection.encode(large));
    expect(writeFrame(ordinary())).toEqual(byReflection.encode(ordinary()));
  });

  test.each<[string, (frame: Record<string, unknown>) => void]>([
    ['a command that is a number', (frame) => (frame['command'] = 7)],
    ['a missing list of hops', (frame) => (frame['hops'] = undefined)],
    ['a hop that is none', (frame) => (frame['hops'] = [null])],
    ['a partition of one and a half', (frame) => (frame['replyTo'] = toPartition(1.5))],
    ['a partition below zero', (frame) => (frame['replyTo'] = toPartition(-1))],
    [
      'a time that is not a bigint',
      (frame) => (frame['sentAt'] = { $typeName: 'google.protobuf.Timestamp', seconds: 1, nanos: 0 }),
    ],
    [
      'bytes that are text',
      (frame) => (frame['payloads'] = [{ ...text_payload(''), content: { case: 'bytes', value: 'a' } }]),
    ],
  ])('with %s is passed to protobuf-es', (_, spoil) => {
    const frame = ordinary();
    spoil(frame);
    expect(writeFrame(frame)).toBeUndefined();
    expect(outcome(() => air_core_codec.encode(frame))).toEqual(
      outcome(() => new Uint8Array(byReflection.encode(frame))),
    );
  });
});

const toPartition = (value: number): unknown => ({
  $typeName: 'air_core.v1.Coordinates',
  correlationId: '',
  kafkaKey: {
    $typeName: 'air_core.v1.KafkaKey',
    kafkaTopic: '',
    kafkaPartitionKey: { case: 'partitionInteger', value },
  },
});

test('bytes that are not a frame, or not a usual one, give the same result as in protobuf-es', () => {
  const bytes = byReflection.encode(ordinary());
  const spoilt = fc
    .array(fc.tuple(fc.nat({ max: bytes.length - 1 }), fc.nat({ max: 255 })), { minLength: 1, maxLength: 3 })
    .map((changes) => {
      const copy = Buffer.from(bytes);
      for (const [at, value] of changes) copy[at] = value;
      return copy;
    });
  const cut = fc.nat({ max: bytes.length }).map((length) => bytes.subarray(0, length));
  const twice = fc.constant(Buffer.concat([bytes, bytes]));
  const random = fc.uint8Array({ maxLength: 40 }).map((array) => Buffer.from(array));
  fc.assert(
    fc.property(fc.oneof(spoilt, cut, twice, random), (strange) => {
      const read = readFrame(strange);
      if (read !== undefined) expect(read).toStrictEqual(outcome(() => byReflection.decode(strange)));
    }),
    { numRuns: 5_000 },
  );
});
