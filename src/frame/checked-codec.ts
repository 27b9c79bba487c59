import { pubsub_error } from '../base/error.js';
import { isThenable } from '../base/thenable.js';
import type { frame_codec, request_reply_codec } from './frame-codec.js';
import { valueKind } from '../base/value-kind.js';

/** Codecs that need no check: our own, and those that were already wrapped when `with` copied a configuration. */
const checked = new WeakSet<object>();

/** Our own codecs: they implement the interface correctly, and a check of each call would cost time. */
export function trusted<C extends object>(codec: C): C {
  checked.add(codec);
  return codec;
}

/**
 * The same codec with checked results, because the compiler cannot check those of JavaScript. A promise, or a value
 * that is not bytes, throws immediately. Without this, a promise that rejects would end the process, and its frame
 * would be `[object Promise]`.
 */
export function checkedCodec<F>(codec: frame_codec<F>): frame_codec<F> {
  if (checked.has(codec)) return codec;
  const { request_reply } = codec;
  return trusted({
    encode: (frame) => {
      const bytes: unknown = synchronous('encode', codec.encode(frame));
      if (bytes instanceof Uint8Array) return bytes;
      throw unexpected('encode', bytes, 'a Uint8Array');
    },
    decode: (bytes) => object('decode', codec.decode(bytes)),
    correlation_id: (frame) => string('correlation_id', codec.correlation_id(frame)),
    destination: (kind, frame) => object('destination', codec.destination(kind, frame)),
    ...(request_reply === undefined ? {} : { request_reply: checkedRequestReply(request_reply) }),
  });
}

function checkedRequestReply<F>(codec: request_reply_codec<F>): request_reply_codec<F> {
  return {
    address_request: (frame, address) => object('address_request', codec.address_request(frame, address)),
    request_info: (frame) => object('request_info', codec.request_info(frame)),
    address_reply: (reply, request, address) => object('address_reply', codec.address_reply(reply, request, address)),
    empty_reply: (request) => object('empty_reply', codec.empty_reply(request)),
    error_reply: (request, error) => object('error_reply', codec.error_reply(request, error)),
    reply_info: (frame) => object('reply_info', codec.reply_info(frame)),
  };
}

/** @throws pubsub_error `frame_invalid` for a promise, whose outcome is ignored */
function synchronous<T>(method: string, result: T): T {
  if (!isThenable(result)) return result;
  Promise.resolve(result).then(undefined, () => undefined);
  throw new pubsub_error('frame_invalid', 'encode', `${method} of the frame codec returned a promise`, {
    hint: 'The methods of a frame codec are synchronous: return the value itself.',
  });
}

/** @throws pubsub_error `frame_invalid` for a promise, and for a string or a number: a frame is an object */
function object<T>(method: string, result: T): T {
  const found = synchronous(method, result);
  if (typeof found !== 'object' || found === null) throw unexpected(method, found, 'an object');
  return found;
}

function string(method: string, result: string): string {
  const found: unknown = synchronous(method, result);
  if (typeof found !== 'string') throw unexpected(method, found, 'a string');
  return found;
}

function unexpected(method: string, result: unknown, wanted: string): pubsub_error {
  return new pubsub_error(
    'frame_invalid',
    'encode',
    `${method} of the frame codec returned ${valueKind(result)} instead of ${wanted}`,
  );
}
