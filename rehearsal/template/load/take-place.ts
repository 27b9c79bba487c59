import { ANY_DOMAIN } from '../../../src/base/aws-partitions.js';
import { defaultPlace } from '../../policy/cluster/fill.js';
import type { LoadedTemplate } from './assembly.js';
import { isRecord } from '../resolve/values.js';
import { commonOf, placesInConditions, placesInMappings } from './place-in-template.js';

/** The source of a stack's place. */
export type PlaceSource = 'option' | 'manifest' | 'cluster_arn' | 'brokers' | 'conditions' | 'mappings' | 'default';

/** The assumed place of a stack, and its source. */
export interface TakenPlace {
  readonly region: string;
  readonly account: string;
  readonly taken_from: { readonly region: PlaceSource; readonly account: PlaceSource };
}

export interface GivenPlace {
  readonly region?: string | undefined;
  readonly account?: string | undefined;
  /** Values of the template's parameters. */
  readonly parameters?: Readonly<Record<string, string>> | undefined;
}

/**
 * The place of a template's stack, from the first of these sources that has it: an option, the manifest beside it,
 * literal ARNs of MSK in it, the addresses of brokers (if these agree), the conditions in its policies, the keys of
 * its mappings, a made-up place. The environment of the shell is never used: a template means the same on every
 * machine.
 */
export function takePlace({ template, manifest }: LoadedTemplate, given: GivenPlace = {}): TakenPlace {
  const texts = textsOf(template, given.parameters ?? {});
  const [conditions, mappings] = [placesInConditions(template), placesInMappings(template)];
  const region = first(
    [given.region, 'option'],
    [manifest.region, 'manifest'],
    [agreed(texts, regionPatterns), 'cluster_arn'],
    [agreed(texts, brokerPatterns), 'brokers'],
    [commonOf(conditions.region, defaultPlace.region), 'conditions'],
    [commonOf(mappings.region, defaultPlace.region), 'mappings'],
    [defaultPlace.region, 'default'],
  );
  const account = first(
    [given.account, 'option'],
    [manifest.account, 'manifest'],
    [agreed(texts, accountPatterns), 'cluster_arn'],
    [commonOf(conditions.account, defaultPlace.account), 'conditions'],
    [commonOf(mappings.account, defaultPlace.account), 'mappings'],
    [defaultPlace.account, 'default'],
  );
  return {
    region: region.value,
    account: account.value,
    taken_from: { region: region.source, account: account.source },
  };
}

const sources: Readonly<Record<PlaceSource, string>> = {
  option: 'from the option',
  manifest: 'from manifest.json',
  cluster_arn: 'from its ARNs of MSK',
  brokers: 'from its addresses of brokers',
  conditions: 'from conditions in its policies',
  mappings: 'from its mappings',
  default: 'made up',
};

/** "us-west-2 and account 123456789012 (from manifest.json)" */
export function describePlace({ region, account, taken_from }: TakenPlace): string {
  const [where, whose] = [sources[taken_from.region], sources[taken_from.account]];
  return where === whose
    ? `${region} and account ${account} (${where})`
    : `${region} (${where}) and account ${account} (${whose})`;
}

function first(...said: readonly (readonly [string | undefined, PlaceSource])[]): {
  value: string;
  source: PlaceSource;
} {
  const found = said.find(([value]) => value !== undefined);
  return { value: found?.[0] ?? '', source: found?.[1] ?? 'default' };
}

// Matches a whole ARN, one without its last fields, and the parts of one in Fn::Join and Fn::Sub: ":kafka:us-west-2:",
// ":123456789012:topic/…".
const TYPES = '(?:(?:cluster|topic|group|transactional-id)/|\\*)';
const regionPatterns = [/:kafka:([a-z]{2,}(?:-[a-z]+)+-\d)(?::|$)/g];
const brokerPatterns = [
  new RegExp(String.raw`\.kafka(?:-serverless)?\.([a-z]{2,}(?:-[a-z]+)+-\d)\.${ANY_DOMAIN}`, 'g'),
];
const accountPatterns = [
  new RegExp(`:kafka:(?:[a-z0-9-]+|\\$\\{[^}]*\\}):(\\d{12})(?::${TYPES}|$)`, 'g'),
  new RegExp(`^:(\\d{12}):${TYPES}`, 'g'),
];

/** The only value that all of them have. */
function agreed(texts: readonly string[], patterns: readonly RegExp[]): string | undefined {
  const found = texts.flatMap((text) =>
    patterns.flatMap((pattern) => Array.from(text.matchAll(pattern), ([, value]) => value ?? '')),
  );
  const [value, ...others] = new Set(found);
  return others.length === 0 ? value : undefined;
}

/** Every string of a template, with the values of its parameters. */
function textsOf(template: unknown, given: Readonly<Record<string, string>>): string[] {
  const { Parameters: parameters, ...rest } = isRecord(template) ? template : {};
  const values = Object.entries(isRecord(parameters) ? parameters : {}).map(
    ([name, parameter]) => given[name] ?? (isRecord(parameter) ? parameter['Default'] : undefined),
  );
  return leaves([rest, values]);
}

function leaves(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(leaves);
  return isRecord(value) ? Object.values(value).flatMap(leaves) : [];
}
