/**
 * What the service prefix `kafka` has: actions on clusters as such, not on their data (service authorization reference of
 * Amazon MSK; a test compares).
 */
export const controlPlaneActions: readonly string[] = [
  'BatchAssociateScramSecret', 'BatchDisassociateScramSecret', 'CreateChannel', 'CreateCluster', 'CreateClusterV2',
  'CreateConfiguration', 'CreateReplicator', 'CreateTopic', 'CreateVpcConnection', 'DeleteChannel', 'DeleteCluster',
  'DeleteClusterPolicy', 'DeleteConfiguration', 'DeleteReplicator', 'DeleteTopic', 'DeleteVpcConnection',
  'DescribeChannel', 'DescribeCluster', 'DescribeClusterOperation', 'DescribeClusterOperationV2', 'DescribeClusterV2',
  'DescribeConfiguration', 'DescribeConfigurationRevision', 'DescribeReplicator', 'DescribeTopic',
  'DescribeTopicPartitions', 'DescribeVpcConnection', 'GetBootstrapBrokers', 'GetClusterPolicy',
  'GetCompatibleKafkaVersions', 'ListChannels', 'ListClientVpcConnections', 'ListClusterOperations',
  'ListClusterOperationsV2', 'ListClusters', 'ListClustersV2', 'ListConfigurationRevisions', 'ListConfigurations',
  'ListKafkaVersions', 'ListNodes', 'ListReplicators', 'ListScramSecrets', 'ListTagsForResource', 'ListTopics',
  'ListVpcConnections', 'PutClusterPolicy', 'RebootBroker', 'RejectClientVpcConnection', 'TagResource',
  'UntagResource', 'UpdateBrokerCount', 'UpdateBrokerStorage', 'UpdateBrokerType', 'UpdateChannel',
  'UpdateClusterConfiguration', 'UpdateClusterKafkaVersion', 'UpdateConfiguration', 'UpdateConnectivity',
  'UpdateMonitoring', 'UpdateRebalancing', 'UpdateReplicationInfo', 'UpdateSecurity', 'UpdateStorage', 'UpdateTopic',
]; // prettier-ignore

/** The action of the service `kafka` of that name, in any case of letters. */
export function controlPlaneAction(name: string): string | undefined {
  return controlPlaneActions.find((one) => one.toLowerCase() === name.toLowerCase());
}
