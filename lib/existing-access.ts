import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import type { ExistingClusterOptions } from './context.js';
import { acknowledgeGivenSubnets } from './nag-acknowledgements.js';
import { IAM_PORT } from './naming.js';
import type { FunctionNetwork } from './bundled-function.js';

export type ExistingAccessProps = Pick<ExistingClusterOptions, 'vpcId' | 'subnetIds' | 'access'>;

/**
 * The functions' way to a cluster that is there already. Either one rule is added to the brokers' group, as a resource
 * of its own that goes when the stack goes; or a group is used that may reach the brokers, and is changed in nothing.
 */
export class ExistingAccess extends Construct {
  readonly network: FunctionNetwork;
  /** The rule that was added to the brokers' security group. */
  readonly rule: ec2.CfnSecurityGroupIngress | undefined;

  constructor(scope: Construct, id: string, props: ExistingAccessProps) {
    super(scope, id);
    const vpc = ec2.Vpc.fromVpcAttributes(this, 'Vpc', {
      vpcId: props.vpcId,
      // Not rendered anywhere; CDK wants as many as there are subnets.
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
