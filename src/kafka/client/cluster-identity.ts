import type { KafkaConnection } from '../connection.js';

/** The cluster that brokers at these addresses belong to, as of the last answer to any client of this process. */
interface Seen {
  clusterId: string;
  /** Monotonic time of the last report. */
  reportedAt: number;
}

const REPORT_MS = 60_000;
const seen = new Map<string, Seen>();

/**
 * Reports that brokers at the same addresses belong to two clusters. If the addresses are of two clusters, one client
 * may write to the one and another read from the other, and every connection works.
 *
 * @param clusterId as a broker says; undefined: it does not say
 */
export function noteClusterId(
  { brokers, logger }: Pick<KafkaConnection, 'brokers' | 'logger'>,
  clusterId: string | undefined,
): void {
  if (clusterId === undefined) return;
  const addresses = [...brokers].sort().join();
  const last = seen.get(addresses);
  if (last === undefined) {
    seen.set(addresses, { clusterId, reportedAt: Number.NEGATIVE_INFINITY });
    return;
  }
  const before = last.clusterId;
  last.clusterId = clusterId;
  const now = performance.now();
  if (before === clusterId || now - last.reportedAt < REPORT_MS) return;
  last.reportedAt = now;
  logger.error('the brokers belong to another cluster than before', {
    brokers: addresses,
    cluster_id: clusterId,
    cluster_id_before: before,
    hint: 'Unless the cluster was created again, PUBSUB_BROKERS has the addresses of two clusters: name the brokers of one.',
  });
}
