import { pubsub_error } from '../../base/error.js';

/** What a member reads, and what others of its group read. */
export interface TopicsOfGroup {
  readonly group: string;
  readonly topic: string;
  readonly other: string;
}

/** A member of a group cannot stay, because other members read another topic. */
export function refusedForTopic({ group, topic, other }: TopicsOfGroup): pubsub_error {
  return new pubsub_error(
    'group_refused',
    'join',
    `group ${group} has members that read topic ${other}, and this one reads topic ${topic}: each would get partitions of one topic only`,
    {
      hint: `Give the readers of each topic a group of their own, for example ${group}-${topic}.`,
      details: { group, topic, other_topic: other },
    },
  );
}
