import type { KafkaConnection } from '../connection.js';

/**
 * How long a broker may wait for other brokers (replicas, the controller) before it answers REQUEST_TIMED_OUT. Less
 * than this client waits for the answer: otherwise it would close the connection before it learns the cause.
 */
export function brokerWaitMs({ requestTimeoutMs }: Pick<KafkaConnection, 'requestTimeoutMs'>): number {
  return Math.round(requestTimeoutMs * 0.75);
}
