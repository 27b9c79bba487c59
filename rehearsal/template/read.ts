import type { pubsub_error } from '../../src/base/error.js';
import { Problems } from '../problem.js';
import type { GivenNames, StackModel } from './model.js';
import type { ReadOptions } from './options.js';
import { namedClusters, readClusters, readClusterPolicies } from './parts/clusters.js';
import { mistakesIn } from './parts/mistakes.js';
import { readEventSources } from './parts/event-sources.js';
import { setNestedStacksAside } from './parts/nested-stacks.js';
import { readOutputs } from './parts/outputs.js';
import { readSecurityGroups } from './parts/security-groups.js';
import { readTopics } from './parts/topics.js';
import { refuseMisspeltTypes, remarkUnmodelled } from './parts/unmodelled.js';
import { readUsedFunctions } from './parts/used-functions.js';
import { plainDocument } from './plain-document.js';
import { stackIdOf } from './resolve/identity.js';
import { refuseGivenParameters } from './resolve/parameters.js';
import { Resolver } from './resolve/resolver.js';

/**
 * Reads a template into what the stack would be, as far as a rehearsal uses it: clusters, topics, the functions that
 * work with a cluster's data, their roles and networks, outputs. Only what decides who reaches the brokers and what a
 * role may do has to be known; of all else, what is not known is made up, and reported.
 *
 * @param template as `parseTemplate` or `JSON.parse` gives it: CDK's, SAM's or one written by hand
 * @throws pubsub_error `template_refused` that names everything that decides and cannot be known, and where it stands
 */
export function readTemplate(template: unknown, options: ReadOptions): StackModel {
  const problems = new Problems();
  const { model } = readStack(template, options, problems);
  problems.throwIfAny();
  return model;
}

export interface ReadStack {
  /** What is left where something was refused. */
  readonly model: StackModel;
  /** Where no function is left to run: why, one by one. */
  readonly nothingRuns: readonly pubsub_error[];
}

/**
 * The same for one who has more to look at: what is refused goes to the collection.
 *
 * @throws pubsub_error `template_refused` only for what is not a template at all
 */
export function readStack(template: unknown, options: ReadOptions, problems: Problems): ReadStack {
  const { document, transform, leftOut } = plainDocument(template, options, problems);
  const resolver = new Resolver(document, options);
  for (const { path, reason } of leftOut) resolver.remarks.notModelled(path, reason);
  refuseGivenParameters(resolver, problems);
  refuseMisspeltTypes(resolver, problems);
  const eventSources = problems.try(() => readEventSources(resolver)) ?? [];
  problems.try(() => setNestedStacksAside(resolver));
  problems.try(() => remarkUnmodelled(resolver, transform));
  const clusters = problems.try(() => readClusters(resolver, problems)) ?? [];
  const clusterPolicies = problems.try(() => readClusterPolicies(resolver, problems)) ?? [];
  const topics = problems.try(() => readTopics(resolver, problems)) ?? [];
  const used = problems.try(() => readUsedFunctions(resolver, eventSources, problems));
  const { functions, roles, nothingRuns } = used ?? { functions: [], roles: [], nothingRuns: [] };
  const groups = [...functions, ...clusters].flatMap(({ securityGroups = [] }) => securityGroups);
  const securityGroups = problems.try(() => readSecurityGroups(resolver, groups)) ?? [];
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
    given: givenNames(options),
    outputs,
    ...resolver.remarks.all,
    mistakes: problems.isEmpty ? mistakesIn(document, options) : [],
  };
  return { model, nothingRuns };
}

function givenNames({ clusterArn, topics = [], groups = [] }: ReadOptions): GivenNames {
  return { clusterArn, topics, groups };
}

/** Texts with which a person may say which cluster is meant. */
function textsOf({ document, options }: Resolver): string[] {
  const values = Object.entries(document.Parameters).flatMap(([name, { Default }]) => {
    const value = options.parameters?.[name] ?? options.answers?.of(name)?.[0] ?? Default;
    return typeof value === 'string' ? [value] : [];
  });
  return options.clusterArn === undefined ? values : [options.clusterArn, ...values];
}
