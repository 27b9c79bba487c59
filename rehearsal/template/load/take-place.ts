import { defaultPlace } from '../../policy/cluster/fill.js';
import type { LoadedTemplate } from './assembly.js';
import { isRecord } from '../resolve/values.js';
import { commonOf, placesInConditions, placesInMappings } from './place-in-template.js';

/** Who says where a stack is. */
export type PlaceSource = 'option' | 'manifest' | 'cluster_arn' | 'brokers' | 'conditions' | 'mappings' | 'default';

/** Where a stack is taken to be, and who says so. */
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
 * Where a template's stack is: as an option says, else the manifest beside it, else the ARNs of MSK that it has letter by
 * letter, else the brokers' addresses, where these agree, else the conditions in its policies, else the keys of its mappings,
 * else a place that is made up. Never what the shell says: what is read from a template is the same on every machine.
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
  option: 'as the option says',
  manifest: 'as manifest.json says',
  cluster_arn: 'as its ARNs of MSK say',
  brokers: 'as its addresses of brokers say',
  conditions: 'as conditions in its policies say',
  mappings: 'as its mappings say',
  default: 'made up',
};

/** "us-west-2 and account 123456789012 (as manifest.json says)" */
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

// Of a whole ARN, or of what Fn::Join and Fn::Sub leave of one: ":kafka:us-west-2:", ":123456789012:topic/…".
const TYPES = '(?:cluster|topic|group|transactional-id)/';
const regionPatterns = [/:kafka:([a-z]{2,}(?:-[a-z]+)+-\d):/g];
const brokerPatterns = [/\.kafka(?:-serverless)?\.([a-z]{2,}(?:-[a-z]+)+-\d)\.amazonaws\.com/g];
const accountPatterns = [
  new RegExp(`:kafka:(?:[a-z0-9-]+|\\$\\{[^}]*\\}):(\\d{12}):${TYPES}`, 'g'),
  new RegExp(`^:(\\d{12}):${TYPES}`, 'g'),
];

/** The one value that all of them have. */
function agreed(texts: readonly string[], patterns: readonly RegExp[]): string | undefined {
  const found = texts.flatMap((text) =>
    patterns.flatMap((pattern) => Array.from(text.matchAll(pattern), ([, value]) => value ?? '')),
  );
  const [value, ...others] = new Set(found);
  return others.length === 0 ? value : undefined;
}

/** Every text of a template, with the values that its parameters have. */
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
