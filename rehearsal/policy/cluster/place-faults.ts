import { isOpen, type ClusterParts } from './cluster-pattern.js';
import { partitionOf } from '../../../src/base/aws-partitions.js';
import { accountShape, regionShape } from './place-shape.js';

/** A region or an account that may be a pattern: without the characters that none has. */
const openRegion = /^[a-z\d*?-]+$/;
const openAccount = /^[\d*?]+$/;

export interface PlaceFault {
  /** The part that is wrong; `partition`: it is not that of the region. */
  readonly part: 'region' | 'partition' | 'account';
  /** A sentence without its beginning. */
  readonly sentence: string;
}

/**
 * Why no cluster can have this region, account and partition, which may be patterns. Empty if one can. A pattern with
 * such a fault says nothing about the cluster.
 */
export function placeFaults({
  partition,
  region,
  account,
}: Pick<ClusterParts, 'partition' | 'region' | 'account'>): PlaceFault[] {
  const isRegion = (isOpen(region) ? openRegion : regionShape).test(region);
  const isAccount = (isOpen(account) ? openAccount : accountShape).test(account);
  const wanted = partitionOf(region);
  const isElsewhere = isRegion && !isOpen(region) && !isOpen(partition) && wanted !== partition;
  return [
    ...(isRegion ? [] : [{ part: 'region', sentence: `${JSON.stringify(region)} is not a region` } as const]),
    ...(isElsewhere
      ? [{ part: 'partition', sentence: `${region} is a region of the partition ${wanted}` } as const]
      : []),
    ...(isAccount
      ? []
      : [{ part: 'account', sentence: `the account ${JSON.stringify(account)} does not have 12 digits` } as const]),
  ];
}
