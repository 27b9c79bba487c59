import { isRefusal, refusal, Refusals } from '../refusal.js';
import { namedClusters, readClusters, refuseClusterPolicies } from './parts/clusters.js';
import { templateDocument } from './load/document.js';
import { readFunction, roleOf } from './parts/functions.js';
import { readLogGroups } from './parts/log-groups.js';
import type { FunctionModel, RoleModel, SetAside, StackModel } from './model.js';
import type { ReadOptions } from './options.js';
import { stackIdOf } from './resolve/identity.js';
import { Resolver } from './resolve/resolver.js';
import { resourcesOf, type Resource } from './resolve/resources.js';
import { templateRoles, type TemplateRole } from './parts/roles.js';
import { readSecurityGroups } from './parts/security-groups.js';
import { Section } from './resolve/section.js';
import { withoutSam } from './sam/without-sam.js';
import { readTopics } from './parts/topics.js';

/**
 * Reads a template into what the stack would be, as far as a rehearsal uses it: clusters, topics, the functions that
 * work with a cluster's data, their roles and networks, outputs.
 *
 * @param template as `parseTemplate` or `JSON.parse` gives it: CDK's, SAM's or one written by hand
 * @throws pubsub_error `template_refused` that names everything that is used and cannot be known, and where it stands
 */
export function readTemplate(template: unknown, options: ReadOptions): StackModel {
  const resolver = new Resolver(withoutSam(templateDocument(template)), options);
  const refusals = new Refusals();
  const setAside: SetAside[] = [];
  const clusters = refusals.try(() => readClusters(resolver)) ?? [];
  refusals.try(() => refuseClusterPolicies(resolver));
  const topics = refusals.try(() => readTopics(resolver)) ?? [];
  const { functions, roles } = readUsed(resolver, refusals, setAside);
  const groups = [
    ...functions.flatMap(({ securityGroups }) => securityGroups),
    ...clusters.flatMap((cluster) => cluster.securityGroups ?? []),
  ];
  const securityGroups = refusals.try(() => readSecurityGroups(resolver, groups)) ?? [];
  const logGroups = refusals.try(() => readLogGroups(resolver)) ?? [];
  const outputs = readOutputs(resolver, setAside);
  refusals.throwIfAny();
  return {
    ...resolver.place,
    stackId: stackIdOf(resolver.place),
    clusters: [...clusters, ...namedClusters(clusters, topics, roles)],
    topics,
    roles,
    functions,
    securityGroups,
    logGroups,
    outputs,
    setAside,
  };
}

/** The functions that a rehearsal runs, and their roles. */
function readUsed(
  resolver: Resolver,
  refusals: Refusals,
  setAside: SetAside[],
): { functions: FunctionModel[]; roles: RoleModel[] } {
  const roles = refusals.try(() => templateRoles(resolver)) ?? [];
  const used = new Map<string, RoleModel>();
  const functions = resourcesOf(resolver, 'AWS::Lambda::Function').flatMap((resource) => {
    if (!isWanted(resource, roles, resolver.options, setAside)) return [];
    const role = refusals.try(() => roleOf(resource, roles));
    if (role === undefined) return [];
    if (!used.has(role.logicalId)) {
      const read = refusals.try(() => role.read());
      if (read !== undefined) used.set(role.logicalId, read);
    }
    return refusals.try(() => readFunction(resource, role)) ?? [];
  });
  const known = functions.map(({ logicalId }) => logicalId);
  for (const name of resolver.options.functions ?? []) {
    if (known.includes(name) || Object.hasOwn(resolver.document.Resources, name)) continue;
    refusals.try(() => {
      throw refusal(`Resources.${name}`, 'the template has no such function');
    });
  }
  return { functions, roles: [...used.values()] };
}

/** Asked for by name; else those that may do something with a cluster's data. */
function isWanted(
  resource: Resource,
  roles: readonly TemplateRole[],
  { functions }: ReadOptions,
  setAside: SetAside[],
): boolean {
  if (functions !== undefined) return functions.includes(resource.logicalId);
  try {
    if (roleOf(resource, roles).mayUseKafka()) return true;
    setAside.push({ path: resource.path, reason: 'its role may do nothing with a cluster’s data' });
  } catch (error) {
    if (!isRefusal(error)) throw error;
    setAside.push({ path: resource.path, reason: error.raw_message });
  }
  return false;
}

/** Outputs are for people and other stacks: one that cannot be known is left out, and said. */
function readOutputs(resolver: Resolver, setAside: SetAside[]): Record<string, string> {
  const outputs: Record<string, string> = {};
  for (const [name, { Value, Condition }] of Object.entries(resolver.document.Outputs)) {
    const path = `Outputs.${name}`;
    try {
      if (Condition !== undefined && !resolver.condition({ Condition }, `${path}.Condition`)) continue;
      outputs[name] = new Section(resolver, Value, `${path}.Value`).text();
    } catch (error) {
      if (!isRefusal(error)) throw error;
      setAside.push({ path, reason: error.raw_message });
    }
  }
  return outputs;
}
