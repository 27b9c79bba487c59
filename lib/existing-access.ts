import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import type { ExistingClusterOptions } from './context.js';
import { acknowledgeGivenSubnets } from './nag-acknowledgements.js';
import { IAM_PORT } from './naming.js';
import type { FunctionNetwork } from './bundled-function.js';

export type ExistingAccessProps = Pick<ExistingClusterOptions, 'vpcId' | 'subnetIds' | 'access'>;

/**
 * The functions' network access to an existing cluster. Either one rule is added to the brokers' group, as a separate
 * resource that is deleted with the stack; or a group that already has access is used, and not modified.
 */
export class ExistingAccess extends Construct {
  readonly network: FunctionNetwork;
  /** The rule that was added to the brokers' security group. */
  readonly rule: ec2.CfnSecurityGroupIngress | undefined;

  constructor(scope: Construct, id: string, props: ExistingAccessProps) {
    super(scope, id);
    const vpc = ec2.Vpc.fromVpcAttributes(this, 'Vpc', {
      vpcId: props.vpcId,
      // Not in the template; CDK requires one for each subnet.
      availabilityZones: props.subnetIds.map((_, index) => `zone-${index}`),
      isolatedSubnetIds: [...props.subnetIds],
    });
    acknowledgeGivenSubnets(this);
    const subnets = { subnets: vpc.isolatedSubnets };
    if (props.access.kind === 'attach') {
      const securityGroup = ec2.SecurityGroup.fromSecurityGroupId(
        this,
        'ClientSecurityGroup',
        props.access.clientSecurityGroupId,
        { mutable: false },
      );
      this.network = { vpc, subnets, securityGroup };
      return;
    }
    const { brokerSecurityGroupId } = props.access;
    const securityGroup = new ec2.SecurityGroup(this, 'FunctionSecurityGroup', {
      vpc,
      description: 'The functions: out to the brokers, nothing in',
      allowAllOutbound: false,
    });
    new ec2.CfnSecurityGroupEgress(this, 'ToBrokers', {
      groupId: securityGroup.securityGroupId,
      destinationSecurityGroupId: brokerSecurityGroupId,
      ipProtocol: 'tcp',
      fromPort: IAM_PORT,
      toPort: IAM_PORT,
      description: 'Kafka with IAM',
    });
    this.rule = new ec2.CfnSecurityGroupIngress(this, 'FromFunctions', {
      groupId: brokerSecurityGroupId,
      sourceSecurityGroupId: securityGroup.securityGroupId,
      ipProtocol: 'tcp',
      fromPort: IAM_PORT,
      toPort: IAM_PORT,
      description: 'Kafka with IAM, from the functions of the sanity environment',
    });
    this.network = { vpc, subnets, securityGroup };
  }
}
