import * as iam from 'aws-cdk-lib/aws-iam';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

export interface FunctionRoleProps {
  readonly logGroup: ILogGroup;
  /** Whether the function has network interfaces in a VPC. */
  readonly inVpc: boolean;
  /** Its rights besides logging. */
  readonly statements: readonly iam.PolicyStatement[];
}

/** The rights of AWSLambdaVPCAccessExecutionRole besides logging. Lambda itself uses them with this role. */
const networkInterfaceActions = [
  'ec2:CreateNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:DeleteNetworkInterface',
  'ec2:AssignPrivateIpAddresses',
  'ec2:UnassignPrivateIpAddresses',
];

/**
 * A role with all rights of its function in inline policies. It has no managed policy, because AWS's policies allow
 * `CreateLogGroup`, with which a late log line would create a deleted group again, without a retention limit.
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
              // These actions have no resource that has a name before the interface exists.
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
