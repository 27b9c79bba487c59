import { deployedTopics } from '../../src/pubsub/config/topic-defaults.js';
import { spelledOut } from '../policy/index.js';
import type { FunctionModel, StackModel, TopicModel } from '../template/index.js';

/** The variables of the library's group settings. */
const groupVariables = ['PUBSUB_WORKER_GROUP', 'PUBSUB_REPLY_TO_GROUP'];

/** Variables of any program that give a function a topic or a group. Not: counts of them, and topics of SNS. */
const ofTopics = /topics?(?!.*(?:arn|prefix|suffix|pattern|regex|count|partition|replica|retention|config))/i;
const ofGroups = /^(?!.*(?:security|log|subnet|resource|user|target|parameter)_?group).*group/i;
/** Kafka's rule for names of topics; most names of groups follow it, too. */
const nameShape = /^(?!\d+$|true$|false$|\.{1,2}$|sg-|arn:)[\w.-]{1,249}$/;

type NewTopic = Pick<TopicModel, 'name' | 'partitions' | 'replicationFactor' | 'configs'>;

/** An existing topic, and where it is named. */
export interface ExistingTopic extends NewTopic {
  readonly namedBy: string;
}

/** The topics that the stack creates. */
export function ownTopics({ topics }: StackModel): readonly NewTopic[] {
  return topics;
}

/**
 * Topics that the stack does not create, and that must exist already: those that the user, a mapping, a function's
 * variable or a policy names.
 */
export function existingTopics(model: StackModel): readonly ExistingTopic[] {
  const own = new Set(model.topics.map(({ name }) => name));
  const named: (readonly [string, string])[] = [
    ...model.given.topics.map((name) => [name, '--topics'] as const),
    ...model.eventSources.flatMap(({ topics, path }) => topics.map((name) => [name, path] as const)),
    ...model.functions.flatMap((one) => namedInVariables(one, ofTopics)),
    ...namedInPolicies(model, 'topic').map((name) => [name, 'a policy'] as const),
  ];
  // The first source that names a topic is the one that is reported.
  const unique = new Map([...named].reverse());
  return [...new Set(named.map(([name]) => name))]
    .filter((name) => !own.has(name))
    .map((name) => ({
      name,
      namedBy: unique.get(name) ?? '',
      ...deployedTopics,
      configs: {},
    }));
}

/** Groups that are named literally: by the user, a mapping, a policy, or a function's variable. */
export function fixedGroups(model: StackModel): string[] {
  return [
    ...new Set([
      ...groupPrefixes(model),
      ...model.given.groups,
      ...model.eventSources.flatMap(({ group }) => group ?? []),
      ...model.functions.flatMap((one) => namedInVariables(one, ofGroups).map(([name]) => name)),
      ...namedInPolicies(model, 'group'),
    ]),
  ];
}

/** The groups that a run creates: a prefix per function, and the run's id. */
export function groupsOfRun(model: StackModel, runId: string): string[] {
  return groupPrefixes(model).map((prefix) => `${prefix}-${runId}`);
}

function groupPrefixes({ functions }: StackModel): string[] {
  return functions.flatMap(({ environment }) => groupVariables.flatMap((variable) => environment[variable] ?? []));
}

/** Each name with the variable that contains it; a variable may contain several names, separated by commas. */
function namedInVariables({ environment, name }: FunctionModel, variables: RegExp): [string, string][] {
  return Object.entries(environment)
    .filter(([variable]) => variables.test(variable))
    .flatMap(([variable, value]) =>
      value
        .split(',')
        .map((part) => part.trim())
        .filter((part) => nameShape.test(part))
        .map((part): [string, string] => [part, `${name}’s variable ${variable}`]),
    );
}

function namedInPolicies({ roles }: StackModel, kind: 'topic' | 'group'): string[] {
  return roles.flatMap(({ policies }) => policies.flatMap(({ statements }) => spelledOut(statements, kind)));
}
