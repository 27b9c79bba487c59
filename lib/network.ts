import { Fn, Tags } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { acknowledgeNetwork } from './nag-acknowledgements.js';
import { IAM_PORT } from './naming.js';

export interface NetworkProps {
  /** 2 or 3: the number of brokers. */
  readonly zones: number;
  /** Zones by name, for accounts in which MSK does not support the first ones. @default the first ones of the region */
  readonly availabilityZones: readonly string[] | undefined;
  /** "10.42.0.0/16" */
  readonly cidr: string;
}

/**
 * A network without internet access: it has no NAT (which would cost more than the rest of the network) and no
 * endpoints. Brokers are in the same subnets, tokens are signed without a call, and logs do not go through the VPC.
 *
 * One port is open between the two security groups, and nothing else.
 */
export class Network extends Construct {
  readonly vpc: ec2.IVpc;
  readonly functions: ec2.SecurityGroup;
  readonly brokers: ec2.SecurityGroup;

  constructor(scope: Construct, id: string, props: NetworkProps) {
    super(scope, id);
    // By number, not by name, so that the template works in any account and region without a lookup, which would need
    // credentials.
    const zones =
      props.availabilityZones ?? Array.from({ length: props.zones }, (_, index) => Fn.select(index, Fn.getAzs()));
    // The class and its interface declare "may be undefined" in different ways.
    this.vpc = new ec2.Vpc(this, 'Vpc', {
      ipAddresses: ec2.IpAddresses.cidr(props.cidr),
      availabilityZones: [...zones],
      natGateways: 0,
      subnetConfiguration: [{ name: 'isolated', subnetType: ec2.SubnetType.PRIVATE_ISOLATED }],
      // Emptying the default group would need a custom resource, and no resource uses this group.
      restrictDefaultSecurityGroup: false,
    }) as ec2.IVpc;
    acknowledgeNetwork(this);
    this.functions = this.securityGroup('FunctionSecurityGroup', 'The functions: out to the brokers, nothing in');
    this.brokers = this.securityGroup('BrokerSecurityGroup', 'The brokers: in from the functions, nothing out');
    this.functions.connections.allowTo(this.brokers, ec2.Port.tcp(IAM_PORT), 'Kafka with IAM');
  }

  private securityGroup(id: string, description: string): ec2.SecurityGroup {
    const group = new ec2.SecurityGroup(this, id, { vpc: this.vpc, description, allowAllOutbound: false });
    Tags.of(group).add('Name', `${this.node.path}/${id}`);
    return group;
  }
}
