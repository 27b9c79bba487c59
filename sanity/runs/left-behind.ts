import { Deadline } from '../../src/base/deadline.js';
import type { config } from '../../src/index.js';
import { describeGroups } from '../../src/kafka/admin/groups.js';
import { kafkaConnection } from '../../src/pubsub/kafka-connection.js';

const TIMEOUT_MS = 3_000;

/** What an interrupted run created on a Kafka that continues to run. */
export interface Made {
  /** Topics that it created. They stay after every run. */
  readonly topics: readonly string[];
  /** The groups of its functions, which delete them when they end. */
  readonly groups: readonly string[];
}

/** After an interrupted run, when its functions have ended: says what is left on the brokers, as a sentence. */
export async function leftBehind(settings: config, made: Made): Promise<string> {
  const where = settings.connection.brokers.join(',');
  const topics = made.topics.length === 0 ? [] : [`${named('topic', made.topics)} (created by this run)`];
  try {
    const seen = await describeGroups(kafkaConnection(settings), new Deadline(TIMEOUT_MS));
    const found = new Set([...seen.groups.map(({ group }) => group), ...seen.denied]);
    const groups = made.groups.filter((name) => found.has(name));
    const left = groups.length === 0 ? topics : [...topics, named('consumer group', groups)];
    if (left.length === 0) return `Nothing of this run is left on ${where}.`;
    return `Left on ${where}: ${left.join('; ')}.`;
  } catch {
    const left = [...topics, `perhaps ${named('consumer group', made.groups)}, because the brokers did not answer`];
    return `Left on ${where}: ${left.join('; ')}.`;
  }
}

function named(what: string, names: readonly string[]): string {
  return `the ${what}${names.length === 1 ? '' : 's'} ${names.join(', ')}`;
}
