import { Deadline } from '../../base/deadline.js';
import { pubsub_error } from '../../base/error.js';
import type { KafkaConnection } from '../connection.js';
import { addressKey, addressOf, type HostAndPort } from './address.js';
import type { ClusterMetadata } from './broker-apis.js';

/** How long a first connection waits for the addresses that the cluster does not list. */
const ASK_MS = 1_000;
const asking = { stage: 'connect', what: 'the id of a cluster' } as const;
/** The checks of this process, by the addresses. The first one that finds one cluster is the only one. */
const checks = new Map<string, Promise<void>>();

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
  const addresses = addressesOf(brokers);
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

/**
 * Asks the addresses of the configuration that the cluster does not list as its brokers which cluster they belong to.
 * Once per process: when a cluster is replaced later, all addresses need not move at the same moment. An address that
 * does not answer proves nothing.
 *
 * @param ask gets metadata from the broker at an address
 * @throws pubsub_error `config_invalid` if they belong to two clusters
 */
export function refuseTwoClusters(
  { brokers }: Pick<KafkaConnection, 'brokers'>,
  { clusterId, brokers: listed }: Pick<ClusterMetadata, 'clusterId' | 'brokers'>,
  ask: (address: HostAndPort) => Promise<Pick<ClusterMetadata, 'clusterId'>>,
): Promise<void> {
  const members = new Set(listed.map(addressKey));
  const others = brokers.map(addressOf).filter((address) => !members.has(addressKey(address)));
  if (clusterId === undefined || brokers.length < 2 || others.length === 0) return Promise.resolve();
  const addresses = addressesOf(brokers);
  let check = checks.get(addresses);
  if (check === undefined) {
    check = lookForOther(others, clusterId, ask);
    checks.set(addresses, check);
    // Someone may have corrected what an address stands for.
    check.catch(() => checks.delete(addresses));
  }
  return check;
}

async function lookForOther(
  addresses: readonly HostAndPort[],
  clusterId: string,
  ask: (address: HostAndPort) => Promise<Pick<ClusterMetadata, 'clusterId'>>,
): Promise<void> {
  const deadline = new Deadline(ASK_MS);
  const answers = addresses.map(async (address) => {
    const answer = await deadline.race(ask(address), asking).catch(() => undefined);
    return { address: addressKey(address), id: answer?.clusterId };
  });
  const found = await Promise.all(answers);
  const other = found.find(({ id }) => id !== undefined && id !== clusterId);
  if (other?.id !== undefined) throw twoClusters(other.address, [clusterId, other.id]);
}

function twoClusters(address: string, clusterIds: readonly [string, string]): pubsub_error {
  const [one, other] = clusterIds;
  const sentence = `the addresses of the brokers belong to two clusters: ${address} to ${other}, another one to ${one}`;
  return new pubsub_error('config_invalid', 'connect', sentence, {
    hint: 'Name brokers of one cluster in PUBSUB_BROKERS. Otherwise one process may write to the one and another read from the other.',
    details: { cluster_ids: clusterIds, broker: address },
  });
}

function addressesOf(brokers: readonly string[]): string {
  return [...brokers].sort().join();
}
