/** The functions, by their names in the project. */
export const stackFunctions = ['publisher', 'worker', 'reply_to'] as const;
export type StackFunction = (typeof stackFunctions)[number];

/** Their sources in lambda/. */
export const functionSources: Readonly<Record<StackFunction, string>> = {
  publisher: 'lambda/publisher.ts',
  worker: 'lambda/worker.ts',
  reply_to: 'lambda/reply-to.ts',
};

/** As constructs are called: logical ids begin with it. */
export const functionIds: Readonly<Record<StackFunction, string>> = {
  publisher: 'Publisher',
  worker: 'Worker',
  reply_to: 'ReplyTo',
};

/** The function that makes sanity runs by the clock; it is no StackFunction: it works with no Kafka. */
export const sanityFunction = { id: 'Sanity', source: 'sanity/runs/scheduled.ts' } as const;

/**
 * The prefix of the consumer groups of one function. Each has its own, so that no function can end another's groups;
 * a run adds `-<run_id>`.
 */
export const groupRoles: Readonly<Record<StackFunction, string>> = {
  publisher: 'requester',
  worker: 'worker',
  reply_to: 'reply_to',
};

export function groupName(stackName: string, name: StackFunction): string {
  return `${stackName}-${groupRoles[name]}`;
}

/** The one port that IAM clients use inside a VPC (AWS: "Port information"). */
export const iamPort = 9098;

/** Outputs that programs read; `sanity --stack` finds the functions by them. */
export const stackOutputs = {
  clusterArn: 'ClusterArn',
  bootstrapBrokers: 'BootstrapBrokers',
  workerTopic: 'WorkerTopicName',
  replyToTopic: 'ReplyToTopicName',
  functionName: {
    publisher: 'PublisherFunctionName',
    worker: 'WorkerFunctionName',
    reply_to: 'ReplyToFunctionName',
  },
  roleArn: { publisher: 'PublisherRoleArn', worker: 'WorkerRoleArn', reply_to: 'ReplyToRoleArn' },
  logGroup: { publisher: 'PublisherLogGroup', worker: 'WorkerLogGroup', reply_to: 'ReplyToLogGroup' },
  /** Seconds that each function has: a run has to fit in. */
  functionTimeout: 'FunctionTimeoutSeconds',
  /** "true" when the stack made its topics, so that a run may plant bad records in them. */
  madeTopics: 'MadeTopics',
  sanityFunctionName: 'SanityFunctionName',
  sanityLogGroup: 'SanityLogGroup',
  ingressRule: 'AddedIngressRule',
} as const;
