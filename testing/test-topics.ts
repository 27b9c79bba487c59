import { Deadline } from '../src/base/deadline.js';
import { pubsub_error, type config } from '../src/index.js';
import { createTopics, deleteTopics } from '../src/kafka/admin/create-topics.js';
import { deleteGroups } from '../src/kafka/admin/delete-groups.js';
import { listGroups } from '../src/kafka/admin/list-groups.js';
import { withCluster } from '../src/kafka/admin/with-cluster.js';
import type { KafkaConnection } from '../src/kafka/connection.js';
import { kafkaConnection } from '../src/pubsub/kafka-connection.js';

/** What the settings of one test leave in a cluster. */
export interface Traces {
  readonly connection: KafkaConnection;
  /** Topics that were created for them. */
  readonly topics: readonly string[];
  /** Says of a group whether the test made it. */
  readonly isGroup: (name: string) => boolean;
}

/** Of a requester or subscriber with replies of its own. */
const ownSuffix = /^-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Which groups a test makes. Those that it names itself may be there already: then they are not its own.
 *
 * @param prefix what the default names of its groups begin with
 * @param isKept whether the cluster exists after the test, so that groups of other programs can be in it
 */
export async function groupsOf<F>(
  settings: config<F>,
  prefix: string,
  isKept: boolean,
  deadline: Deadline,
): Promise<Traces['isGroup']> {
  const named = Object.values(settings.groups).filter((name) => !name.startsWith(prefix));
  const before = new Set(
    named.length === 0 || !isKept ? [] : await listGroups(kafkaConnection(settings), named, deadline),
  );
  const isNamed = (group: string): boolean =>
    named.some((name) => group === name || (group.startsWith(name) && ownSuffix.test(group.slice(name.length))));
  return (group) => group.startsWith(prefix) || (isNamed(group) && !before.has(group));
}

/**
 * A group is not deleted while it has members. Those of a test that does not dispose them stay: the hook that calls
 * `stop` must show this as the reason, before its own time is over (5 s with jest, 10 s with vitest).
 */
const GROUPS_TIMEOUT_MS = 3_000;

/** @throws pubsub_error why no broker can be reached */
export async function checkReached<F>(settings: config<F>, deadline: Deadline): Promise<void> {
  await withCluster(kafkaConnection(settings), deadline, () => Promise.resolve());
}

/** Creates the topics of a test; those that exist are not changed. @returns those that it created */
export async function createMissing<F>(settings: config<F>, partitions: number, deadline: Deadline): Promise<string[]> {
  const { worker, reply_to, dead_letter } = settings.topics;
  const names = [worker, reply_to, ...(dead_letter === undefined ? [] : [dead_letter])];
  const wanted = names.map((topic) => ({ topic, partitions, replicationFactor: 1 }));
  return createTopics(kafkaConnection(settings), wanted, deadline);
}

/**
 * Deletes the topics and the groups of tests. All are tried.
 *
 * @throws pubsub_error that names those that are left
 */
export async function removeTraces(traces: readonly Traces[], deadline: Deadline): Promise<void> {
  const left: Left[] = [];
  const attempt = async (kind: Left['kind'], name: string, deleting: Promise<void>): Promise<void> => {
    await deleting.catch((error: unknown) => {
      if (!pubsub_error.is(error) || error.code !== 'topic_unknown') left.push({ kind, name, error });
    });
  };
  for (const { connection, topics } of traces) {
    for (const topic of topics) await attempt('topic', topic, deleteTopics(connection, [topic], deadline));
  }
  const [first] = traces;
  if (first === undefined) return;
  const groups = await listGroups(first.connection, [''], deadline);
  const patience = new Deadline(Math.min(GROUPS_TIMEOUT_MS, deadline.remainingMs()), deadline.signal);
  await Promise.all(
    groups
      .filter((group) => traces.some(({ isGroup }) => isGroup(group)))
      .map((group) => attempt('group', group, deleteGroups(first.connection, [group], patience))),
  );
  throwIfLeft(left);
}

interface Left {
  readonly kind: 'topic' | 'group';
  readonly name: string;
  readonly error: unknown;
}

function throwIfLeft(left: readonly Left[]): void {
  const [first] = left;
  if (first === undefined) return;
  const { code, stage, raw_message, retryable, hint } = pubsub_error.from(first.error, 'cleanup');
  const named = (kind: Left['kind']): string[] => left.flatMap((one) => (one.kind === kind ? [one.name] : []));
  const [topics, groups] = [named('topic'), named('group')];
  const what = [
    ...(topics.length === 0 ? [] : [`topics ${topics.join(', ')}`]),
    ...(groups.length === 0 ? [] : [`groups ${groups.join(', ')}`]),
  ].join(' and ');
  throw new pubsub_error(code, stage, `not all of the test could be deleted: ${what} (${raw_message})`, {
    cause: first.error,
    details: { topics, groups },
    retryable,
    hint: topics.length > 0 ? hint : 'Dispose every worker, requester and subscriber of a test before stop().',
  });
}
