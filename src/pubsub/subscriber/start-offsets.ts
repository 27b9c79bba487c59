import { pubsub_error } from '../../base/error.js';
import { quotedValue } from '../../base/value-kind.js';

/**
 * Checks the option `from`, which JavaScript easily gives as an object, or with bigint offsets.
 *
 * @throws pubsub_error `argument_invalid`
 */
export function requireStartOffsets(from: unknown): void {
  if (from === undefined) return;
  const isMap = Object.prototype.toString.call(from) === '[object Map]';
  const wrong = isMap ? [...(from as ReadonlyMap<unknown, unknown>)].find((entry) => !entry.every(isWhole)) : undefined;
  if (isMap && wrong === undefined) return;
  const got = wrong === undefined ? 'is not a Map' : `has ${wrong.map(quotedValue).join(': ')}`;
  throw new pubsub_error('argument_invalid', 'config', `the option from ${got}`, {
    hint: 'Give a Map of partitions and offsets, both whole numbers from 0: new Map([[0, 42]]).',
    details: { field: 'from' },
  });
}

function isWhole(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
