import { refusal } from '../refusal.js';
import type { PolicyStatement } from './statement.js';

/** What a policy that AWS manages says about a cluster's data. */
type Share = 'nothing' | 'everything';

/**
 * Policies that AWS manages, by name. Most that users of MSK attach speak of `kafka:` (the control plane) only, which is
 * not `kafka-cluster:` (a cluster's data). Beside each stands the version that was read.
 *
 * @see https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
 */
const shares: Readonly<Record<string, Share | undefined>> = {
  AdministratorAccess: 'everything', // v1
  // v12. NotAction: everything but iam, organizations and account.
  PowerUserAccess: 'everything',
  AmazonMSKFullAccess: 'nothing', // v7
  AmazonMSKReadOnlyAccess: 'nothing', // v1
  'service-role/AWSLambdaMSKExecutionRole': 'nothing', // v2
  'service-role/AWSLambdaBasicExecutionRole': 'nothing', // v1
  'service-role/AWSLambdaVPCAccessExecutionRole': 'nothing', // v3
  'service-role/AWSLambdaENIManagementAccess': 'nothing', // v2
  'service-role/AWSLambdaSQSQueueExecutionRole': 'nothing', // v1
  'service-role/AWSLambdaKinesisExecutionRole': 'nothing', // v2
  'service-role/AWSLambdaDynamoDBExecutionRole': 'nothing', // v1
  AWSXRayDaemonWriteAccess: 'nothing', // v2
  AWSXrayWriteOnlyAccess: 'nothing', // v2
  CloudWatchLambdaInsightsExecutionRolePolicy: 'nothing', // v1
};

/**
 * The statements about a cluster's data of a policy that AWS manages.
 *
 * @param path where the role that has it stands
 * @throws pubsub_error `template_refused` for one that is not known here
 */
export function managedStatements(arn: string, path: string): PolicyStatement[] {
  const share = shareOf(arn);
  if (share === undefined) {
    throw refusal(
      path,
      `has ${arn}, and what it says about a cluster’s data is not known here`,
      'Say what the role may in a policy of the template.',
    );
  }
  if (share === 'nothing') return [];
  return [{ path: arn, effect: 'Allow', actions: ['kafka-cluster:*'], resources: ['*'] }];
}

/** A policy by its bare name, as SAM takes it: "AWSLambdaMSKExecutionRole" is under "service-role/". */
export function managedPolicyPath(name: string): string {
  return Object.hasOwn(shares, `service-role/${name}`) ? `service-role/${name}` : name;
}

/** Whether a policy that AWS manages is known to allow anything on a cluster's data. */
export function allowsKafka(arn: string): boolean {
  return shareOf(arn) === 'everything';
}

function shareOf(arn: string): Share | undefined {
  const name = /^arn:[^:]+:iam::aws:policy\/(.+)$/.exec(arn)?.[1];
  return name !== undefined && Object.hasOwn(shares, name) ? shares[name] : undefined;
}
