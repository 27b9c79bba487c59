import { expect } from 'vitest';
import { pubsub_error } from '../../src/index.js';

/** The pubsub_error that a promise rejects with; anything else fails the test. */
export async function refusal(promise: Promise<unknown>): Promise<pubsub_error> {
  const error: unknown = await promise.then(
    () => 'nothing: it resolved',
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(pubsub_error);
  return error as pubsub_error;
}
