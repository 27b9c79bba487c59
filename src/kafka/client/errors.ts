import { pubsub_error, type pubsub_error_options, type pubsub_stage } from '../../base/error.js';
import { thrownError } from '../../base/thrown.js';
import { BrokerError } from './broker-error.js';
import { ConnectionFailure } from './connection-failure.js';
import type { ErrorContext } from './failure-kind.js';
import { failureKind } from './failure-kinds.js';

/** Translates what a request to the brokers rejected with. */
export function toPubsubError(thrown: unknown, stage: pubsub_stage, context: ErrorContext = {}): pubsub_error {
  if (pubsub_error.is(thrown)) return thrown;
  const error = thrownError(thrown);
  const kind = failureKind(error, context);
  const options: pubsub_error_options = {
    retryable: kind.retryable,
    cause: thrown,
    details: { ...context, ...evidenceOf(error) },
    hint: kind.hint,
  };
  return new pubsub_error(kind.code, stage, kind.sentence, options);
}

function evidenceOf(error: Error): Record<string, string | boolean> {
  if (error instanceof BrokerError) return { kafka_error: error.type };
  if (!(error instanceof ConnectionFailure)) return {};
  const { broker, code, advertised } = error;
  return {
    ...(broker === undefined ? {} : { broker }),
    ...(code === undefined ? {} : { network_error: code }),
    ...(advertised ? { advertised } : {}),
  };
}

/** Kafka's name for the error (UNKNOWN_TOPIC_OR_PARTITION…), if a broker answered with one. */
export function kafkaErrorType(thrown: unknown): string | undefined {
  return thrown instanceof BrokerError ? thrown.type : undefined;
}

const unanswered: ReadonlySet<unknown> = new Set(['network', 'closed', 'dropped', 'silent', 'no_broker']);

/** True if no broker answered: the request may or may not have been executed. */
export function isConnectionFailure(thrown: unknown): boolean {
  return thrown instanceof ConnectionFailure && unanswered.has(thrown.kind);
}
