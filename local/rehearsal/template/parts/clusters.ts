import { refusal } from '../../refusal.js';
import { clusterArn } from '../resolve/kinds.js';
import type { ClusterModel, RoleModel, TopicModel } from '../model.js';
import { saysAnythingOfKafka } from './policies.js';
import type { Resolving } from '../resolve/resolving.js';
import { resourcesOf } from '../resolve/resources.js';
import type { Section } from '../resolve/section.js';

/** The template's clusters. */
export function readClusters(resolving: Resolving): ClusterModel[] {
  return resourcesOf(resolving, 'AWS::MSK::Cluster', 'AWS::MSK::ServerlessCluster').map((cluster) => {
    const { logicalId, properties } = cluster;
    const kafkaVersion = properties.get('KafkaVersion').optionalText();
    const brokerCount = properties.get('NumberOfBrokerNodes').optionalNumber();
    return {
      ...partsOf(clusterArn(cluster)),
      logicalId,
      ...(kafkaVersion === undefined ? {} : { kafkaVersion }),
      ...(brokerCount === undefined ? {} : { brokerCount }),
      ...networkOf(properties),
    };
  });
}

function networkOf(properties: Section): Pick<ClusterModel, 'securityGroups' | 'isPublic'> {
  const nodes = properties.get('BrokerNodeGroupInfo');
  const serverless = properties.get('VpcConfigs').items();
  const groups = [nodes, ...serverless].flatMap((section) => section.get('SecurityGroups').texts());
  const access = nodes.get('ConnectivityInfo').get('PublicAccess').get('Type').optionalText();
  return {
    ...(groups.length === 0 ? {} : { securityGroups: groups }),
    ...(access === undefined || access === 'DISABLED' ? {} : { isPublic: true }),
  };
}

/** A cluster's own policy counts beside those of roles; only roles' are evaluated. */
export function refuseClusterPolicies(resolving: Resolving): void {
  for (const { properties } of resourcesOf(resolving, 'AWS::MSK::ClusterPolicy')) {
    const policy = properties.get('Policy');
    if (saysAnythingOfKafka(policy)) throw refusal(policy.path, 'a cluster’s own policy is not evaluated');
  }
}

/** Clusters that are there already: topics are made in them, policies name them. */
export function namedClusters(
  made: readonly ClusterModel[],
  topics: readonly TopicModel[],
  roles: readonly RoleModel[],
): ClusterModel[] {
  const resources = roles.flatMap(({ policies }) =>
    policies.flatMap(({ statements }) => statements.flatMap((statement) => statement.resources)),
  );
  const arns = [...topics.map(({ clusterArn }) => clusterArn), ...resources.flatMap(clusterOf)];
  return [...new Set(arns)].filter((arn) => !made.some((cluster) => cluster.arn === arn)).map(partsOf);
}

/** The cluster that an ARN of a policy is about, when it names one and no pattern of them. */
function clusterOf(arn: string): string[] {
  const parts =
    /^(arn:[^:*?]+:kafka:[^:*?]+:[^:*?]+):(?:cluster|topic|group|transactional-id)\/([^/*?]+)\/([^/*?]+)/.exec(arn);
  return parts === null ? [] : [`${parts[1] ?? ''}:cluster/${parts[2] ?? ''}/${parts[3] ?? ''}`];
}

function partsOf(arn: string): ClusterModel {
  const [, name = '', uuid = ''] = arn.split('/');
  return { logicalId: undefined, arn, name, uuid };
}
