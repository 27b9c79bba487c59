import { canApply, roleRights, type PolicyStatement, type Remark } from '../policy/index.js';
import type { StackModel } from '../template/index.js';
import { allExpectedBrokers } from './expected-brokers.js';
import { nameBroker, nameCluster } from './named-in-texts.js';

/**
 * The clusters of a template that a rehearsal may be about: those of its topics, its own, and those that mappings of
 * running functions name. If the roles that run may do something on some of these clusters, and nothing on the others,
 * the others are left out. A cluster that the functions use is not left out: AWS would deny them everything too.
 *
 * @returns one if it is clear; none if only the policies can tell; several if the user must choose
 */
export function templateClusters(model: StackModel): readonly string[] {
  const known = candidates(model);
  const allows = model.roles.map((role) => roleRights(role).own.statements.filter(isAllow));
  // A role without rights has none on any cluster.
  if (allows.every((statements) => statements.length === 0)) return firstOf(sources(model));
  const fitting = known.filter((arn) => allows.some((statements) => fits(statements, arn)) || isGranted(model, arn));
  const used = known.filter((arn) => isUsed(model, arn));
  if (fitting.length === 0) return used;
  if (used.length > 0 && !used.some((arn) => fitting.includes(arn))) return [...used, ...fitting];
  const [ofTopics, ...others] = sources(model);
  const best = firstOf([ofTopics, used, ...others].map((arns) => arns.filter((arn) => fitting.includes(arn))));
  // The role of another function may have rights on another cluster only.
  const isOnOthers = (statements: readonly PolicyStatement[]): boolean =>
    fitting.some((arn) => fits(statements, arn)) && !best.some((arn) => fits(statements, arn));
  return allows.some(isOnOthers) ? fitting : best;
}

/** The remark that the policies have determined a cluster other than the template's. */
export function otherClusterRemarks(model: StackModel, clusterArn: string): Remark[] {
  const others = candidates(model);
  if (others.length === 0 || others.includes(clusterArn) || model.given.clusterArn !== undefined) return [];
  const sentence = `is ${clusterArn}, because the policies allow nothing on ${others.join(', ')}; --cluster-arn sets another one`;
  return [{ path: 'the cluster', sentence }];
}

/** By how strongly a template says that its functions use a cluster. */
function sources(model: StackModel): [string[], ...string[][]] {
  const { topics, clusters } = model;
  return [
    topics.map((topic) => topic.clusterArn),
    clusters.flatMap(({ logicalId, arn }) => (logicalId === undefined ? [] : arn)),
    polledBy(model),
  ];
}

/** The clusters from which Lambda would pass records to functions that run. */
function polledBy({ eventSources, functions }: StackModel): string[] {
  const polled = eventSources.filter((source) => functions.some(({ logicalId }) => logicalId === source.function));
  return polled.flatMap((source) => source.clusterArn ?? []);
}

function candidates(model: StackModel): string[] {
  return [...new Set(sources(model).flat())];
}

/** The clusters of the first source that names any. */
function firstOf(all: readonly (readonly string[])[]): string[] {
  return [...new Set(all.find((arns) => arns.length > 0))];
}

function isAllow({ effect }: PolicyStatement): boolean {
  return effect === 'Allow';
}

function fits(statements: readonly PolicyStatement[], clusterArn: string): boolean {
  return statements.some((statement) => canApply(statement, clusterArn));
}

/** Whether the cluster's own policy allows something. */
function isGranted({ clusterPolicies }: StackModel, clusterArn: string): boolean {
  return clusterPolicies.some((one) => one.clusterArn === clusterArn && one.policy.statements.some(isAllow));
}

/**
 * Whether the template has topics in it, its ARN or brokers in the variables of a function that runs, or, for a cluster
 * of the template, a mapping for such a function.
 */
function isUsed(model: StackModel, clusterArn: string): boolean {
  const { topics, clusters, functions } = model;
  if (topics.some((topic) => topic.clusterArn === clusterArn)) return true;
  const values = functions.flatMap(({ environment }) => Object.values(environment));
  const isOwn = clusters.some(({ logicalId, arn }) => logicalId !== undefined && arn === clusterArn);
  if (isOwn && polledBy(model).includes(clusterArn)) return true;
  if (isOwn && nameBroker(values, allExpectedBrokers)) return true;
  return nameCluster(values, clusterArn);
}
