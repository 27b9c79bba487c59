import { Deadline } from '../base/deadline.js';
import type { KafkaConnection } from './connection.js';
import { probeRights } from './rights.js';

const ASK_MS = 5_000;

/**
 * Why no coordinator was found for a group: kafkajs swallows that, and by then has cut its connections, so that the
 * brokers are asked again by another.
 *
 * @returns an error as kafkajs would have it, or undefined when it is not for want of a right
 */
export async function coordinatorRefusal(
  connection: KafkaConnection,
  groupId: string,
  signal: AbortSignal,
): Promise<Error | undefined> {
  const deadline = new Deadline(ASK_MS, signal);
  const [finding] = await probeRights(connection, [{ right: 'DescribeGroup', on: groupId }], deadline).catch(() => []);
  if (finding?.answer !== 'denied') return undefined;
  return Object.assign(new Error(`no coordinator was found for group ${groupId}`), { type: finding.evidence });
}
