import { isDeepStrictEqual } from 'node:util';
import { matchesPattern } from '../policy/wildcard.js';
import type { PolicyStatement, RoleRights } from '../policy/index.js';
import { ownTopics } from './names.js';
import { reachOf } from './reach.js';
import type { StackRights } from './rights.js';
import type { StackModel } from '../template/index.js';

/** A stack, and what its roles may do. */
export interface Planned {
  readonly model: StackModel;
  readonly rights: StackRights;
}

/**
 * Whether two plans for a template are the same in what decides: the cluster, its topics, the functions that run and
 * whether they reach the brokers, and what their roles may do.
 */
export function haveSameOutcome(one: Planned, other: Planned): boolean {
  return isDeepStrictEqual(outcomeOf(one), outcomeOf(other));
}

function outcomeOf({ model, rights: { clusterArn, roles } }: Planned): unknown {
  const cluster = model.clusters.find(({ arn }) => arn === clusterArn) ?? { logicalId: undefined, arn: clusterArn };
  return {
    clusterArn,
    topics: ownTopics(model, clusterArn).map(({ name, partitions, replicationFactor, configs }) => [
      name,
      partitions,
      replicationFactor,
      configs,
    ]),
    functions: model.functions.map((one) => {
      const { logicalId, role, code, handler, runtime, layers } = one;
      return { logicalId, role, code, handler, runtime, layers, may: reachOf(one, cluster, model.securityGroups).may };
    }),
    roles: [...roles].map(([id, role]) => [id, rightsOf(role)]),
  };
}

function rightsOf({ arn, sessionArn, own, limits, clusterPolicy, facts = {} }: RoleRights): unknown {
  const { functionArn, roleTags, clusterTags } = facts;
  return {
    arn,
    sessionArn,
    own: linesOf(own.statements),
    limits: limits.map(({ layer, statements }) => [layer, linesOf(statements)]),
    clusterPolicy: typeof clusterPolicy === 'object' ? linesOf(clusterPolicy.statements) : clusterPolicy,
    tags: [functionArn, roleTags, clusterTags],
  };
}

/** One action, or one list with NotAction, on one resource, or on one list with NotResource. */
interface Line {
  readonly effect: string;
  readonly action: string | readonly string[];
  readonly resource: string | readonly string[];
  /** The conditions; empty if there is none. */
  readonly conditions: string;
  /** Everything else that must be the same. */
  readonly rest: string;
}

/** What statements say, however they are written: without what other statements say already, in order. */
function linesOf(statements: readonly PolicyStatement[]): string[] {
  const lines = statements.flatMap(ofStatement);
  const needed = lines.filter(
    (line, at) =>
      !lines.some((other, index) => at !== index && covers(other, line) && !(index > at && covers(line, other))),
  );
  return needed.map((line) => JSON.stringify(line)).sort();
}

function ofStatement(statement: PolicyStatement): Line[] {
  const { effect, actions, notActions, resources, notResources, conditions = [], principals, variables } = statement;
  const tests = conditions.map(({ path: _path, operator, ...test }) =>
    JSON.stringify([operator?.name, operator, test]),
  );
  const ofLine = {
    effect,
    conditions: tests.sort().join(' '),
    rest: JSON.stringify([principals, variables === false]),
  };
  const lower = (texts: readonly string[]): string[] => texts.map((text) => text.toLowerCase()).sort();
  const ofActions: Line['action'][] = notActions === undefined ? lower(actions) : [lower(notActions)];
  const ofResources: Line['resource'][] = notResources === undefined ? [...resources] : [[...notResources].sort()];
  return ofActions.flatMap((action) => ofResources.map((resource) => ({ action, resource, ...ofLine })));
}

function covers(one: Line, other: Line): boolean {
  return (
    one.effect === other.effect &&
    one.rest === other.rest &&
    (one.conditions === '' || one.conditions === other.conditions) &&
    patternCovers(one.action, other.action) &&
    patternCovers(one.resource, other.resource)
  );
}

/** Whether a pattern matches everything that the other one matches; false if it is not clear. */
function patternCovers(one: string | readonly string[], other: string | readonly string[]): boolean {
  if (typeof one !== 'string' || typeof other !== 'string') return isDeepStrictEqual(one, other);
  if (one === other || one === '*') return true;
  return !/[?$]/.test(one) && !other.includes('${') && matchesPattern(one, other);
}
