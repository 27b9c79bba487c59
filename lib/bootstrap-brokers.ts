import { RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as cr from 'aws-cdk-lib/custom-resources';
import { Construct } from 'constructs';
import { FunctionRole } from './function-role.js';
import { acknowledgeBootstrapCall } from './nag-acknowledgements.js';

export interface BootstrapBrokersProps {
  readonly clusterArn: string;
  /** The addresses are requested again if this changes. */
  readonly changesWith: string;
}

/**
 * The brokers' addresses, for which CloudFormation has no attribute. They are read with one call when the cluster is
 * active.
 *
 * The role does not name the cluster. If it did, it would be created after the cluster and used seconds later, before
 * IAM has propagated it, and a deployment of an hour would end in "Access denied". `*` also matches the service
 * authorization reference, which lists no resource for this action.
 */
export class BootstrapBrokers extends Construct {
  readonly saslIam: string;

  constructor(scope: Construct, id: string, props: BootstrapBrokersProps) {
    super(scope, id);
    const logGroup = new logs.LogGroup(this, 'Logs', {
      retention: logs.RetentionDays.ONE_DAY,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new FunctionRole(this, 'Role', {
      logGroup,
      inVpc: false,
      statements: [new iam.PolicyStatement({ actions: ['kafka:GetBootstrapBrokers'], resources: ['*'] })],
    });
    acknowledgeBootstrapCall(role);
    const field = 'BootstrapBrokerStringSaslIam';
    const resource = new cr.AwsCustomResource(this, 'Resource', {
      onUpdate: {
        service: 'Kafka',
        action: 'getBootstrapBrokers',
        parameters: { ClusterArn: props.clusterArn },
        outputPaths: [field],
        physicalResourceId: cr.PhysicalResourceId.of(`bootstrap-brokers-${props.changesWith}`),
      },
      role,
      logGroup,
      // The SDK of the runtime, so that nothing is downloaded during a deployment.
      installLatestAwsSdk: false,
    });
    this.saslIam = resource.getResponseField(field);
  }
}
