import { spelledOut } from '../policy/index.js';
import type { FunctionModel, StackModel, TopicModel } from '../template/index.js';

/** As the library's settings are called in a function's environment. */
const topicVariables = ['PUBSUB_WORKER_TOPIC', 'PUBSUB_REPLY_TO_TOPIC'];
const groupVariables = ['PUBSUB_WORKER_GROUP', 'PUBSUB_REPLY_TO_GROUP'];

/** Of topics that are there already and that a stack does not make: enough for several leaders and members. */
const EXISTING_PARTITIONS = 3;

type NewTopic = Pick<TopicModel, 'name' | 'partitions' | 'replicationFactor' | 'configs'>;

/** The topics that the stack makes. */
export function ownTopics({ topics }: StackModel): readonly NewTopic[] {
  return topics;
}

/** Topics that the functions are told of, or that a policy names, and that nobody makes: they would be there already. */
export function existingTopics(model: StackModel): readonly NewTopic[] {
  const own = new Set(model.topics.map(({ name }) => name));
  const named = [...model.functions.flatMap((one) => valuesOf(one, topicVariables)), ...topicsInPolicies(model)];
  return [...new Set(named)]
    .filter((name) => !own.has(name))
    .map((name) => ({ name, partitions: EXISTING_PARTITIONS, replicationFactor: 2, configs: {} }));
}

/** The groups that a run makes: a prefix per function, and the run's id. */
export function groupsOfRun(model: StackModel, run_id: string): string[] {
  return groupPrefixes(model).map((prefix) => `${prefix}-${run_id}`);
}

function groupPrefixes({ functions }: StackModel): string[] {
  return functions.flatMap((one) => valuesOf(one, groupVariables));
}

function valuesOf({ environment }: FunctionModel, variables: readonly string[]): string[] {
  return variables.flatMap((variable) => environment[variable] ?? []);
}

function topicsInPolicies({ roles }: StackModel): string[] {
  return roles.flatMap(({ policies }) => policies.flatMap(({ statements }) => spelledOut(statements, 'topic')));
}
