import { pubsub_error } from '../../base/error.js';
import type { GroupMember } from './group-client.js';
import type { MemberData } from './member-data.js';

/** The group of a member, and what this one reads. */
export interface TopicOfGroup {
  readonly group: string;
  readonly topic: string;
}

/**
 * Whoever has joined a group, or would, may not be in it when its members read another topic.
 *
 * @param own the id of this member, which does not count
 * @throws pubsub_error `group_refused`
 */
export function refuseOtherTopics(wanted: TopicOfGroup, members: readonly GroupMember[], own: string): void {
  const others = members.filter(
    ({ memberId, topics }) => memberId !== own && topics.length > 0 && !topics.includes(wanted.topic),
  );
  const [other] = others.flatMap(({ topics }) => topics);
  if (other !== undefined) throw refusedForTopic(wanted, other);
}

/**
 * A newcomer that leads a group leaves it again when members that joined earlier read another topic.
 *
 * @throws pubsub_error `group_refused`
 */
export function refuseTakenGroup(
  wanted: TopicOfGroup,
  members: readonly (Pick<GroupMember, 'topics'> & Pick<MemberData, 'owned' | 'since'>)[],
): void {
  // One that joined before, and got nothing from the members of this topic, does not own the group.
  const isOurs = members.some(({ topics, since }) => topics.includes(wanted.topic) && since > 0);
  for (const { topics, owned, since } of members) {
    const [other] = topics;
    if (other === undefined || topics.includes(wanted.topic)) continue;
    if (owned.length > 0 || (since > 0 && !isOurs)) throw refusedForTopic(wanted, other);
  }
}

/**
 * A group in which a member uses the protocol of KIP-848 (`group.protocol=consumer`) has no leader: the brokers assign
 * its partitions, and move them without the positions and the waiting that members of this library rely on.
 *
 * @param isNew false: this member was in the group before, which is what it was when the other one leaves
 * @throws pubsub_error `group_refused`
 */
export function refuseGroupOfBrokers(group: string, leaderId: string, isNew: boolean): void {
  if (leaderId !== '') return;
  const sentence = `group ${group} has members that use the newer protocol of consumer groups (group.protocol=consumer), in which the brokers assign the partitions`;
  throw new pubsub_error('group_refused', 'join', sentence, {
    retryable: !isNew,
    hint: 'Another program uses this group id: use a different one here, or set group.protocol=classic there.',
    details: { group },
  });
}

function refusedForTopic({ group, topic }: TopicOfGroup, other: string): pubsub_error {
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
