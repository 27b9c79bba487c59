import { expect, test } from 'vitest';
import { air_core_codec, config, create_frame, type AirCoreFrame, type frame_codec } from '../../src/index.js';
import { checkedCodec } from '../../src/frame/checked-codec.js';

const frame = create_frame({ command: 'x' });
const later = (value: unknown): never => Promise.resolve(value) as never;

/** Our codec with one method that does what JavaScript lets it do. */
function broken(method: keyof frame_codec<AirCoreFrame>, result: () => unknown): frame_codec<AirCoreFrame> {
  return checkedCodec({ ...air_core_codec, [method]: result });
}

test.each([
  ['encode', (codec: frame_codec<AirCoreFrame>) => codec.encode(frame)],
  ['decode', (codec: frame_codec<AirCoreFrame>) => codec.decode(new Uint8Array(1))],
  ['correlation_id', (codec: frame_codec<AirCoreFrame>) => codec.correlation_id(frame)],
  ['destination', (codec: frame_codec<AirCoreFrame>) => codec.destination('worker', frame)],
] as const)('%s that returns a promise is named, and its rejection does not end the process', async (method, call) => {
  for (const result of [() => later(1), () => Promise.reject(new Error('too late'))]) {
    expect(() => call(broken(method, result))).toThrow(
      expect.objectContaining({
        code: 'frame_invalid',
        raw_message: `${method} of the frame codec returned a promise`,
      }) as Error,
    );
    await new Promise((resolve) => setImmediate(resolve));
  }
});

test.each(Object.keys(air_core_codec.request_reply) as (keyof typeof air_core_codec.request_reply)[])(
  '%s is named too',
  (method) => {
    const requestReply = { ...air_core_codec.request_reply, [method]: () => later(1) };
    const codec = checkedCodec({ ...air_core_codec, request_reply: requestReply });
    expect(() => (codec.request_reply?.[method] as unknown as () => void)()).toThrow(
      `${method} of the frame codec returned a promise`,
    );
  },
);

test.each([[undefined], [null], ['text'], [5], [[1, 2]]])('encode that returns %j is named', (result) => {
  expect(() => broken('encode', () => result).encode(frame)).toThrow(
    /encode of the frame codec returned .* instead of a Uint8Array/,
  );
});

test.each([
  ['decode', 'an object', undefined, 'undefined'],
  ['decode', 'an object', null, 'null'],
  ['decode', 'an object', 'hello', 'a string'],
  ['decode', 'an object', 7n, 'a bigint'],
  ['correlation_id', 'a string', 5, 'a number'],
  ['destination', 'an object', undefined, 'undefined'],
  ['destination', 'an object', 'worker', 'a string'],
] as const)('%s that returns nothing of use is named: not %s but %s', (method, wanted, result, kind) => {
  const call = broken(method, () => result)[method] as (...args: unknown[]) => unknown;
  expect(() => call()).toThrow(`${method} of the frame codec returned ${kind} instead of ${wanted}`);
});

test('so is request_info that returns nothing', () => {
  const requestReply = { ...air_core_codec.request_reply, request_info: () => undefined as never };
  const codec = checkedCodec({ ...air_core_codec, request_reply: requestReply });
  expect(() => codec.request_reply?.request_info(frame)).toThrow('request_info of the frame codec returned undefined');
});

test('a frame may have a field called then', () => {
  const codec = checkedCodec<{ then: string }>({
    encode: () => new Uint8Array(1),
    decode: () => ({ then: 'go on' }),
    correlation_id: () => '',
    destination: () => ({ partition: 0 }),
  });
  expect(codec.decode(new Uint8Array(1))).toEqual({ then: 'go on' });
});

test('our own codec is not wrapped, and any other codec is wrapped once', () => {
  expect(checkedCodec(air_core_codec)).toBe(air_core_codec);
  const input = { connection: { brokers: ['localhost:1'] } };
  const settings = config.create(input, { frame_codec: { ...air_core_codec } });
  expect(settings.with({}).frame_codec).toBe(settings.frame_codec);
});
