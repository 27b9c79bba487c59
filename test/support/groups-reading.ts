import type { Deadline } from '../../src/base/deadline.js';
import { describeGroups } from '../../src/kafka/admin/groups.js';
import type { KafkaConnection } from '../../src/kafka/connection.js';

/** Groups with members that read one of these topics. */
export async function groupsReading(
  connection: KafkaConnection,
  topics: readonly string[],
  deadline: Deadline,
): Promise<string[]> {
  const { groups } = await describeGroups(connection, deadline);
  const reads = (member: { readonly topics: readonly string[] }): boolean =>
    member.topics.some((topic) => topics.includes(topic));
  return groups.filter(({ members }) => members.some(reads)).map(({ group }) => group);
}
