import { pubsub_error } from '../../base/error.js';
import { thrownError } from '../../base/thrown.js';
import { BrokerError } from '../client/broker-error.js';
import { ConnectionFailure } from '../client/connection-failure.js';

/** Translates what a connection of the package throws: `ConnectionFailure`, or a `pubsub_error` of ours. */
export function toFailure(thrown: unknown, broker: string): Error {
  const error = thrownError(thrown);
  if (pubsub_error.is(error) || error instanceof ConnectionFailure || error instanceof BrokerError) return error;
  const details = { broker, cause: error };
  // Errors of Node, which the package wraps.
  const root = rootOf(error);
  const code = codeOf(root);
  if (root !== error && code !== undefined) return new ConnectionFailure('network', root.message, { ...details, code });
  switch (codeOf(error)) {
    // The package uses this code also for its time-outs. Those of requests are off, so this is the time-out of a
    // connection attempt.
    case 'PLT_KFK_NETWORK':
      return new ConnectionFailure(/timed out/.test(error.message) ? 'network' : 'closed', error.message, details);
    case 'PLT_KFK_USER':
    case 'PLT_KFK_UNEXPECTED_CORRELATION_ID':
      return new ConnectionFailure('closed', error.message, details);
    default:
      return new ConnectionFailure('unexpected', error.message, details);
  }
}

function rootOf(error: Error): Error {
  let root = error;
  for (let depth = 0; depth < 5 && root.cause instanceof Error; depth += 1) root = root.cause;
  return root;
}

function codeOf(error: Error): string | undefined {
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
