import { pubsub_error } from '../base/error.js';
import { checkPathNumber, path_numbers, type frame_path } from './path.js';

/** A path has at least one number … */
const MIN_PATH_LENGTH = 1;
/** … and at most this many. */
const MAX_PATH_LENGTH = 16;

const FIELD_1_LENGTH_DELIMITED = 0x0a;
const MAX_VARINT_BYTES = 10;

/**
 * The key of a worker record: the packed proto3 encoding of `Path.numbers`.
 *
 * The key is always encoded here, and never copied from a received frame. Protobuf encodings are not canonical (a
 * writer may leave numbers unpacked, or pad a varint), and two encodings of one path would be on two partitions and
 * break its order. test/frame/path-key-vectors.json has the expected bytes; protoc's other runtimes produce the same.
 *
 * @throws pubsub_error `frame_invalid` if the path is empty, too long, or a number does not fit in 64 bits.
 */
export function path_key_bytes(path: frame_path): Buffer {
  const numbers = needsNoMapping(path) ? path : path_numbers(path);
  checkPath(numbers);
  const bytes = Buffer.allocUnsafe(2 + numbers.length * MAX_VARINT_BYTES);
  // 16 numbers of 10 bytes need a length of two bytes; the common case needs one.
  let end = 2;
  for (const number of numbers) end = writeVarint(bytes, end, number);
  const length = end - 2;
  bytes[0] = FIELD_1_LENGTH_DELIMITED;
  if (length < 0x80) {
    bytes[1] = length;
    return bytes.subarray(0, end);
  }
  const longer = Buffer.allocUnsafe(end + 1);
  longer[0] = FIELD_1_LENGTH_DELIMITED;
  writeVarint(longer, 1, length);
  bytes.copy(longer, 3, 2, end);
  return longer;
}

/** The path of a decoded frame, which is already numbers. */
function needsNoMapping(path: frame_path): path is readonly (bigint | number)[] {
  return Array.isArray(path) && !path.some((part) => typeof part === 'string');
}

/** Throws `frame_invalid`, naming the field, unless these numbers are a path. */
export function checkPath(numbers: readonly (bigint | number)[]): void {
  if (numbers.length < MIN_PATH_LENGTH || numbers.length > MAX_PATH_LENGTH) {
    throw new pubsub_error(
      'frame_invalid',
      'encode',
      `send_to.kafka_key.sequence_number_path has ${numbers.length} numbers; it takes ${MIN_PATH_LENGTH} to ${MAX_PATH_LENGTH}`,
      { details: { field: 'send_to.kafka_key.sequence_number_path', length: numbers.length } },
    );
  }
  numbers.forEach(checkPathPart);
}

const checkPathPart = (number: bigint | number, index: number): void => checkPathNumber(number, index);

function writeVarint(bytes: Buffer, offset: number, value: bigint | number): number {
  let position = offset;
  let rest = value;
  if (typeof rest === 'bigint') {
    if (rest > 0x7fff_ffffn) {
      while (rest > 0x7fn) {
        bytes[position++] = Number(rest & 0x7fn) | 0x80;
        rest >>= 7n;
      }
      bytes[position++] = Number(rest);
      return position;
    }
    rest = Number(rest);
  }
  while (rest > 0x7f) {
    bytes[position++] = (rest % 0x80) | 0x80;
    rest = Math.floor(rest / 0x80);
  }
  bytes[position++] = rest;
  return position;
}
