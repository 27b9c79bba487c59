import { functionDescriptors, perFunction, type FunctionName } from '../lambda/functions.js';

/** The function that makes scheduled sanity runs. It is not one of the three, because it has no Kafka client. */
export const sanityFunction = { id: 'Sanity', source: 'sanity/runs/scheduled.ts' } as const;

/** The prefix of the consumer groups of one function of a stack; a run adds `-<run_id>`. */
export function groupPrefix(stackName: string, name: FunctionName): string {
  return `${stackName}-${functionDescriptors[name].group}`;
}

/** The one port that IAM clients use inside a VPC (AWS: "Port information"). */
export const IAM_PORT = 9098;

/** Outputs that programs read; `sanity --stack` finds the functions by them. */
export const stackOutputs = {
  clusterArn: 'ClusterArn',
  bootstrapBrokers: 'BootstrapBrokers',
  workerTopic: 'WorkerTopicName',
  replyToTopic: 'ReplyToTopicName',
  functionName: perFunction((name) => `${functionDescriptors[name].id}FunctionName`),
  roleArn: perFunction((name) => `${functionDescriptors[name].id}RoleArn`),
  logGroup: perFunction((name) => `${functionDescriptors[name].id}LogGroup`),
  /** The time-out of each function in seconds, in which a run must fit. */
  functionTimeout: 'FunctionTimeoutSeconds',
  /** "true" if the stack created its topics, so that a run may write invalid records to them. */
  madeTopics: 'MadeTopics',
  sanityFunctionName: 'SanityFunctionName',
  sanityLogGroup: 'SanityLogGroup',
  ingressRule: 'AddedIngressRule',
} as const;
