import * as iam from 'aws-cdk-lib/aws-iam';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

export interface FunctionRoleProps {
  readonly logGroup: ILogGroup;
  /** Whether the function has network interfaces in a VPC. */
  readonly inVpc: boolean;
  /** What it does besides logging. */
  readonly statements: readonly iam.PolicyStatement[];
}

/** What AWSLambdaVPCAccessExecutionRole allows besides logging. Lambda itself uses it, in the role's name. */
const networkInterfaceActions = [
  'ec2:CreateNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:DeleteNetworkInterface',
  'ec2:AssignPrivateIpAddresses',
  'ec2:UnassignPrivateIpAddresses',
];

/**
 * A role with all that its function may do in inline policies. No managed policy: AWS's own allow `CreateLogGroup`, with
 * which a late log line makes a deleted group again, without an end to its retention.
 */
export class FunctionRole extends iam.Role {
  constructor(scope: Construct, id: string, props: FunctionRoleProps) {
    super(scope, id, {
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: {
        Logs: document(
          new iam.PolicyStatement({
            actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
            resources: [props.logGroup.logGroupArn],
          }),
        ),
        ...(props.inVpc
          ? {
              // These actions know no resource that could be named before the interface exists.
              NetworkInterfaces: document(
                new iam.PolicyStatement({ actions: networkInterfaceActions, resources: ['*'] }),
              ),
            }
          : {}),
        Work: document(...props.statements),
      },
    });
  }
}

function document(...statements: iam.PolicyStatement[]): iam.PolicyDocument {
  return new iam.PolicyDocument({ statements, minimize: false });
}
