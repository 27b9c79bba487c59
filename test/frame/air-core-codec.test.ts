import { fromJson, toJson, type JsonValue } from '@bufbuild/protobuf';
import { WireType } from '@bufbuild/protobuf/wire';
import { describe, expect, test } from 'vitest';
import { air_core_codec, hop_names } from '../../src/frame/air-core-codec.js';
import {
  AirCoreFrameSchema,
  create_frame,
  text_payload,
  worker_frame,
  type AirCoreFrame,
} from '../../src/frame/air-core-frame.js';
import { wallMsOf } from '../../src/frame/timestamp.js';
import { topic_type } from '../../src/frame/topic-type.js';
import vectors from './frame-vectors.json' with { type: 'json' };

const { request_reply } = air_core_codec;
const bytesOf = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'));
const hexOf = (frame: AirCoreFrame): string => Buffer.from(air_core_codec.encode(frame)).toString('hex');

/** Frozen at every level but for bytes, which cannot be: what writes to it throws. */
function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  for (const inner of Object.values(value)) frozen(inner);
  return Object.freeze(value);
}

const toPartition = (partition: number, topic = ''): AirCoreFrame =>
  create_frame({
    sendTo: {
      correlationId: 'c',
      kafkaKey: { kafkaTopic: topic, kafkaPartitionKey: { case: 'partitionInteger', value: partition } },
    },
  });

const request = frozen(
  request_reply.address_request(
    frozen(worker_frame({ path: [7, 1], command: 'greet', payloads: [text_payload('a')] })),
    {
      correlation_id: 'id-1',
      reply_topic: 'answers',
      reply_partition: 4,
      deadline_ms: 1_767_225_610_000,
      sent_at_ms: 1_767_225_600_123,
    },
  ),
);

describe('bytes', () => {
  test.each(vectors)("of a $name that Python's protobuf wrote are read, and written identically", ({ json, bytes }) => {
    const frame = fromJson(AirCoreFrameSchema, json as JsonValue);
    expect(air_core_codec.decode(bytesOf(bytes))).toEqual(frame);
    expect(hexOf(frame)).toBe(bytes);
    expect(hexOf(air_core_codec.decode(bytesOf(bytes)))).toBe(bytes);
  });

  test.each(vectors)(
    'of a $name from a later version are read without the unknown fields',
    ({ json, bytes, bytes_of_a_later_version }) => {
      const frame = air_core_codec.decode(bytesOf(bytes_of_a_later_version));
      expect(toJson(AirCoreFrameSchema, frame)).toEqual(
        toJson(AirCoreFrameSchema, fromJson(AirCoreFrameSchema, json as JsonValue)),
      );
      expect(hexOf(frame)).toBe(bytes);
      expect(frame.$unknown).toBeUndefined();
    },
  );

  test('of unknown fields are not written', () => {
    const frame = toPartition(1);
    const clean = hexOf(frame);
    frame.$unknown = [{ no: 90, wireType: WireType.Varint, data: new Uint8Array([1]) }];
    expect(hexOf(frame)).toBe(clean);
  });

  const good = vectors[0]!.bytes;
  test.each([
    ['nothing', '', 'the value is empty'],
    ['a message without send_to', '1a0568656c6c6f', 'send_to is missing'],
    ['half a frame', good.slice(0, good.length / 2), /./],
    ['a frame and one more byte', good + 'ff', /./],
    ['text', Buffer.from('{"command":"greet"}').toString('hex'), /./],
  ])('that are %s are refused', (_what, hex, why) => {
    expect(() => air_core_codec.decode(bytesOf(hex))).toThrow(why);
  });
});

describe('the destination of a frame', () => {
  test('on the worker topic has the key of its path, and the topic that it names', () => {
    const frame = worker_frame({ path: [7, 300] });
    const { key, ...rest } = air_core_codec.destination(topic_type.worker, frame) as { key: Uint8Array };
    expect(Buffer.from(key).toString('hex')).toBe('0a0307ac02');
    expect(rest).toEqual({});
    frame.sendTo!.kafkaKey!.kafkaTopic = 'elsewhere';
    expect(air_core_codec.destination(topic_type.worker, frame)).toMatchObject({ topic: 'elsewhere' });
  });

  test('on the reply_to topic has the partition that it names, including 0, and the topic that it names', () => {
    expect(air_core_codec.destination(topic_type.reply_to, toPartition(0))).toEqual({ partition: 0 });
    expect(air_core_codec.destination(topic_type.reply_to, toPartition(3, 'answers'))).toEqual({
      topic: 'answers',
      partition: 3,
    });
  });

  test.each([
    ['worker', 'send_to.kafka_key.sequence_number_path', 'a partition', toPartition(1)],
    ['worker', 'send_to.kafka_key.sequence_number_path', 'no address', create_frame()],
    ['worker', 'send_to.kafka_key.sequence_number_path', 'an empty path', worker_frame({ path: [] })],
    ['reply_to', 'send_to.kafka_key.partition_integer', 'a path', worker_frame({ path: [1] })],
    ['reply_to', 'send_to.kafka_key.partition_integer', 'no address', create_frame()],
    ['reply_to', 'send_to.kafka_key.partition_integer', 'a topic only', create_frame({ sendTo: { kafkaKey: {} } })],
  ] as const)('on the %s topic must be in %s: %s is refused', (kind, field, _what, frame) => {
    expect(() => air_core_codec.destination(kind, frame)).toThrow(
      expect.objectContaining({
        code: 'frame_invalid',
        stage: 'encode',
        details: expect.objectContaining({ field }) as unknown,
      }) as Error,
    );
  });

  test('has the correlation id of send_to; a frame without an address has none', () => {
    expect(air_core_codec.correlation_id(worker_frame({ path: [1], correlation_id: 'x' }))).toBe('x');
    expect(air_core_codec.correlation_id(create_frame())).toBe('');
  });
});

describe('addressing a request', () => {
  test('writes both correlation ids, the reply address, the time of the send and the deadline', () => {
    expect(request).toMatchObject({
      command: 'greet',
      payloads: [text_payload('a')],
      sendTo: {
        correlationId: 'id-1',
        kafkaKey: { kafkaPartitionKey: { case: 'sequenceNumberPath', value: { numbers: [7n, 1n] } } },
      },
      replyTo: {
        correlationId: 'id-1',
        kafkaKey: { kafkaTopic: 'answers', kafkaPartitionKey: { case: 'partitionInteger', value: 4 } },
      },
    });
    expect(wallMsOf(request.sentAt!)).toBe(1_767_225_600_123);
    expect(wallMsOf(request.deadline!)).toBe(1_767_225_610_000);
    expect(request.hops.map(({ name, at }) => [name, wallMsOf(at!)])).toEqual([
      [hop_names.requester_sent, 1_767_225_600_123],
    ]);
  });

  test('does not change its argument, so that a request can be sent again', () => {
    const frame = worker_frame({ path: [7], command: 'greet' });
    const before = hexOf(frame);
    const address = { correlation_id: 'a', reply_topic: 't', reply_partition: 1, sent_at_ms: 1, deadline_ms: 2 };
    const first = request_reply.address_request(frozen(frame), address);
    const second = request_reply.address_request(frozen(frame), { ...address, reply_partition: 2 });
    expect(hexOf(frame)).toBe(before);
    expect(request_reply.request_info(first).reply_to).toEqual({ topic: 't', partition: 1 });
    expect(request_reply.request_info(second).reply_to).toEqual({ topic: 't', partition: 2 });
    expect(second.hops).toHaveLength(1);
  });

  test('keeps the hops that the frame already has', () => {
    const frame = worker_frame({ path: [7], hops: [{ name: 'gateway.received' }] });
    const addressed = request_reply.address_request(frozen(frame), {
      correlation_id: 'a',
      reply_topic: 't',
      reply_partition: 1,
      sent_at_ms: 1,
      deadline_ms: 2,
    });
    expect(addressed.hops.map(({ name }) => name)).toEqual(['gateway.received', 'requester.sent']);
  });

  test('is the same after encoding and decoding', () => {
    expect(air_core_codec.decode(air_core_codec.encode(request))).toEqual(create_frame({ ...request }));
  });
});

describe('the information that a worker reads from a request', () => {
  test('is what the requester wrote', () => {
    expect(request_reply.request_info(request)).toEqual({
      correlation_id: 'id-1',
      deadline_ms: 1_767_225_610_000,
      sent_at_ms: 1_767_225_600_123,
      path: [7n, 1n],
      reply_to: { topic: 'answers', partition: 4 },
    });
  });

  test('has no deadline and no reply address if the frame has none', () => {
    const nothing = { correlation_id: 'x', deadline_ms: undefined, path: [1n], reply_to: undefined };
    expect(request_reply.request_info(worker_frame({ path: [1], correlation_id: 'x' }))).toEqual(nothing);
    const idOnly = worker_frame({ path: [1], correlation_id: 'x', replyTo: { correlationId: 'x' } });
    expect(request_reply.request_info(idOnly)).toEqual(nothing);
  });

  test('has no reply address without a partition', () => {
    const frame = worker_frame({ path: [1], replyTo: { kafkaKey: { kafkaTopic: 'answers' } } });
    expect(() => request_reply.request_info(frame)).toThrow(
      expect.objectContaining({
        code: 'frame_invalid',
        details: expect.objectContaining({ field: 'reply_to.kafka_key.partition_integer' }) as unknown,
      }) as Error,
    );
  });
});

describe('addressing a reply', () => {
  const address = { number: 2, last: true, received_at_ms: 1_767_225_601_000, sent_at_ms: 1_767_225_602_000 };

  test('swaps the addresses of the request and numbers it', () => {
    const reply = request_reply.address_reply(
      frozen(create_frame({ payloads: [text_payload('b')] })),
      request,
      address,
    );
    expect(reply.sendTo).toEqual(request.replyTo);
    expect(reply.replyTo).toEqual(request.sendTo);
    expect(reply.sequencing).toMatchObject({ number: 2, last: true });
    expect(reply.payloads).toEqual([text_payload('b')]);
    expect(wallMsOf(reply.sentAt!)).toBe(1_767_225_602_000);
    expect(air_core_codec.destination(topic_type.reply_to, reply)).toEqual({ topic: 'answers', partition: 4 });
    expect(request_reply.reply_info(reply)).toEqual({
      correlation_id: 'id-1',
      number: 2,
      last: true,
      error: undefined,
    });
  });

  test('adds the hops of the request, those of the handler, and the worker itself', () => {
    const made = frozen(create_frame({ hops: [{ name: 'handler.done' }] }));
    const reply = request_reply.address_reply(made, request, address);
    expect(reply.hops.map(({ name, at }) => [name, at === undefined ? undefined : wallMsOf(at)])).toEqual([
      [hop_names.requester_sent, 1_767_225_600_123],
      ['handler.done', undefined],
      [hop_names.worker_received, 1_767_225_601_000],
      [hop_names.worker_replied, 1_767_225_602_000],
    ]);
  });

  test("sets the request's command unless the handler chose one", () => {
    expect(request_reply.address_reply(create_frame(), request, address).command).toBe('greet');
    expect(request_reply.address_reply(create_frame({ command: 'other' }), request, address).command).toBe('other');
  });

  test('changes neither reply nor request', () => {
    const reply = create_frame({ payloads: [text_payload('b')] });
    const before = [hexOf(reply), hexOf(request)];
    request_reply.address_reply(frozen(reply), request, address);
    expect([hexOf(reply), hexOf(request)]).toEqual(before);
  });

  test('creates an empty reply, and an error reply, that name the command', () => {
    expect(request_reply.empty_reply(request)).toEqual(create_frame({ command: 'greet' }));
    const error = request_reply.error_reply(request, { code: 'broken', message: 'it is' });
    expect(error).toEqual(create_frame({ command: 'greet', error: { code: 'broken', message: 'it is' } }));
    expect(request_reply.reply_info(request_reply.address_reply(error, request, address)).error).toEqual({
      code: 'broken',
      message: 'it is',
    });
  });
});

describe('the information that a requester reads from a reply', () => {
  test('describes the first and last reply if there is no numbering', () => {
    expect(request_reply.reply_info(toPartition(1))).toEqual({
      correlation_id: 'c',
      number: 0,
      last: true,
      error: undefined,
    });
  });

  test('is that of the numbering, even if it only says "not the last"', () => {
    const frame = create_frame({ sequencing: {} });
    expect(request_reply.reply_info(frame)).toEqual({ correlation_id: '', number: 0, last: false, error: undefined });
  });
});
