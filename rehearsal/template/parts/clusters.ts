import { withoutVariables } from '../../policy/cluster/cluster-pattern.js';
import { eachOf, type Problems } from '../../problem.js';
import type { ClusterModel, ClusterPolicyModel, RoleModel, TopicModel } from '../model.js';
import { clusterArn } from '../resolve/kinds.js';
import { declaredOf, possiblyOf, type Resource } from '../resolve/resources.js';
import type { Resolving } from '../resolve/resolving.js';
import type { Section } from '../resolve/section.js';
import { aboutKafka, readPolicy } from './policies.js';
import { subnetRanges } from './subnet-ranges.js';
import { knownTags } from './tags.js';

/** The template's clusters. */
export function readClusters(resolving: Resolving, problems: Problems): ClusterModel[] {
  return declaredOf(resolving, 'AWS::MSK::Cluster', 'AWS::MSK::ServerlessCluster').flatMap((cluster) => {
    if (problems.try(() => cluster.isMade()) !== true) return [];
    const { logicalId, properties } = cluster;
    const login = problems.try(() => iamLoginOff(cluster));
    const network = problems.try(() => networkOf(properties));
    const tags = knownTags(() => properties.get('Tags'));
    const addresses = subnetRanges(() => properties.get('BrokerNodeGroupInfo').get('ClientSubnets'), resolving);
    return { logicalId, arn: clusterArn(cluster), iamLoginOff: login, tags, addresses, ...network };
  });
}

const logins = [
  ['Sasl.Scram', 'SCRAM'],
  ['Tls', 'TLS certificates'],
  ['Unauthenticated', 'no authentication'],
] as const;

/**
 * Why IAM logins are not possible; undefined if they are. Without any setting, a cluster accepts unauthenticated
 * clients.
 */
function iamLoginOff({ properties, path }: Resource): string | undefined {
  const settings = properties.get('ClientAuthentication');
  const enabled = settings.get('Sasl').get('Iam').get('Enabled');
  if (isTrue(enabled)) return undefined;
  const others = logins.flatMap(([at, name]) =>
    at
      .split('.')
      .reduce((section, key) => section.lenient.get(key), settings)
      .lenient.get('Enabled')
      .known() === 'true'
      ? name
      : [],
  );
  const instead = others.length === 0 ? '' : `, only with ${others.join(' and ')}`;
  return `${path}.Properties.ClientAuthentication does not allow IAM logins${instead}: nothing listens on port 9098`;
}

function isTrue(section: Section): boolean {
  return section.present && section.text().toLowerCase() === 'true';
}

function networkOf(properties: Section): Pick<ClusterModel, 'securityGroups' | 'isIpv4Only' | 'isPublic'> {
  // The groups of the brokers decide who reaches them.
  const nodes = properties.lenient.get('BrokerNodeGroupInfo').chosen();
  const serverless = eachOf(properties.lenient.get('VpcConfigs').chosen().items(), (config) => config.chosen());
  const groups = [nodes, ...serverless].flatMap((section) => section.get('SecurityGroups').ids());
  const connectivity = properties.get('BrokerNodeGroupInfo').get('ConnectivityInfo');
  const type = connectivity.get('PublicAccess').get('Type').optionalText();
  const addresses = connectivity.lenient.get('NetworkType');
  return {
    securityGroups: groups.length === 0 ? undefined : groups,
    isIpv4Only: !addresses.present || addresses.known() === 'IPV4',
    isPublic: type !== undefined && type !== 'DISABLED',
  };
}

/**
 * Policies of clusters, which are evaluated along with those of roles. Policies that do not mention a cluster's data
 * are left out.
 */
export function readClusterPolicies(resolving: Resolving, problems: Problems): ClusterPolicyModel[] {
  return possiblyOf(resolving, 'AWS::MSK::ClusterPolicy').flatMap((resource) => {
    const section = problems.try(() => resource.properties.get('Policy'));
    if (section?.present !== true) return [];
    const counts = problems.try(() => aboutKafka(section) !== 'nothing' && resource.isMade());
    if (counts !== true) return [];
    const clusterArn = problems.try(() => resource.properties.get('ClusterArn').text());
    const policy = readPolicy(resource.logicalId, section, problems, { kind: 'resource' });
    return clusterArn === undefined ? [] : [{ clusterArn, policy }];
  });
}

/** The sources that mention an existing cluster. */
export interface ClusterMentions {
  readonly topics: readonly TopicModel[];
  readonly roles: readonly RoleModel[];
  /** Texts that may be its ARN: from the user, and values of parameters. */
  readonly texts: readonly string[];
}

/** Existing clusters: the user or a parameter names them, topics are created in them, or policies are about them. */
export function namedClusters(
  made: readonly ClusterModel[],
  { topics, roles, texts }: ClusterMentions,
): ClusterModel[] {
  const resources = roles.flatMap(({ policies }) =>
    policies.flatMap(({ statements }) =>
      // A Deny may be about all other clusters.
      statements.flatMap(({ effect, resources: own }) => (effect === 'Allow' ? own : [])),
    ),
  );
  const arns = [
    ...texts.filter(isClusterArn),
    ...topics.map(({ clusterArn }) => clusterArn),
    ...resources.flatMap(clusterOf),
  ];
  return [...new Set(arns)]
    .filter((arn) => !made.some((cluster) => cluster.arn === arn))
    .map((arn) => ({ logicalId: undefined, arn }));
}

/** Whether a string is the ARN of one cluster. */
export function isClusterArn(text: string): boolean {
  return /^arn:[^:*?]+:kafka:[^:*?]*:[^:*?]*:cluster\/[^/*?]+\/[^/*?]+$/.test(text);
}

/** The cluster that an ARN of a policy is about; empty if it is a pattern for several, as with a variable. */
function clusterOf(arn: string): string[] {
  const parts =
    /^(arn:[^:*?]+:kafka:[^:*?]+:[^:*?]+):(?:cluster|topic|group|transactional-id)\/([^/*?]+)\/([^/*?]+)/.exec(
      withoutVariables(arn),
    );
  return parts === null ? [] : [`${parts[1] ?? ''}:cluster/${parts[2] ?? ''}/${parts[3] ?? ''}`];
}
