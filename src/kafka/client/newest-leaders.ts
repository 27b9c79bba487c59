import type { TopicMetadata } from './broker-apis.js';

/**
 * The metadata of a topic, with the newest leader of each partition that was ever seen. A broker that has lost its
 * connection to the others still answers clients, with the leaders as they were before: often itself, with a log that
 * ends too early.
 *
 * @param before what was known; not used if the topic was deleted and created again since then
 */
export function withNewestLeaders(now: TopicMetadata, before: TopicMetadata | undefined): TopicMetadata {
  if (before?.topicId === undefined || before.topicId !== now.topicId) return now;
  const all = new Map(before.partitions.map((one) => [one.partition, one]));
  for (const one of now.partitions) {
    const known = all.get(one.partition)?.leaderEpoch ?? -1;
    if (one.leaderEpoch < 0 || one.leaderEpoch >= known) all.set(one.partition, one);
  }
  return { ...now, partitions: [...all.values()] };
}
