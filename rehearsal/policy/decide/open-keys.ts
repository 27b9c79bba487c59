import type { pubsub_error } from '../../../src/base/error.js';
import { answerOption } from '../../answers.js';
import { problem } from '../../problem.js';
import { namedKinds } from '../acls/named-kinds.js';
import { sampleNames } from '../acls/sample-names.js';
import { kafkaActionNames, kafkaActions, type ResourceKind } from '../actions.js';
import type { OpenKey } from './applies.js';
import type { RequestFacts } from '../conditions/context.js';
import { evaluateConditions } from '../conditions/evaluate.js';
import type { ConditionTest } from '../conditions/read.js';
import { unknownKey } from '../conditions/unknown-key.js';
import { substitute } from '../conditions/variables.js';
import { resourceArn } from '../resource-arns.js';
import type { RoleRights } from './rights.js';
import { ruleForRole, statementsOf } from './role-rights.js';

/** Condition keys whose values are needed to decide what a role may do, for any name. */
export function openKeys(rights: RoleRights, clusterArn: string): OpenKey[] {
  const nowMs = Date.now();
  const found = new Map<string, OpenKey>();
  for (const kind of ['cluster', ...namedKinds] as const) {
    const missing = new Set(possiblyOpen(rights, clusterArn, kind, nowMs).filter((one) => !found.has(one)));
    if (missing.size === 0) continue;
    for (const [action, arn] of requests(rights, clusterArn, kind, nowMs)) {
      const ruling = ruleForRole(rights, action, arn, nowMs);
      if (ruling.decision !== 'unknown') continue;
      for (const key of ruling.keys) {
        found.set(idOf(key), key);
        missing.delete(idOf(key));
      }
      // Policies with long lists of names have many requests to check.
      if (missing.size === 0) break;
    }
  }
  return [...found.values()];
}

/**
 * The keys whose values are asked for while the cluster may be one of several: those that are needed on each of them.
 * The tags of a cluster are asked for when it is chosen, because an answer overrides the tags that are known.
 *
 * @param possible the ARNs of the clusters
 * @param keysOn what is needed on one of them
 */
export function keysOnEach(
  possible: readonly string[],
  keysOn: (clusterArn: string) => readonly OpenKey[],
): readonly OpenKey[] {
  const [first = [], ...others] = possible.map(keysOn);
  if (others.length === 0) return first;
  const nameOf = ({ key }: OpenKey): string => key.toLowerCase();
  return first.filter((one) => {
    const isOfCluster = nameOf(one).startsWith('aws:resourcetag/');
    return !isOfCluster && others.every((keys) => keys.some((other) => nameOf(other) === nameOf(one)));
  });
}

function* requests(
  rights: RoleRights,
  clusterArn: string,
  kind: ResourceKind,
  nowMs: number,
): Generator<readonly [action: string, arn: string]> {
  const names = kind === 'cluster' ? [''] : sampleNames(rights, clusterArn, kind, nowMs);
  const actions = kafkaActionNames.filter((action) => kafkaActions[action].kind === kind);
  for (const name of names) {
    const arn = resourceArn(clusterArn, kind, name);
    for (const action of actions) yield [action, arn];
  }
}

/** The unknown values that statements mention, whether or not a decision depends on them. */
function possiblyOpen(rights: RoleRights, clusterArn: string, kind: ResourceKind, nowMs: number): string[] {
  const facts: RequestFacts = { ...rights.facts, roleArn: rights.arn, clusterArn, nowMs };
  return statementsOf(rights).flatMap(({ path, conditions = [], resources, notResources, variables = true }) => {
    const outcome = evaluateConditions(conditions, variables, facts, kind);
    const tests = 'unknown' in outcome ? outcome.unknown.map(idOf) : [];
    const texts = variables ? (notResources ?? resources) : [];
    const keys = texts.flatMap((text) => {
      const read = substitute(text, true, facts, kind);
      return 'unknown' in read ? read.unknown.map((key) => idOf({ key, path: `${path}.Resource` })) : [];
    });
    return [...tests, ...keys];
  });
}

function idOf({ key, path }: Pick<OpenKey, 'key' | 'path'>): string {
  return `${path} ${key}`;
}

/**
 * Refuses policies whose decisions depend on values that were not given, all of them at once, with the options that
 * would give them. The values in these options are from the policies: they are examples.
 *
 * @throws pubsub_error `template_refused`
 */
export function refuseOpenKeys(keys: readonly OpenKey[]): void {
  const error = openKeysRefusal(keys);
  if (error !== undefined) throw error;
}

function openKeysRefusal(keys: readonly OpenKey[]): pubsub_error | undefined {
  const byKey = new Map<string, OpenKey[]>();
  for (const one of keys) {
    const name = one.key.toLowerCase();
    byKey.set(name, [...(byKey.get(name) ?? []), one]);
  }
  const groups = [...byKey].map(([name, all]) => ({ key: all[0]?.key ?? name, all }));
  const [first] = keys;
  if (first === undefined) return undefined;
  const sentences = groups.map(({ key, all }) => {
    const paths = [...new Set(all.map(({ path }) => path))];
    return `${key} (${paths.slice(0, 3).join(', ')}${paths.length > 3 ? ` and ${paths.length - 3} more` : ''})`;
  });
  const options = groups.map(({ key, all }) => {
    const examples = all.map(({ test }) => exampleOf(test));
    return answerOption(
      key,
      examples.find((one) => one !== undefined),
    );
  });
  return problem(
    first.path,
    `the policies depend on values that are not known here: ${sentences.join('; ')}`,
    [
      'Give the values that AWS would see. The values shown are examples from the policies. An empty value (KEY=) means that the key is not in the request.',
      ...groups.flatMap(({ key }) => {
        const sentence = unknownKey(key);
        return sentence === undefined ? [] : `${key} ${sentence}.`;
      }),
    ].join('\n'),
    options,
  );
}

/** A value from a test of this policy, with its wildcards replaced. */
function exampleOf(test: ConditionTest | undefined): string | undefined {
  const [value] = test?.values ?? [];
  if (test?.operator === undefined || value === undefined || value.includes('${')) return undefined;
  const { name, wild } = test.operator;
  if (/Ip/.test(name)) return value.replace(/\/\d+$/, '');
  return wild ? value.replaceAll('*', 'x').replaceAll('?', 'x') : value;
}
