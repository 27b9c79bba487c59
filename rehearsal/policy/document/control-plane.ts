/**
 * The actions with the service prefix `kafka`: on clusters themselves, not on their data (service authorization
 * reference of Amazon MSK; a test compares).
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

/** The action of the service `kafka` with this name, case-insensitive. */
export function controlPlaneAction(name: string): string | undefined {
  return controlPlaneActions.find((one) => one.toLowerCase() === name.toLowerCase());
}
