import { matchesPattern } from '../wildcard.js';
import { isOpen, type ClusterPart } from './cluster-pattern.js';

/** Where a stack or a cluster is taken to be when nothing says so. The account is the one of AWS's own examples. */
export const defaultPlace = { region: 'eu-west-1', account: '111122223333' } as const;

/** What is taken where nothing says what a part is. */
export const madeUp: Readonly<Record<ClusterPart, string>> = {
  partition: 'aws',
  ...defaultPlace,
  name: 'demo',
  uuid: '00000000-0000-4000-8000-000000000000-1',
};

/** Of AWS's regions the first of each continent and partition, then the others that its documentation lists for MSK. */
const regions: readonly string[] = [
  'eu-west-1', 'us-east-1', 'ap-southeast-1', 'ca-central-1', 'sa-east-1', 'me-south-1', 'af-south-1', 'il-central-1',
  'cn-north-1', 'us-gov-west-1', 'mx-central-1',
  'eu-central-1', 'eu-west-2', 'eu-west-3', 'eu-north-1', 'eu-south-1', 'eu-south-2', 'eu-central-2',
  'us-east-2', 'us-west-1', 'us-west-2', 'us-gov-east-1', 'ca-west-1', 'cn-northwest-1', 'me-central-1',
  'ap-northeast-1', 'ap-northeast-2', 'ap-northeast-3', 'ap-southeast-2', 'ap-southeast-3', 'ap-southeast-4',
  'ap-southeast-5', 'ap-southeast-7', 'ap-south-1', 'ap-south-2', 'ap-east-1', 'ap-east-2',
]; // prettier-ignore

/**
 * A value that all of these patterns stand for: what is made up where it fits, else their wildcards filled.
 *
 * @param suits what the value has to agree with besides, where it can
 * @returns undefined where none was found
 */
export function fillPart(
  part: ClusterPart,
  patterns: readonly string[],
  otherwise: string,
  suits: (value: string) => boolean = () => true,
): string | undefined {
  const open = [...new Set(patterns)].filter(isOpen);
  const likely = [
    otherwise,
    ...(part === 'region' ? regions : []),
    ...open.flatMap((one) => filled(part, one, open, otherwise)),
  ];
  const matching = likely.filter((value) => open.every((pattern) => matchesPattern(pattern, value)));
  return matching.find(suits) ?? matching[0];
}

/** A pattern with its stars filled by what is made up, by nothing, or by what the other patterns ask for. */
function filled(part: ClusterPart, pattern: string, others: readonly string[], otherwise: string): string[] {
  if (part === 'account') return [accountLike(pattern)];
  const one = part === 'uuid' ? '0' : 'x';
  const plain = (text: string, star: string): string => text.replaceAll('*', star).replaceAll('?', one);
  const inner = others.map((other) => plain(other, '').replaceAll(/^-|-$/g, ''));
  return [plain(pattern, otherwise), plain(pattern, ''), ...inner.map((text) => plain(pattern, text))];
}

/** Twelve digits: the star takes as many as there is room for. */
function accountLike(pattern: string): string {
  const room = Math.max(0, 12 - pattern.replaceAll('*', '').length);
  return pattern.replace('*', '0'.repeat(room)).replaceAll('*', '').replaceAll('?', '0');
}

export function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  if (region.startsWith('us-gov-')) return 'aws-us-gov';
  return 'aws';
}
