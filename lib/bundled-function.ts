import { join } from 'node:path';
import { AssetHashType, DockerImage, RemovalPolicy, type Duration } from 'aws-cdk-lib';
import type { ISecurityGroup, IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { buildSync } from 'esbuild';
import { functionBuild, REPOSITORY_ROOT, writeBundle } from './function-bundle.js';
import { FunctionRole } from './function-role.js';
import { acknowledgeInterfaces } from './nag-acknowledgements.js';

export interface FunctionNetwork {
  readonly vpc: IVpc;
  readonly subnets: SubnetSelection;
  readonly securityGroup: ISecurityGroup;
}

export interface BundledFunctionProps {
  /** The source, from the repository's root. */
  readonly source: string;
  readonly description: string;
  readonly variables: Readonly<Record<string, string>>;
  /** What it does besides logging. */
  readonly statements: readonly PolicyStatement[];
  readonly timeout: Duration;
  /** @default none: the function is outside every VPC, and reaches AWS's own services */
  readonly network?: FunctionNetwork | undefined;
}

/** A function: its code as one file, its role, its log group. */
export class BundledFunction extends Construct {
  readonly function: lambda.Function;
  readonly role: FunctionRole;
  readonly logGroup: logs.LogGroup;

  constructor(scope: Construct, id: string, props: BundledFunctionProps) {
    super(scope, id);
    this.logGroup = new logs.LogGroup(this, 'Logs', {
      retention: logs.RetentionDays.ONE_DAY,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const { network } = props;
    this.role = new FunctionRole(this, 'Role', {
      logGroup: this.logGroup,
      inVpc: network !== undefined,
      statements: props.statements,
    });
    if (network !== undefined) acknowledgeInterfaces(this.role);
    this.function = new lambda.Function(this, 'Function', {
      description: props.description,
      // Pinned: what is tested is what runs.
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      handler: 'index.handler',
      code: bundledCode(props.source),
      // CPU grows with it: less makes TLS handshakes slow.
      memorySize: 512,
      timeout: props.timeout,
      environment: { ...props.variables },
      role: this.role,
      logGroup: this.logGroup,
      loggingFormat: lambda.LoggingFormat.JSON,
      ...(network === undefined
        ? {}
        : { vpc: network.vpc, vpcSubnets: network.subnets, securityGroups: [network.securityGroup] }),
    });
  }
}

/**
 * The code, bundled in this process while the template is made: no Docker, no network. The hash is that of the result,
 * so that only changed code is deployed.
 */
function bundledCode(source: string): lambda.Code {
  return lambda.Code.fromAsset(join(REPOSITORY_ROOT, 'lambda'), {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // Never used: bundling here either works or throws.
      image: DockerImage.fromRegistry('unused'),
      // CDK takes assets of the same folder and the same options for one; this tells them apart.
      command: [source],
      local: {
        tryBundle(folder) {
          writeBundle(folder, buildSync(functionBuild(source)));
          return true;
        },
      },
    },
  });
}
