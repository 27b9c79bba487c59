/** A cluster as topics and functions see it: that of the stack, or an existing one. */
export interface KafkaCluster {
  readonly arn: string;
  /** "b-1…:9098,b-2…:9098" */
  readonly bootstrapBrokers: string;
}
