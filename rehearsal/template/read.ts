import type { pubsub_error } from '../../src/base/error.js';
import { Problems } from '../problem.js';
import type { GivenNames, StackModel } from './model.js';
import type { ReadOptions } from './options.js';
import { namedClusters, readClusters, readClusterPolicies } from './parts/clusters.js';
import { circlesOf, mistakesIn, refuseCircles } from './parts/mistakes.js';
import { readEventSources } from './parts/event-sources.js';
import { setNestedStacksAside } from './parts/nested-stacks.js';
import { readOutputs } from './parts/outputs.js';
import { checkRules } from './parts/rules.js';
import { readSecurityGroups } from './parts/security-groups.js';
import { readTopicsOfServices } from './parts/topics-of-services.js';
import { readTopics } from './parts/topics.js';
import { refuseMisspeltTypes, remarkUnmodelled, transformRefusals } from './parts/unmodelled.js';
import { readUsedFunctions } from './parts/used-functions.js';
import { plainDocument } from './plain-document.js';
import { stackIdOf } from './resolve/identity.js';
import { refuseGivenParameters } from './resolve/parameters.js';
import { Resolver } from './resolve/resolver.js';
import { ignoredBySam, leftOutOfSam } from './sam/left-out.js';

/**
 * Reads what a stack would create from a template, as far as a rehearsal needs it: clusters, topics, the functions
 * that use a cluster's data, their roles and networks, outputs. Only values that decide who reaches the brokers and
 * what a role may do must be known. Other unknown values are made up, and reported.
 *
 * @param template as `parseTemplate` or `JSON.parse` returns it: CDK's, SAM's or one written by hand
 * @throws pubsub_error `template_refused` that names every unknown value that decides, and its place
 */
export function readTemplate(template: unknown, options: ReadOptions): StackModel {
  const problems = new Problems();
  const { model } = readStack(template, options, problems);
  problems.throwIfAny();
  return model;
}

export interface ReadStack {
  /** What could be read if something was refused. */
  readonly model: StackModel;
  /** The reasons, one by one, if no function is left to run. */
  readonly nothingRuns: readonly pubsub_error[];
}

/**
 * The same for a caller with more to check: refusals are added to the collection.
 *
 * @throws pubsub_error `template_refused` only for what is not a template at all
 */
export function readStack(template: unknown, options: ReadOptions, problems: Problems): ReadStack {
  const { document, source, leftOut } = plainDocument(template, options, problems);
  const { Transform: transform } = source;
  const resolver = new Resolver(document, options);
  for (const { path, reason } of [...leftOut, ...leftOutOfSam(source, resolver)])
    resolver.remarks.notModelled(path, reason);
  refuseGivenParameters(resolver, problems);
  refuseMisspeltTypes(resolver, problems);
  const eventSources = problems.try(() => readEventSources(resolver)) ?? [];
  const topicsOfServices = problems.try(() => readTopicsOfServices(resolver)) ?? [];
  problems.try(() => setNestedStacksAside(resolver));
  problems.try(() => remarkUnmodelled(resolver, transform));
  checkRules(resolver, problems);
  const clusters = problems.try(() => readClusters(resolver, problems)) ?? [];
  const clusterPolicies = problems.try(() => readClusterPolicies(resolver, problems)) ?? [];
  const topics = problems.try(() => readTopics(resolver, problems)) ?? [];
  const used = problems.try(() => readUsedFunctions(resolver, eventSources, problems));
  const { functions, roles, nothingRuns } = used ?? { functions: [], roles: [], nothingRuns: [] };
  const groups = [...functions, ...clusters].flatMap(({ securityGroups = [] }) => securityGroups);
  const securityGroups = problems.try(() => readSecurityGroups(resolver, groups)) ?? [];
  const deciding = [...functions, ...roles, ...clusters, ...topics, ...securityGroups].map(
    ({ logicalId }) => logicalId,
  );
  const circles = circlesOf(document, options);
  refuseCircles(circles, document, deciding, problems);
  const outputs = readOutputs(resolver);
  const texts = [...textsOf(resolver), ...eventSources.flatMap(({ clusterArn }) => clusterArn ?? [])];
  const model: StackModel = {
    ...resolver.place,
    stackId: stackIdOf(resolver.place),
    clusters: [...clusters, ...namedClusters(clusters, { topics, roles, texts })],
    clusterPolicies,
    topics,
    roles,
    functions,
    securityGroups,
    eventSources,
    topicsOfServices,
    given: givenNames(options),
    outputs,
    ...resolver.remarks.all,
    mistakes: problems.isEmpty ? [...ignoredBySam(source, resolver), ...mistakesIn(document, options, circles)] : [],
  };
  const missing = nothingRuns.length === 0 ? [] : transformRefusals(transform, leftOut);
  return { model, nothingRuns: [...nothingRuns, ...missing] };
}

function givenNames({ clusterArn, topics = [], groups = [] }: ReadOptions): GivenNames {
  return { clusterArn, topics, groups };
}

/** Texts with which the user may name the cluster. */
function textsOf({ document, options }: Resolver): string[] {
  const values = Object.entries(document.Parameters).flatMap(([name, { Default }]) => {
    const value = options.parameters?.[name] ?? options.answers?.of(name)?.[0] ?? Default;
    return typeof value === 'string' ? [value] : [];
  });
  return options.clusterArn === undefined ? values : [options.clusterArn, ...values];
}
