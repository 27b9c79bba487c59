import { Fn, Token } from 'aws-cdk-lib';

/** A cluster as topics and functions see it: that of the stack, or an existing one. */
export interface KafkaCluster {
  readonly arn: string;
  /** "b-1…:9098,b-2…:9098" */
  readonly bootstrapBrokers: string;
}

/**
 * The ARN of a topic or a group of a cluster: `…:cluster/NAME/UUID` becomes `…:group/NAME/UUID/<name>` (AWS: "Kafka
 * resources" of IAM access control). The UUID is known only after the cluster is created, so the template splits the
 * cluster's ARN.
 */
export function kafkaArn(clusterArn: string, type: 'topic' | 'group', name: string): string {
  if (!Token.isUnresolved(clusterArn)) return `${clusterArn.replace(':cluster/', `:${type}/`)}/${name}`;
  const [before, after] = [0, 1].map((part) => Fn.select(part, Fn.split(':cluster/', clusterArn)));
  return `${String(before)}:${type}/${String(after)}/${name}`;
}
