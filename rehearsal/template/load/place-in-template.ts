import { concernsKafka } from '../../policy/document/actions-meant.js';
import { accountShape, regionShape } from '../../policy/cluster/place-shape.js';
import { isRecord } from '../resolve/values.js';

/** The possible values of a stack's place: one list for each part of a template that limits them. */
export interface PossiblePlaces {
  readonly region: readonly (readonly string[])[];
  readonly account: readonly (readonly string[])[];
}

/** Condition keys that are about the place of a cluster. */
const keys: Readonly<Record<string, keyof PossiblePlaces>> = {
  'aws:requestedregion': 'region',
  'aws:resourceaccount': 'account',
};
const shapes = { region: regionShape, account: accountShape };

/**
 * Where statements about a cluster's data apply, according to literal values of their conditions on
 * `aws:RequestedRegion` and `aws:ResourceAccount`: the only places of an Allow, or the exceptions of a Deny.
 */
export function placesInConditions(template: unknown): PossiblePlaces {
  const found = { region: [] as string[][], account: [] as string[][] };
  for (const { Effect, Condition } of statementsIn(template)) {
    const operators = Effect === 'Deny' ? negated : Effect === 'Allow' ? equal : undefined;
    for (const [operator, tests] of Object.entries(isRecord(Condition) ? Condition : {})) {
      if (operators?.test(operator) !== true || !isRecord(tests)) continue;
      for (const [key, given] of Object.entries(tests)) {
        const part = keys[key.toLowerCase()];
        if (part === undefined) continue;
        const values = [given].flat().map(String);
        if (values.length > 0 && values.every((value) => shapes[part].test(value))) found[part].push(values);
      }
    }
  }
  return found;
}

const equal = /^(?:ForAnyValue:|ForAllValues:)?String(?:Equals|EqualsIgnoreCase|Like)(?:IfExists)?$/i;
const negated = /^(?:ForAnyValue:|ForAllValues:)?StringNot(?:Equals|EqualsIgnoreCase|Like)(?:IfExists)?$/i;

/** Statements about a cluster's data, wherever they are, also in policies that are a string with JSON. */
function statementsIn(value: unknown): Readonly<Record<string, unknown>>[] {
  if (typeof value === 'string' && /^\s*\{[^]*"Statement"/.test(value)) return statementsIn(parsed(value));
  if (Array.isArray(value)) return value.flatMap(statementsIn);
  if (!isRecord(value)) return [];
  if (!('Effect' in value && ('Action' in value || 'NotAction' in value))) {
    return Object.values(value).flatMap(statementsIn);
  }
  const actions = [value['Action'] ?? '*'].flat();
  return actions.some((action) => typeof action === 'string' && concernsKafka(action)) ? [value] : [];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The keys of mappings by region or by account, which `Fn::FindInMap` looks up by the stack's place. */
export function placesInMappings(template: unknown): PossiblePlaces {
  const mappings = isRecord(template) && isRecord(template['Mappings']) ? template['Mappings'] : {};
  const names = Object.values(mappings).map((mapping) => (isRecord(mapping) ? Object.keys(mapping) : []));
  const of = (part: keyof PossiblePlaces): string[][] =>
    names.filter((all) => all.length > 0 && all.every((name) => shapes[part].test(name)));
  return { region: of('region'), account: of('account') };
}

/** A value that all lists have: the usual one if possible, else the first. */
export function commonOf(lists: readonly (readonly string[])[], usual: string): string | undefined {
  const [first, ...others] = lists;
  const common = first?.filter((value) => others.every((list) => list.includes(value))) ?? [];
  return common.includes(usual) ? usual : common[0];
}
