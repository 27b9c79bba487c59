import { pubsub_error, type pubsub_error_options, type pubsub_stage } from '../../base/error.js';
import { connectionErrors, judge, type ErrorContext, type KafkajsFields } from './verdicts.js';
import { thrownText } from '../../base/thrown.js';

/**
 * Translates the errors of kafkajs. kafkajs wraps most errors in "retries exceeded" and "non-retriable" errors, and
 * uses one text for different faults. This uses the innermost error that has a meaning.
 */
export function toPubsubError(thrown: unknown, stage: pubsub_stage, context: ErrorContext = {}): pubsub_error {
  if (pubsub_error.is(thrown)) return thrown;
  const error = innermost(thrown);
  // The error of a token that could not be signed is unchanged inside the errors of kafkajs.
  if (pubsub_error.is(error)) return error;
  const verdict = judge(error, context);
  const options: pubsub_error_options = {
    retryable: verdict.retryable,
    cause: thrown,
    details: {
      ...context,
      ...(error.broker === undefined ? {} : { broker: error.broker }),
      ...(error.type === undefined ? {} : { kafka_error: error.type }),
      ...(typeof error.code === 'string' ? { network_error: error.code } : {}),
    },
    ...(verdict.hint === undefined ? {} : { hint: verdict.hint }),
  };
  return new pubsub_error(verdict.code, stage, verdict.sentence, options);
}

/** Kafka's name for the error (UNKNOWN_TOPIC_OR_PARTITION…), if a broker answered with one. */
export function kafkaErrorType(thrown: unknown): string | undefined {
  return innermost(thrown).type;
}

/** True if no broker answered: the request may or may not have been executed. */
export function isConnectionFailure(thrown: unknown): boolean {
  const { name, type } = innermost(thrown);
  return type === undefined && connectionErrors.has(name);
}

const shells = new Set(['KafkaJSNumberOfRetriesExceeded', 'KafkaJSNonRetriableError', 'KafkaJSError']);

function innermost(thrown: unknown): KafkajsFields {
  let current = fieldsOf(thrown);
  for (let depth = 0; depth < 8; depth += 1) {
    const aggregated: unknown = Array.isArray(current.errors) ? current.errors[0] : undefined;
    const inner = aggregated ?? (shells.has(current.name) && current.type === undefined ? current.cause : undefined);
    if (inner === undefined || inner === null) return current;
    current = fieldsOf(inner);
  }
  return current;
}

function fieldsOf(thrown: unknown): KafkajsFields {
  if (thrown instanceof Error) return thrown;
  return { name: 'unknown', message: thrownText(thrown) };
}
