import { matchesPattern } from '../wildcard.js';
import { isOpen, type ClusterPart } from './cluster-pattern.js';

/** The assumed place of a stack or a cluster if no source names one. The account is that of AWS's own examples. */
export const defaultPlace = { region: 'eu-west-1', account: '111122223333' } as const;

/** The values of parts that no source names. */
export const madeUp: Readonly<Record<ClusterPart, string>> = {
  partition: 'aws',
  ...defaultPlace,
  name: 'demo',
  uuid: '00000000-0000-4000-8000-000000000000-1',
};

/** AWS's regions: first one of each continent and partition, then the others that its documentation lists for MSK. */
const regions: readonly string[] = [
  'eu-west-1', 'us-east-1', 'ap-southeast-1', 'ca-central-1', 'sa-east-1', 'me-south-1', 'af-south-1', 'il-central-1',
  'cn-north-1', 'us-gov-west-1', 'mx-central-1',
  'eu-central-1', 'eu-west-2', 'eu-west-3', 'eu-north-1', 'eu-south-1', 'eu-south-2', 'eu-central-2',
  'us-east-2', 'us-west-1', 'us-west-2', 'us-gov-east-1', 'ca-west-1', 'cn-northwest-1', 'me-central-1',
  'ap-northeast-1', 'ap-northeast-2', 'ap-northeast-3', 'ap-southeast-2', 'ap-southeast-3', 'ap-southeast-4',
  'ap-southeast-5', 'ap-southeast-7', 'ap-south-1', 'ap-south-2', 'ap-east-1', 'ap-east-2',
]; // prettier-ignore

/**
 * A value that all of these patterns match: the made-up value if it matches, else the patterns with their wildcards
 * replaced.
 *
 * @param suits further conditions on the value, to be fulfilled if possible
 * @returns undefined if none was found
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

/** A pattern whose stars are replaced by the made-up value, by nothing, or by what the other patterns require. */
function filled(part: ClusterPart, pattern: string, others: readonly string[], otherwise: string): string[] {
  if (part === 'account') return [accountLike(pattern)];
  const one = part === 'uuid' ? '0' : 'x';
  const plain = (text: string, star: string): string => text.replaceAll('*', star).replaceAll('?', one);
  const inner = others.map((other) => plain(other, '').replaceAll(/^-|-$/g, ''));
  return [plain(pattern, otherwise), plain(pattern, ''), ...inner.map((text) => plain(pattern, text))];
}

/** Twelve digits: the star is replaced by as many as are missing. */
function accountLike(pattern: string): string {
  const room = Math.max(0, 12 - pattern.replaceAll('*', '').length);
  return pattern.replace('*', '0'.repeat(room)).replaceAll('*', '').replaceAll('?', '0');
}
