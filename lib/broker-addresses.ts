import { ANY_DOMAIN, domainOf, partitionOf } from '../src/base/aws-partitions.js';
import { IAM_PORT } from './naming.js';

/** The parts of a name: "b-1.demo.abc.c1.kafka.eu-west-1.amazonaws.com:9098", "boot-abc.c2.kafka-serverless.…". */
const shape = new RegExp(
  String.raw`^[^.]+\.(?<cluster>.+)\.kafka(?:-serverless)?\.(?<region>[a-z0-9-]+)\.(?<domain>${ANY_DOMAIN})(?::\d+)?$`,
  'i',
);

/**
 * Contradictions between an ARN and the names of brokers: all must have the same region, partition and cluster. Names
 * that are not MSK's (of a proxy, of a private DNS zone) are not checked.
 *
 * @param clusterArn `arn:PARTITION:kafka:REGION:…`
 * @param brokers each `host:port`
 * @returns sentences without their subject, which is the list of brokers
 */
export function contradictions(clusterArn: string, brokers: readonly string[]): string[] {
  const [, partition = '', , region = ''] = clusterArn.split(':');
  const places = brokers.flatMap((broker) => {
    const named = shape.exec(broker.trim())?.groups;
    return named === undefined ? [] : [{ broker: broker.trim(), ...named } as Place];
  });
  const otherRegion = places.find((place) => place.region.toLowerCase() !== region);
  const domain = domainOf(partition);
  const otherPartition = places.find((place) => domain !== undefined && place.domain.toLowerCase() !== domain);
  const [first, ...others] = places;
  const otherCluster = others.find(({ cluster }) => cluster.toLowerCase() !== first?.cluster.toLowerCase());
  return [
    ...(otherRegion === undefined
      ? []
      : [`has ${otherRegion.broker} in ${otherRegion.region}, but clusterArn is in ${region}`]),
    ...(otherRegion === undefined && otherPartition !== undefined
      ? [`has ${otherPartition.broker}, but clusterArn is in the partition ${partition}`]
      : []),
    ...(otherCluster === undefined || first === undefined
      ? []
      : [`has brokers of two clusters, ${first.broker} and ${otherCluster.broker}`]),
  ];
}

interface Place {
  readonly broker: string;
  readonly cluster: string;
  readonly region: string;
  readonly domain: string;
}

/** Why the port of a broker's address is refused. */
export function portProblem(broker: string): string | undefined {
  const port = Number(broker.split(':')[1] ?? IAM_PORT);
  if (port === IAM_PORT) return undefined;
  const others: Readonly<Record<number, string>> = { 9092: 'plaintext', 9094: 'TLS', 9096: 'SCRAM' };
  const listener = others[port];
  return listener === undefined
    ? `has ${broker}, but IAM clients inside a VPC use port ${IAM_PORT}`
    : `has ${broker}, which is the ${listener} listener: enable IAM on the cluster, then give its :${IAM_PORT} brokers`;
}

/** Why the partition of a cluster's ARN is refused: its region is in another one. An unknown partition is not judged. */
export function partitionProblem(clusterArn: string): string | undefined {
  const [, partition = '', , region = ''] = clusterArn.split(':');
  const expected = partitionOf(region);
  if (partition === expected || domainOf(partition) === undefined) return undefined;
  return `names the partition ${partition}, but its region ${region} is in the partition ${expected}`;
}
