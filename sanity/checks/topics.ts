import type { TopicFacts } from '../../lambda/publishing/positions.js';
import { fail, pass, warn, type Finding } from './check.js';
import type { RunCheck } from './run-check.js';

export const topics: RunCheck = {
  id: 'topics',
  title: 'topics exist, and every partition has a leader',
  function: 'publisher',
  step: 'start',
  judge({ outcome: { positions } }) {
    if (positions === undefined) return undefined;
    const { result, ms } = positions;
    return { ...topicsFinding([result.worker, result.reply_to]), ms };
  },
};

function topicsFinding(topics: readonly TopicFacts[]): Finding {
  const leaderless = topics.flatMap((topic) => partitionsWhere(topic, ({ leader }) => leader < 0));
  if (leaderless.length > 0) {
    const evidence = `without a leader: ${leaderless.join(', ')}`;
    return fail('broker_unavailable', evidence, 'A broker is down: look at the state of the brokers.');
  }
  const counts = topics.map(({ topic, partitions }) => `${topic} has ${partitions.length} partitions`).join(', ');
  const behind = topics.flatMap((topic) => partitionsWhere(topic, ({ isr, replicas }) => isr.length < replicas.length));
  if (behind.length === 0) return pass(`${counts}; every partition has a leader and all its replicas in sync`);
  return warn(
    `${counts}; replicas are out of sync: ${behind.join(', ')}`,
    'A broker is down or slow: if another broker fails, records may be lost.',
  );
}

function partitionsWhere(
  { topic, partitions }: TopicFacts,
  is: (facts: TopicFacts['partitions'][number]) => boolean,
): string[] {
  return partitions.filter(is).map(({ partition }) => `${topic}/${partition}`);
}
