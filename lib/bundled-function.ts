import { join } from 'node:path';
import { AssetHashType, DockerImage, RemovalPolicy, type Duration } from 'aws-cdk-lib';
import type { ISecurityGroup, IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { buildSync } from 'esbuild';
import type { ClientName } from '../src/pubsub/config/settings.js';
import { functionBuild, REPOSITORY_ROOT, writeBundle } from './function-bundle.js';
import { FunctionRole } from './function-role.js';
import { acknowledgeInterfaces } from './nag-acknowledgements.js';

export interface FunctionNetwork {
  readonly vpc: IVpc;
  readonly subnets: SubnetSelection;
  readonly securityGroup: ISecurityGroup;
}

export interface BundledFunctionProps {
  /** The source, relative to the repository. */
  readonly source: string;
  /** The client library of its code. */
  readonly client: ClientName;
  readonly description: string;
  readonly variables: Readonly<Record<string, string>>;
  /** Its rights besides logging. */
  readonly statements: readonly PolicyStatement[];
  readonly timeout: Duration;
  /** @default none: the function is outside of any VPC, and can reach AWS services */
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
      // Pinned, so that the tested version is deployed.
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      handler: 'index.handler',
      code: bundledCode(props.source, props.client),
      // CPU is proportional to memory: with less, TLS handshakes are slow.
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
 * The code, bundled in this process during synthesis, without Docker or a network. The hash is that of the result, so
 * that only changed code is deployed.
 */
function bundledCode(source: string, client: ClientName): lambda.Code {
  return lambda.Code.fromAsset(join(REPOSITORY_ROOT, 'lambda'), {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // Never used: bundling here either works or throws.
      image: DockerImage.fromRegistry('unused'),
      // CDK treats assets of the same folder with the same options as one; this distinguishes them.
      command: [source, client],
      local: {
        tryBundle(folder) {
          writeBundle(folder, buildSync(functionBuild(source, client)));
          return true;
        },
      },
    },
  });
}
