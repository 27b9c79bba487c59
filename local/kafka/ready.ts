import type { Deadline } from '../../src/base/deadline.js';
import { pubsub_error } from '../../src/base/error.js';
import { warmUp, type ClusterIdentity, type WarmUpOptions } from '../../src/kafka/admin/readiness.js';

/**
 * Waits until topics can be created and groups can be joined at these brokers.
 *
 * @throws pubsub_error `kafka_unavailable`, or `aborted`
 */
export async function waitUntilReady(
  brokers: readonly string[],
  deadline: Deadline,
  options: WarmUpOptions = {},
): Promise<ClusterIdentity> {
  try {
    return await warmUp(brokers, deadline, options);
  } catch (error) {
    if (pubsub_error.is(error) && error.code === 'aborted') throw error;
    const said = pubsub_error.is(error) ? error.raw_message : String(error);
    throw new pubsub_error('kafka_unavailable', 'local_kafka', `Kafka was started but is not ready: ${said}`, {
      cause: error,
      details: { brokers },
    });
  }
}
