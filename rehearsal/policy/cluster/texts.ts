import { ANY_DOMAIN } from '../../../src/base/aws-partitions.js';
import { clusterPartNames, clusterPartsOf, type ClusterPart } from './cluster-pattern.js';

const addresses = new RegExp(
  String.raw`(?:^|[\s,"'/])(?:b-\d+(?:-public)?|boot-\w+)\.(?:(?:iam|scram|tls)\.(?=(?:[\w-]+\.){3}kafka\.))?([\w-]+)\.(?:[\w-]+\.)*kafka\.([a-z\d-]+)\.${ANY_DOMAIN}`,
  'g',
);

/** What other strings say about a cluster: ARNs, and addresses of brokers (`b-1.NAME.….kafka.REGION.amazonaws.com`). */
export function hintsOf(texts: readonly string[]): Readonly<Record<ClusterPart, readonly string[]>> {
  const found: Record<ClusterPart, Set<string>> = {
    partition: new Set(),
    region: new Set(),
    account: new Set(),
    name: new Set(),
    uuid: new Set(),
  };
  for (const text of texts) {
    for (const [arn] of text.matchAll(/arn:[\w-]+:kafka:[\w-]+:\d{12}:[\w-]+\/[^\s/,"']+\/[^\s/,"']+/g)) {
      const parts = clusterPartsOf(arn);
      for (const part of clusterPartNames) if (parts !== undefined) found[part].add(parts[part]);
    }
    for (const [, name = '', region = ''] of text.matchAll(addresses)) {
      found.name.add(name);
      found.region.add(region);
    }
  }
  return Object.fromEntries(clusterPartNames.map((part) => [part, [...found[part]]])) as unknown as Record<
    ClusterPart,
    string[]
  >;
}
