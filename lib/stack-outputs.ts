import type { Stack } from 'aws-cdk-lib';
import { CfnOutput } from 'aws-cdk-lib';
import type { KafkaCluster } from './kafka-cluster.js';
import type { TopicHandle } from './kafka-topic.js';
import { functionIds, stackFunctions, stackOutputs, type StackFunction } from './naming.js';
import type { PubsubFunction } from './pubsub-function.js';

export interface StackOutputsProps {
  readonly cluster: KafkaCluster;
  readonly topics: Readonly<Record<'worker' | 'reply_to', TopicHandle>>;
  readonly functions: Readonly<Record<StackFunction, PubsubFunction>>;
  /** The stack made them: they hold nobody else's records. */
  readonly madeTopics: boolean;
  /** The rule that was added to somebody's security group. @default none was */
  readonly addedRule?: string;
}

/** Events that stand for themselves: no run has to be under way. */
const firstEvents: Readonly<Record<StackFunction, string>> = {
  publisher: 'events/publisher/positions.json',
  worker: 'events/worker/echo.json',
  reply_to: 'events/reply-to/collect.json',
};

/** What `sanity --stack` reads, and commands that work as pasted, from the repository's root. */
export function writeOutputs(stack: Stack, props: StackOutputsProps): void {
  const output = (id: string, value: string, description: string): void => {
    new CfnOutput(stack, id, { value, description });
  };
  output(stackOutputs.clusterArn, props.cluster.arn, 'The cluster');
  output(stackOutputs.bootstrapBrokers, props.cluster.bootstrapBrokers, 'Brokers, for IAM clients inside the VPC');
  output(stackOutputs.workerTopic, props.topics.worker.name, 'Topic of requests');
  output(stackOutputs.replyToTopic, props.topics.reply_to.name, 'Topic of replies');
  output(stackOutputs.madeTopics, String(props.madeTopics), 'Whether the stack made its topics');
  const seconds = stackFunctions.map((name) => props.functions[name].function.timeout?.toSeconds() ?? 0);
  output(stackOutputs.functionTimeout, String(Math.min(...seconds)), 'Seconds that each function has');
  for (const name of stackFunctions) {
    const { function: made, logGroup } = props.functions[name];
    output(stackOutputs.functionName[name], made.functionName, `Function ${name}`);
    // Named in the report when a right is missing.
    output(stackOutputs.roleArn[name], made.role?.roleArn ?? '', `Role of ${name}`);
    output(stackOutputs.logGroup[name], logGroup.logGroupName, `Log group of ${name}`);
    // One attempt and no client time-out: a second attempt would be a second run.
    output(
      `Invoke${functionIds[name]}`,
      `AWS_MAX_ATTEMPTS=1 aws lambda invoke --region ${stack.region} --function-name ${made.functionName} --cli-binary-format raw-in-base64-out --cli-read-timeout 0 --payload file://${firstEvents[name]} /dev/stdout`,
      `Invokes ${name} once`,
    );
    output(
      `Tail${functionIds[name]}`,
      `aws logs tail ${logGroup.logGroupName} --region ${stack.region} --since 15m --follow`,
      `Follows the log of ${name}`,
    );
  }
  if (props.addedRule !== undefined) {
    output(
      stackOutputs.ingressRule,
      props.addedRule,
      "The rule added to your brokers' security group; goes with the stack",
    );
  }
}
