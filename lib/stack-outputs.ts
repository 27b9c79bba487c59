import type { Stack } from 'aws-cdk-lib';
import { CfnOutput } from 'aws-cdk-lib';
import { functionDescriptors, functionNames, type FunctionName, type TopicRole } from '../lambda/functions.js';
import type { BundledFunction } from './bundled-function.js';
import type { KafkaCluster } from './kafka-cluster.js';
import type { TopicHandle } from './kafka-topic.js';
import { sanityFunction, stackOutputs } from './naming.js';
import type { PubsubFunction } from './pubsub-function.js';

export interface StackOutputsProps {
  readonly cluster: KafkaCluster;
  readonly topics: Readonly<Record<TopicRole, TopicHandle>>;
  readonly functions: Readonly<Record<FunctionName, PubsubFunction>>;
  /** The stack created them: they contain no records of others. */
  readonly madeTopics: boolean;
  /** The function that makes scheduled sanity runs. */
  readonly sanity: BundledFunction | undefined;
  /** The rule that was added to the brokers' security group. @default none */
  readonly addedRule: string | undefined;
}

/**
 * A new run id each time, because a process serves an id once. The function waits for frames for 20 seconds, and
 * reports where it read from.
 */
const LOOK_AROUND = `{"run_id":"pasted-'$(date +%s)'","time_ms":20000}`;

/** Events that work without a current run and without a file. */
const firstEvents: Readonly<Record<FunctionName, string>> = {
  publisher: '{"action":"positions"}',
  worker: LOOK_AROUND,
  reply_to: LOOK_AROUND,
};

/** The outputs that `sanity --stack` reads, and commands that can be pasted into a POSIX shell. */
export function writeOutputs(stack: Stack, props: StackOutputsProps): void {
  const output = (id: string, value: string, description: string): void => {
    new CfnOutput(stack, id, { value, description });
  };
  output(stackOutputs.clusterArn, props.cluster.arn, 'The cluster');
  output(stackOutputs.bootstrapBrokers, props.cluster.bootstrapBrokers, 'Brokers, for IAM clients inside the VPC');
  output(stackOutputs.workerTopic, props.topics.worker.name, 'Topic of requests');
  output(stackOutputs.replyToTopic, props.topics.reply_to.name, 'Topic of replies');
  output(stackOutputs.madeTopics, String(props.madeTopics), 'Whether the stack created its topics');
  const seconds = functionNames.map((name) => props.functions[name].timeout.toSeconds());
  output(stackOutputs.functionTimeout, String(Math.min(...seconds)), 'Time-out of each function in seconds');
  const commands = (id: string, name: string, { function: made, logGroup }: BundledFunction, event: string): void => {
    // One attempt and no client time-out, because a second attempt would be a second run. The event is passed as the
    // bytes of a file, which both versions of the AWS CLI handle in the same way; for a string, version 2 needs an option
    // that marks it as not Base64.
    output(
      `Invoke${id}`,
      `echo '${event}' | AWS_MAX_ATTEMPTS=1 aws lambda invoke --region ${stack.region} --function-name ${made.functionName} --cli-read-timeout 0 --payload fileb:///dev/stdin /dev/stdout`,
      `Invokes ${name} once`,
    );
    output(
      `Tail${id}`,
      `aws logs tail ${logGroup.logGroupName} --region ${stack.region} --since 15m --follow`,
      `Follows the log of ${name}`,
    );
  };
  for (const name of functionNames) {
    const made = props.functions[name];
    output(stackOutputs.functionName[name], made.function.functionName, `Function ${name}`);
    // Named in the report if a right is missing.
    output(stackOutputs.roleArn[name], made.role.roleArn, `Role of ${name}`);
    output(stackOutputs.logGroup[name], made.logGroup.logGroupName, `Log group of ${name}`);
    commands(functionDescriptors[name].id, name, made, firstEvents[name]);
  }
  if (props.sanity !== undefined) {
    const { function: made, logGroup } = props.sanity;
    output(stackOutputs.sanityFunctionName, made.functionName, 'Function that makes scheduled sanity runs');
    output(stackOutputs.sanityLogGroup, logGroup.logGroupName, 'Its log group, with the report of each run');
    commands(sanityFunction.id, 'a sanity run', props.sanity, '{}');
  }
  if (props.addedRule !== undefined) {
    output(
      stackOutputs.ingressRule,
      props.addedRule,
      "The rule added to your brokers' security group; deleted with the stack",
    );
  }
}
