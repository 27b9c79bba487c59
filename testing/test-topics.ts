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
  /** What the names of their groups begin with. */
  readonly groupPrefix: string;
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
  // One replica, which is enough to write also where the brokers ask for more.
  const configs = { 'min.insync.replicas': '1' };
  const wanted = names.map((topic) => ({ topic, partitions, replicationFactor: 1, configs }));
  return createTopics(kafkaConnection(settings), wanted, deadline);
}

/** Deletes the topics and the groups of tests. */
export async function removeTraces(traces: readonly Traces[], deadline: Deadline): Promise<void> {
  for (const { connection, topics } of traces) {
    for (const topic of topics) {
      await deleteTopics(connection, [topic], deadline).catch((error: unknown) => {
        if (!pubsub_error.is(error) || error.code !== 'topic_unknown') throw error;
      });
    }
  }
  const [first] = traces;
  if (first === undefined) return;
  const prefixes = traces.map(({ groupPrefix }) => groupPrefix);
  const groups = await listGroups(first.connection, prefixes, deadline);
  const patience = new Deadline(Math.min(GROUPS_TIMEOUT_MS, deadline.remainingMs()), deadline.signal);
  const left = await Promise.all(
    groups.map((group) =>
      deleteGroups(first.connection, [group], patience).then(
        () => [],
        (error: unknown) => [{ group, error }],
      ),
    ),
  );
  throwIfLeft(left.flat());
}

function throwIfLeft(left: readonly { group: string; error: unknown }[]): void {
  const [first] = left;
  if (first === undefined) return;
  const { code, stage, raw_message, retryable } = pubsub_error.from(first.error, 'cleanup');
  const groups = left.map(({ group }) => group);
  const sentence = `the groups of the test could not be deleted: ${groups.join(', ')} (${raw_message})`;
  throw new pubsub_error(code, stage, sentence, {
    cause: first.error,
    details: { groups },
    retryable,
    hint: 'Dispose every worker, requester and subscriber of a test before stop().',
  });
}
