import type { ConditionTest } from '../conditions/read.js';
import type { PolicyStatement } from '../document/statement.js';
import { matchesAction } from '../wildcard.js';
import {
  clusterPartNames,
  clusterPattern,
  withoutVariables,
  type ClusterPart,
  type ClusterParts,
  type ClusterPattern,
} from './cluster-pattern.js';
import { placeFaults } from './place-faults.js';

/** What policies say about clusters, by how strongly it determines the cluster. */
export interface NamedClusters {
  /** What roles' own policies allow: the cluster must match all of these. */
  readonly allowed: readonly ClusterPattern[];
  /** Conditions that name only its region or its account. */
  readonly conditions: readonly ClusterPattern[];
  /** Other places that name a cluster: they choose among the allowed clusters. The first counts most. */
  readonly named: readonly ClusterPattern[];
  /** Clusters to which all logins are denied: another cluster is preferred. */
  readonly avoided: readonly ClusterPattern[];
}

/**
 * All places in policies that name clusters.
 *
 * @param own statements of the roles' own policies
 * @param others those of boundaries, session policies, service control policies and the cluster's policy
 */
export function namedClusters(own: readonly PolicyStatement[], others: readonly PolicyStatement[]): NamedClusters {
  const all = [...own, ...others];
  const isAllow = ({ effect }: PolicyStatement): boolean => effect === 'Allow';
  const denials = all.filter((statement) => !isAllow(statement));
  const allowed = own.filter(isAllow).flatMap(ofResources);
  const possible = allowed.filter(canExist);
  // What an Allow leaves out as a whole, it does not grant.
  const leftOut = all.filter(isAllow).flatMap(ofLeftOut).filter(isWhole);
  return {
    allowed: possible.length > 0 ? possible : allowed,
    conditions: all.flatMap(ofConditions),
    named: [
      ...others.filter(isAllow).flatMap(ofResources),
      ...denials.filter((statement) => !deniesLogin(statement)).flatMap(ofResources),
      ...all
        .flatMap(ofLeftOut)
        .filter(({ path, resource }) => !leftOut.some((one) => one.path === path && one.resource === resource)),
    ].filter(canExist),
    avoided: [...denials.filter(deniesLogin).flatMap(ofResources), ...leftOut].filter(
      ({ readings: [likeliest] }) => !isAnyCluster(likeliest),
    ),
  };
}

/** Whether it is about clusters, and not only about their topics, groups or transactional ids. */
function isWhole({ resource }: Pick<ClusterPattern, 'resource'>): boolean {
  return !/:(?:topic|group|transactional-id)\//.test(resource);
}

/** Whether a cluster may have this region, account and partition. A pattern that matches none says nothing about it. */
function canExist({ readings }: ClusterPattern): boolean {
  return readings.some((reading) => placeFaults(reading).length === 0);
}

function ofResources({ resources, path }: PolicyStatement): ClusterPattern[] {
  return resources.flatMap((resource) => clusterPattern(resource, `${path}.Resource`) ?? []);
}

function ofLeftOut({ notResources = [], path }: PolicyStatement): ClusterPattern[] {
  return notResources.flatMap((resource) => clusterPattern(resource, `${path}.NotResource`) ?? []);
}

const CONNECT = 'kafka-cluster:Connect';

/** Whether a Deny makes the clusters that it is about unusable. */
function deniesLogin({ actions, notActions, conditions, resources }: PolicyStatement): boolean {
  const isNamed = (notActions ?? actions).some((pattern) => matchesAction(pattern, CONNECT));
  // A Deny on a topic only denies less.
  const isCluster = resources.some((resource) => isWhole({ resource }));
  return isNamed === (notActions === undefined) && isCluster && conditions === undefined;
}

function isAnyCluster(parts: ClusterParts): boolean {
  return clusterPartNames.every((part) => parts[part] === '*');
}

/** Condition keys whose values are about the cluster. */
const keys: Readonly<Record<string, ClusterPart>> = {
  'aws:requestedregion': 'region',
  'aws:resourceaccount': 'account',
};

/** The regions or accounts to which a condition limits an Allow, or outside of which a Deny applies. */
function ofConditions({ effect, conditions = [] }: PolicyStatement): ClusterPattern[] {
  return conditions.flatMap((test) => {
    const part = keys[test.key.toLowerCase()];
    const { operator } = test;
    if (part === undefined || operator?.name.startsWith('String') !== true) return [];
    return operator.negated === (effect === 'Deny') ? ofTest(test, part) : [];
  });
}

function ofTest({ values, path }: ConditionTest, part: ClusterPart): ClusterPattern[] {
  const any: ClusterParts = { partition: '*', region: '*', account: '*', name: '*', uuid: '*' };
  const [first, ...more] = values.map((value): ClusterParts => ({ ...any, [part]: withoutVariables(value) }));
  return first === undefined ? [] : [{ resource: values.join(' or '), path, readings: [first, ...more] }];
}
