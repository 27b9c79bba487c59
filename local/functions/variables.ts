import { functionDescriptors, type FunctionName } from '../../lambda/functions.js';
import { variableOf } from '../../lib/function-variables.js';

/**
 * Separate topics for the functions: a production worker must never receive the frames of a sanity run, nor a sanity
 * run those of production.
 */
const topics = { PUBSUB_WORKER_TOPIC: 'sanity.worker', PUBSUB_REPLY_TO_TOPIC: 'sanity.reply_to' };

/**
 * The `PUBSUB_*` variables of all functions: those of the environment, the topics for sanity runs unless it names
 * others, and these brokers.
 */
export function sharedVariables(
  env: Readonly<Record<string, string | undefined>>,
  brokers: readonly string[],
): Record<string, string> {
  const given = Object.entries(env).flatMap(([key, value]) =>
    key.startsWith('PUBSUB_') && value !== undefined && value !== '' ? [[key, value] as const] : [],
  );
  return { ...topics, ...Object.fromEntries(given), PUBSUB_BROKERS: brokers.join(',') };
}

/** The variables of one function. As in AWS, its groups have their own prefix. */
export function functionVariables(
  name: FunctionName,
  shared: Readonly<Record<string, string>>,
): Record<string, string> {
  const { group, reads } = functionDescriptors[name];
  return { ...shared, [variableOf(`groups.${reads}`)]: `easy-pubsub-${group}` };
}
