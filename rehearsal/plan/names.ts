import { isTopicName } from '../../src/pubsub/config/settings.js';
import { deployedTopics } from '../../src/pubsub/config/new-topics.js';
import { spelledOut } from '../policy/index.js';
import { problem } from '../problem.js';
import type { FunctionModel, ServiceTopicsModel, StackModel, TopicModel } from '../template/index.js';
import { collide, isInternalTopic, TOPIC_NAMES } from '../topic-name.js';

/** The variables of the library's group settings. */
const groupVariables = ['PUBSUB_WORKER_GROUP', 'PUBSUB_REPLY_TO_GROUP'];

/** Variables of any program that give a function a topic or a group. Not: counts of them, and topics of SNS. */
const ofTopics = /topics?(?!.*(?:arn|prefix|suffix|pattern|regex|count|partition|replica|retention|config))/i;
const ofGroups = /^(?!.*(?:security|log|subnet|resource|user|target|parameter)_?group).*group/i;
/** False for values of such variables that are not names. Most names of groups follow the rule for topics, too. */
const isName = (text: string): boolean => isTopicName(text) && !/^(?:\d+$|true$|false$|sg-)/.test(text);

type NewTopic = Pick<TopicModel, 'name' | 'partitions' | 'replicationFactor' | 'configs'>;

/** An existing topic, and where it is named. */
export interface ExistingTopic extends NewTopic {
  readonly namedBy: string;
}

/** The topics that the stack creates on the rehearsed cluster. */
export function ownTopics({ topics }: StackModel, clusterArn: string): readonly TopicModel[] {
  return topics.filter((topic) => topic.clusterArn === clusterArn);
}

/** The topics that the stack creates on other clusters: they are not in the rehearsal. */
export function topicsElsewhere({ topics }: StackModel, clusterArn: string): { path: string; reason: string }[] {
  return topics
    .filter((topic) => topic.clusterArn !== clusterArn)
    .map(({ logicalId, name, clusterArn: other }) => ({
      path: `Resources.${logicalId}`,
      reason: `topic ${name} is on another cluster, ${other}, and the rehearsal has ${clusterArn}`,
    }));
}

/** A name of a topic or a group, and where it is. */
interface NamedThing {
  readonly name: string;
  readonly path: string;
  readonly namedBy: string;
}

/**
 * Topics that the stack does not create, and that must exist already: those that the user, an event source mapping,
 * another service, a function's variable or a policy names.
 */
export function existingTopics(model: StackModel, clusterArn: string): readonly ExistingTopic[] {
  return namedTopics(model, clusterArn).existing.map(({ name, namedBy }) => ({
    name,
    namedBy,
    ...deployedTopics,
    configs: {},
  }));
}

/** The names that no topic of the rehearsal has, although the template names them, and why. */
export function leftOutNames(model: StackModel, clusterArn: string): { path: string; sentence: string }[] {
  return namedTopics(model, clusterArn).leftOut;
}

/** @throws pubsub_error `template_refused` for topics that cannot exist beside each other, or at all */
export function refuseTopicNames(model: StackModel, clusterArn: string): void {
  const seen: string[] = [];
  const all = [
    ...ownTopics(model, clusterArn).map(({ name, logicalId }) => [name, `Resources.${logicalId}`] as const),
    ...model.given.topics.map((name) => [name, '--topics'] as const),
  ];
  for (const [name, path] of all) {
    if (!isTopicName(name)) throw problem(path, `${JSON.stringify(name)}: ${TOPIC_NAMES}`);
    const other = seen.find((one) => collide(one, name));
    if (other !== undefined) throw problem(path, collision(name, other));
    seen.push(name);
  }
}

function collision(name: string, other: string): string {
  return `Kafka accepts no topic ${name} beside ${other}: "." and "_" count as the same`;
}

function namedTopics(
  model: StackModel,
  clusterArn: string,
): { existing: NamedThing[]; leftOut: { path: string; sentence: string }[] } {
  const own = ownTopics(model, clusterArn).map(({ name }) => name);
  const elsewhere = model.topics.map(({ name }) => name).filter((name) => !own.includes(name));
  const said = model.given.topics.map((name): NamedThing => ({ name, path: '--topics', namedBy: '--topics' }));
  const polled = usedByServices(model, clusterArn).flatMap(({ topics, path }) =>
    topics.map((name): NamedThing => ({ name, path, namedBy: path })),
  );
  const guessed = [
    ...model.functions.flatMap((one) => namedInVariables(one, ofTopics)),
    ...namedInPolicies(model, 'topic', clusterArn),
    // The stack creates it on another cluster.
  ].filter(({ name }) => !elsewhere.includes(name));
  const existing: NamedThing[] = [];
  const leftOut: { path: string; sentence: string }[] = [];
  for (const one of [...said, ...polled, ...guessed]) {
    const { name, path } = one;
    const names = [...own, ...existing.map((topic) => topic.name)];
    if (names.includes(name) || isInternalTopic(name)) continue;
    const other = names.find((topic) => collide(topic, name));
    if (!isTopicName(name)) leftOut.push({ path, sentence: `names ${JSON.stringify(name)}: ${TOPIC_NAMES}` });
    else if (other !== undefined) leftOut.push({ path, sentence: collision(name, other) });
    // The first source that names a topic is the one that is reported.
    else existing.push(one);
  }
  return { existing, leftOut };
}

/** What event source mappings and other services use on the rehearsed cluster, or on one that is unknown. */
function usedByServices({ eventSources, topicsOfServices }: StackModel, clusterArn: string): ServiceTopicsModel[] {
  return [...eventSources, ...topicsOfServices].filter(
    (source) => source.clusterArn === undefined || source.clusterArn === clusterArn,
  );
}

/** Groups that are named literally: by the user, an event source mapping, a policy, or a function's variable. */
export function fixedGroups(model: StackModel, clusterArn: string): string[] {
  return [
    ...new Set([
      ...groupPrefixes(model),
      ...model.given.groups,
      ...usedByServices(model, clusterArn).flatMap(({ group }) => group ?? []),
      ...model.functions.flatMap((one) => namedInVariables(one, ofGroups).map(({ name }) => name)),
      ...namedInPolicies(model, 'group', clusterArn).map(({ name }) => name),
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
function namedInVariables({ environment, name: of, logicalId }: FunctionModel, variables: RegExp): NamedThing[] {
  return Object.entries(environment)
    .filter(([variable]) => variables.test(variable))
    .flatMap(([variable, value]) =>
      value
        .split(',')
        .map((part) => part.trim())
        .filter(isName)
        .map((name) => ({
          name,
          path: `Resources.${logicalId}.Properties.Environment.Variables.${variable}`,
          namedBy: `${of}’s variable ${variable}`,
        })),
    );
}

function namedInPolicies({ roles }: StackModel, kind: 'topic' | 'group', clusterArn: string): NamedThing[] {
  const statements = roles.flatMap(({ policies }) => policies.flatMap((policy) => policy.statements));
  return statements.flatMap((statement) =>
    spelledOut([statement], kind, clusterArn).map((name) => ({
      name,
      path: `${statement.path}.Resource`,
      namedBy: 'a policy',
    })),
  );
}
