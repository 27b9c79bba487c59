import type { FunctionName } from './contract.js';

/** Topics of the functions' own: a production worker must never get a sanity run's frames, nor the other way round. */
const topics = { PUBSUB_WORKER_TOPIC: 'sanity.worker', PUBSUB_REPLY_TO_TOPIC: 'sanity.reply_to' };

/** The same keys as in AWS: each function's groups have a prefix of their own. */
const groups: Record<FunctionName, Record<string, string>> = {
  publisher: { PUBSUB_REPLY_TO_GROUP: 'easy-pubsub-requester' },
  worker: { PUBSUB_WORKER_GROUP: 'easy-pubsub-worker' },
  reply_to: { PUBSUB_REPLY_TO_GROUP: 'easy-pubsub-reply-to' },
};

/**
 * The `PUBSUB_*` variables of all functions: those of the environment, our own topics unless it names others, and these
 * brokers.
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

/** … and of one of them. */
export function functionVariables(
  name: FunctionName,
  shared: Readonly<Record<string, string>>,
): Record<string, string> {
  return { ...shared, ...groups[name] };
}
