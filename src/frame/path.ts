import { createHash } from 'node:crypto';
import { pubsub_error } from '../base/error.js';
import { quotedValue } from '../base/value-kind.js';

/** One part of a path: a whole number from 0 to 2^64 - 1 (above 2^53 as bigint), or a string, such as an order id. */
export type path_part = number | bigint | string;

/**
 * What decides the partition of a request and its order: frames of one path are handled one after the other, in the
 * order of their sends. One part, or several: `7`, `'order-42'`, `['tenant-3', 7]`. Together 1 to 16 numbers, where a
 * UUID counts as two.
 */
export type frame_path = path_part | readonly path_part[];

const FIELD = 'send_to.kafka_key.sequence_number_path';
const fieldOf = (index: number | undefined): string => (index === undefined ? FIELD : `${FIELD}.numbers[${index}]`);

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
/** Half of a pair, which has no UTF-8. */
const loneSurrogate = /\p{Surrogate}/u;

/**
 * The numbers that a path has in its frame, the same in every process and every language (docs/first-service.md):
 *
 * - a number is itself;
 * - a UUID (`8-4-4-4-12` hexadecimal digits, in either case) is two numbers: its first and its last 64 bits;
 * - any other string is one number: the first 8 bytes of the SHA-256 of its UTF-8, big-endian. `'42'` is a string, not 42.
 *
 * Two strings may have the same number; among a million strings in use, the probability is 3 in 100 million. Their
 * frames are then handled in one common order, which costs time and breaks nothing.
 *
 * @throws pubsub_error `frame_invalid`, naming the part that cannot be used
 */
export function path_numbers(path: frame_path): bigint[] {
  const numbers: bigint[] = [];
  if (Array.isArray(path)) path.forEach((part: unknown, index) => addNumbers(numbers, part, index));
  else addNumbers(numbers, path, undefined);
  return numbers;
}

function addNumbers(numbers: bigint[], part: unknown, index: number | undefined): void {
  if (typeof part === 'string') {
    numbers.push(...textNumbers(part, index));
    return;
  }
  checkPathNumber(part, index);
  numbers.push(BigInt(part));
}

function textNumbers(text: string, index: number | undefined): bigint[] {
  if (text === '' || loneSurrogate.test(text)) {
    const field = fieldOf(index);
    const problem = text === '' ? 'an empty string' : 'a string that is not valid Unicode';
    throw new pubsub_error('frame_invalid', 'encode', `${field} is ${problem}`, {
      hint: 'A path takes whole numbers, and strings of at least one character.',
      details: { field },
    });
  }
  if (uuid.test(text)) {
    const digits = text.replaceAll('-', '');
    return [BigInt(`0x${digits.slice(0, 16)}`), BigInt(`0x${digits.slice(16)}`)];
  }
  return [createHash('sha256').update(text, 'utf8').digest().readBigUInt64BE()];
}

const maxUint64 = (1n << 64n) - 1n;

/**
 * Throws `frame_invalid`, naming the field, unless this is a number that a path may have.
 *
 * @param index in its path; undefined: it is the whole path
 */
export function checkPathNumber(part: unknown, index: number | undefined): asserts part is bigint | number {
  const fits =
    typeof part === 'bigint' ? part >= 0n && part <= maxUint64 : Number.isSafeInteger(part) && Number(part) >= 0;
  if (fits) return;
  const field = fieldOf(index);
  const shown = quotedValue(part);
  throw new pubsub_error(
    'frame_invalid',
    'encode',
    `${field} is ${shown}; it takes whole numbers from 0 to 2^64 - 1, and strings`,
    {
      hint:
        typeof part === 'number' && part > Number.MAX_SAFE_INTEGER
          ? 'Give numbers above 2^53 as bigint.'
          : 'Give whole numbers from 0, or a string such as an order id.',
      details: { field, value: shown },
    },
  );
}
