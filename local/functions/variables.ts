import { resolve } from 'node:path';
import { functionDescriptors, type FunctionName, type TopicRole } from '../../lambda/functions.js';
import { pubsub_error } from '../../src/base/error.js';
import { variableOf } from '../../lib/function-variables.js';

/** Names of the two topics. */
export type Topics = Readonly<Record<TopicRole, string>>;

/**
 * Separate topics for the functions: a production worker must never receive the frames of a sanity run, nor a sanity
 * run those of production.
 */
export const sanityTopics: Topics = { worker: 'sanity.worker', reply_to: 'sanity.reply_to' };

/**
 * The topics of a run, of which options name some.
 *
 * @throws pubsub_error `argument_invalid` if they are one topic: the variables of the functions have other names
 */
export function topicsOfRun(given: Partial<Topics> = {}): Topics {
  const topics = { ...sanityTopics, ...given };
  if (topics.worker !== topics.reply_to) return topics;
  // `invoke` gives a topic also where no option does.
  const isReply = given.reply_to !== undefined && given.reply_to !== sanityTopics.reply_to;
  const [option, other] = isReply ? ['--reply-topic', 'requests'] : ['--worker-topic', 'replies'];
  throw new pubsub_error(
    'argument_invalid',
    'config',
    `${option} names ${topics.worker}, which is the topic for ${other}: a worker would read its own replies`,
  );
}

/**
 * The settings of a service: where it reads and writes, and what it does with a frame. In the environment they are for
 * the services of the user. A run would write into their topics with them, or its checks would mean something else: a
 * run has its own topics, creates none, retries nothing, and writes no dead letters. It uses the settings of a client: how it
 * connects, and how fast and with how much memory it works. A test says for each setting which of the two it is.
 */
export const settingsOfServices: readonly string[] = [
  'topics.worker',
  'topics.reply_to',
  'topics.reply_allowed',
  'topics.dead_letter',
  'groups.worker',
  'groups.reply_to',
  'producer.allow_auto_topic_creation',
  'worker.start',
  'worker.handler_timeout_ms',
  'worker.abort_at_deadline',
  'worker.retry_attempts',
  'worker.retry_backoff_ms',
  'worker.retry_max_backoff_ms',
  'worker.retry_order',
  'worker.expose_errors',
  'requester.reply_mode',
  'requester.request_timeout_ms',
];

const ofServices: readonly string[] = settingsOfServices.map(variableOf);

/** Settings that name files: a function has its own working directory. */
const filesOf: readonly string[] = (['connection.tls_ca', 'connection.tls_cert', 'connection.tls_key'] as const).map(
  variableOf,
);

/** These settings also take the PEM text itself. */
function absolute(value: string): string {
  return value.trim() === '' || value.includes('-----BEGIN ') ? value : resolve(value.trim());
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The `PUBSUB_*` variables of all functions: those of the environment, with these topics and brokers. Settings of the
 * user's services are never used. A variable that is not a setting is kept, so that
 * it is refused when the settings are read.
 */
export function sharedVariables(env: Environment, brokers: readonly string[], topics: Topics): Record<string, string> {
  const given = Object.entries(env).flatMap(([key, value]) =>
    key.startsWith('PUBSUB_') && !ofServices.includes(key) && value !== undefined && value !== ''
      ? [[key, filesOf.includes(key) ? absolute(value) : value] as const]
      : [],
  );
  return { ...Object.fromEntries(given), ...topicVariables(topics), PUBSUB_BROKERS: brokers.join(',') };
}

/** Variables of the environment that are for services, and have no effect: "PUBSUB_WORKER_TOPIC=orders". */
export function unusedVariables(env: Environment, topics: Topics): string[] {
  const used = topicVariables(topics);
  return ofServices.flatMap((name) => {
    const value = env[name] ?? '';
    return value === '' || used[name] === value ? [] : [`${name}=${value}`];
  });
}

function topicVariables(topics: Topics): Record<string, string> {
  return { [variableOf('topics.worker')]: topics.worker, [variableOf('topics.reply_to')]: topics.reply_to };
}

/** The variables of one function. As in AWS, its groups have their own prefix. */
export function localVariables(name: FunctionName, shared: Readonly<Record<string, string>>): Record<string, string> {
  const { reads } = functionDescriptors[name];
  return { ...shared, [variableOf(`groups.${reads}`)]: localGroupPrefix(name) };
}

/** A run's groups are named `<prefix>-<run_id>`. */
export function localGroupPrefix(name: FunctionName): string {
  return `easy-pubsub-${functionDescriptors[name].group}`;
}
