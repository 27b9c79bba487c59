import { spelledOut } from '../policy/index.js';
import type { FunctionModel, StackModel, TopicModel } from '../template/index.js';

/** As the library's settings are called in a function's environment. */
const groupVariables = ['PUBSUB_WORKER_GROUP', 'PUBSUB_REPLY_TO_GROUP'];

/** Variables of anyone's that tell a function a topic or a group, and not how many there are or what SNS calls so. */
const ofTopics = /topics?(?!.*(?:arn|prefix|suffix|pattern|regex|count|partition|replica|retention|config))/i;
const ofGroups = /^(?!.*(?:security|log|subnet|resource|user|target|parameter)_?group).*group/i;
/** What Kafka takes as the name of a topic; groups of people who name them so, too. */
const nameShape = /^(?!\d+$|true$|false$|\.{1,2}$|sg-|arn:)[\w.-]{1,249}$/;

/** Of topics that are there already and that a stack does not make: enough for several leaders and members. */
const EXISTING_PARTITIONS = 3;

type NewTopic = Pick<TopicModel, 'name' | 'partitions' | 'replicationFactor' | 'configs'>;

/** A topic of someone else's, and where it is named. */
export interface ExistingTopic extends NewTopic {
  readonly namedBy: string;
}

/** The topics that the stack makes. */
export function ownTopics({ topics }: StackModel): readonly NewTopic[] {
  return topics;
}

/**
 * Topics that no one makes, and that would be there already: those that a person names, that a mapping gives to a
 * function, that functions are told of, that a policy names.
 */
export function existingTopics(model: StackModel): readonly ExistingTopic[] {
  const own = new Set(model.topics.map(({ name }) => name));
  const named: (readonly [string, string])[] = [
    ...model.given.topics.map((name) => [name, '--topics'] as const),
    ...model.eventSources.flatMap(({ topics, path }) => topics.map((name) => [name, path] as const)),
    ...model.functions.flatMap((one) => namedInVariables(one, ofTopics)),
    ...namedInPolicies(model, 'topic').map((name) => [name, 'a policy'] as const),
  ];
  // Anyone who names it first is told.
  const unique = new Map([...named].reverse());
  return [...new Set(named.map(([name]) => name))]
    .filter((name) => !own.has(name))
    .map((name) => ({
      name,
      namedBy: unique.get(name) ?? '',
      partitions: EXISTING_PARTITIONS,
      replicationFactor: 2,
      configs: {},
    }));
}

/** Groups that are named literally: by a person, a mapping, a policy, or in what the functions are told. */
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

/** The groups that a run makes: a prefix per function, and the run's id. */
export function groupsOfRun(model: StackModel, runId: string): string[] {
  return groupPrefixes(model).map((prefix) => `${prefix}-${runId}`);
}

function groupPrefixes({ functions }: StackModel): string[] {
  return functions.flatMap(({ environment }) => groupVariables.flatMap((variable) => environment[variable] ?? []));
}

/** Each name with the variable that has it; a variable may have several, with commas between them. */
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
