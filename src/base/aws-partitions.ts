/** One partition of AWS: how the names of its regions begin, and the domain of its services. */
interface Partition {
  readonly name: string;
  readonly regions: string;
  readonly domain: string;
}

/** All partitions but `aws`, whose regions have no beginning in common. */
const others: readonly Partition[] = [
  { name: 'aws-cn', regions: 'cn-', domain: 'amazonaws.com.cn' },
  { name: 'aws-us-gov', regions: 'us-gov-', domain: 'amazonaws.com' },
  { name: 'aws-eusc', regions: 'eusc-', domain: 'amazonaws.eu' },
  { name: 'aws-iso', regions: 'us-iso-', domain: 'c2s.ic.gov' },
  { name: 'aws-iso-b', regions: 'us-isob-', domain: 'sc2s.sgov.gov' },
  { name: 'aws-iso-e', regions: 'eu-isoe-', domain: 'cloud.adc-e.uk' },
  { name: 'aws-iso-f', regions: 'us-isof-', domain: 'csp.hci.ic.gov' },
];
const partitions: readonly Partition[] = [{ name: 'aws', regions: '', domain: 'amazonaws.com' }, ...others];

/** "cn-north-1" is in "aws-cn". A region that no other partition has is in "aws". */
export function partitionOf(region: string): string {
  return others.find(({ regions }) => region.startsWith(regions))?.name ?? 'aws';
}

/** The end of the names of a partition's services and brokers: "amazonaws.com"; undefined for an unknown partition. */
export function domainOf(partition: string): string | undefined {
  return partitions.find(({ name }) => name === partition)?.domain;
}

/** `kafka.eu-west-1.amazonaws.com`, `sqs.cn-north-1.amazonaws.com.cn` */
export function serviceHost(service: string, region: string): string {
  return `${service}.${region}.${domainOf(partitionOf(region)) ?? ''}`;
}

/** Matches the domain of any partition, in a regular expression; a longer domain before its beginning. */
export const ANY_DOMAIN = `(?:${[...new Set(partitions.map(({ domain }) => domain))]
  .sort((one, other) => other.length - one.length)
  .map((domain) => domain.replaceAll('.', String.raw`\.`))
  .join('|')})`;
