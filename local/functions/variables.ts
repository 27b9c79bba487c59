import { functionDescriptors, type FunctionName, type TopicRole } from '../../lambda/functions.js';
import { variableOf } from '../../lib/function-variables.js';

/** Names of the two topics. */
export type Topics = Readonly<Record<TopicRole, string>>;

/**
 * Separate topics for the functions: a production worker must never receive the frames of a sanity run, nor a sanity
 * run those of production.
 */
export const sanityTopics: Topics = { worker: 'sanity.worker', reply_to: 'sanity.reply_to' };

/** Variables that decide to which topics is written. */
const steering = ['PUBSUB_WORKER_TOPIC', 'PUBSUB_REPLY_TO_TOPIC', 'PUBSUB_REPLY_TOPICS_ALLOWED'] as const;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The `PUBSUB_*` variables of all functions: those of the environment, with these topics and brokers. Topics in the
 * environment belong to a service of the user, and are never used.
 */
export function sharedVariables(env: Environment, brokers: readonly string[], topics: Topics): Record<string, string> {
  const given = Object.entries(env).flatMap(([key, value]) =>
    key.startsWith('PUBSUB_') && !isSteering(key) && value !== undefined && value !== '' ? [[key, value] as const] : [],
  );
  return {
    ...Object.fromEntries(given),
    PUBSUB_WORKER_TOPIC: topics.worker,
    PUBSUB_REPLY_TO_TOPIC: topics.reply_to,
    PUBSUB_BROKERS: brokers.join(','),
  };
}

/** Variables of the environment that name other topics, and therefore have no effect: "PUBSUB_WORKER_TOPIC=orders". */
export function unusedTopicVariables(env: Environment, topics: Topics): string[] {
  const used: readonly string[] = Object.values(topics);
  return steering.flatMap((name) => {
    const value = env[name] ?? '';
    return value === '' || used.includes(value) ? [] : [`${name}=${value}`];
  });
}

function isSteering(key: string): boolean {
  return (steering as readonly string[]).includes(key);
}

/** The variables of one function. As in AWS, its groups have their own prefix. */
export function functionVariables(
  name: FunctionName,
  shared: Readonly<Record<string, string>>,
): Record<string, string> {
  const { reads } = functionDescriptors[name];
  return { ...shared, [variableOf(`groups.${reads}`)]: groupPrefix(name) };
}

/** A run's groups are named `<prefix>-<run_id>`. */
export function groupPrefix(name: FunctionName): string {
  return `easy-pubsub-${functionDescriptors[name].group}`;
}
