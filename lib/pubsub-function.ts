import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { AssetHashType, DockerImage, Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { ISecurityGroup, IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { buildSync } from 'esbuild';
import { functionBundle, repositoryRoot } from './function-bundle.js';
import { FunctionRole } from './function-role.js';
import type { KafkaGrants } from './kafka-grants.js';
import { acknowledgeInterfaces, acknowledgeRunGroups } from './nag-acknowledgements.js';

export interface FunctionNetwork {
  readonly vpc: IVpc;
  readonly subnets: SubnetSelection;
  readonly securityGroup: ISecurityGroup;
}

export interface PubsubFunctionProps {
  /** The source, from the repository's root. */
  readonly source: string;
  readonly description: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly network: FunctionNetwork;
  /** What it may do on the cluster. */
  readonly grants: KafkaGrants;
  /** CPU comes with it: less makes TLS handshakes slow. @default 512 */
  readonly memoryMb?: number;
  /** @default two minutes */
  readonly timeout?: Duration;
  /** @default one day */
  readonly logRetention?: logs.RetentionDays;
}

/**
 * One function: its code as one file, its role, its log group. No reserved concurrency, which small accounts cannot
 * deploy; a second copy at the same time does no harm, because runs are told apart by their id.
 */
export class PubsubFunction extends Construct {
  readonly function: lambda.Function;
  readonly logGroup: logs.LogGroup;

  constructor(scope: Construct, id: string, props: PubsubFunctionProps) {
    super(scope, id);
    this.logGroup = new logs.LogGroup(this, 'Logs', {
      retention: props.logRetention ?? logs.RetentionDays.ONE_DAY,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const { network } = props;
    const role = new FunctionRole(this, 'Role', {
      logGroup: this.logGroup,
      inVpc: true,
      statements: props.grants.statements(),
    });
    acknowledgeInterfaces(role);
    for (const arn of props.grants.groupArns()) acknowledgeRunGroups(role, arn);
    this.function = new lambda.Function(this, 'Function', {
      description: props.description,
      // Pinned: what is tested is what runs.
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      handler: 'index.handler',
      code: bundledCode(props.source),
      memorySize: props.memoryMb ?? 512,
      timeout: props.timeout ?? Duration.minutes(2),
      environment: { ...props.variables },
      role,
      logGroup: this.logGroup,
      loggingFormat: lambda.LoggingFormat.JSON,
      vpc: network.vpc,
      vpcSubnets: network.subnets,
      securityGroups: [network.securityGroup],
    });
  }
}

/**
 * The code, bundled in this process while the template is made: no Docker, no network. The hash is that of the result,
 * so that only changed code is deployed.
 */
function bundledCode(source: string): lambda.Code {
  return lambda.Code.fromAsset(join(repositoryRoot, 'lambda'), {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // Never used: bundling here either works or throws.
      image: DockerImage.fromRegistry('unused'),
      // CDK takes assets of the same folder and the same options for one; this tells them apart.
      command: [source],
      local: {
        tryBundle(folder) {
          mkdirSync(folder, { recursive: true });
          buildSync({ ...functionBundle, entryPoints: [source], outfile: join(folder, 'index.js') });
          return true;
        },
      },
    },
  });
}
