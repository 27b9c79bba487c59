import { build } from 'esbuild';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

export interface OwnClusterStack {
  /** Path of the program that all functions run: it exports `handler`. */
  readonly entry: string;
  readonly topics: readonly string[];
  readonly functions: Readonly<Record<string, StackFunction>>;
}

export interface StackFunction {
  /** The allowed actions, and their resources: the end of an ARN ("cluster/*"). */
  readonly rights: readonly (readonly [action: string, resource: string])[];
  readonly variables: Readonly<Record<string, string>>;
}

/** The call with which CDK's custom resource asks AWS for the cluster's brokers. */
const REQUEST = JSON.stringify({
  service: '@aws-sdk/client-kafka',
  action: 'GetBootstrapBrokersCommand',
  parameters: { ClusterArn: 'CLUSTER' },
  physicalResourceId: { id: 'Brokers' },
});

/** A stack with a cluster, its topics, and functions with their own roles. Returns the template's file. */
export async function ownClusterStack({ entry, topics, functions }: OwnClusterStack): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'own-cluster-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await build({
    entryPoints: [entry],
    outfile: join(folder, 'code', 'index.js'),
    bundle: true,
    platform: 'node',
    target: 'node20',
    logLevel: 'error',
  });
  const clientAuthentication = { Sasl: { Iam: { Enabled: true } } };
  const cluster = {
    Type: 'AWS::MSK::Cluster',
    Properties: { ClusterName: 'demo', ClientAuthentication: clientAuthentication },
  };
  const [begin, end] = REQUEST.split('CLUSTER');
  const create = { 'Fn::Join': ['', [begin, { Ref: 'Cluster' }, end]] };
  const resources = {
    Cluster: cluster,
    Brokers: { Type: 'Custom::AWS', Properties: { Create: create } },
    ...Object.fromEntries(topics.map((name, i) => [`Topic${i}`, topic(name)])),
    ...Object.fromEntries(Object.entries(functions).map(([name, { rights }]) => [`${name}Role`, role(rights)])),
    ...Object.fromEntries(Object.entries(functions).map(([name, { variables }]) => [name, lambda(name, variables)])),
  };
  const file = join(folder, 'Own.template.json');
  await writeFile(file, JSON.stringify({ Resources: resources }));
  return file;
}

function topic(name: string): object {
  const properties = { ClusterArn: { Ref: 'Cluster' }, TopicName: name, PartitionCount: 1, ReplicationFactor: 2 };
  return { Type: 'AWS::MSK::Topic', Properties: properties };
}

function role(rights: StackFunction['rights']): object {
  const statement = rights.map(([action, resource]) => ({
    Effect: 'Allow',
    Action: `kafka-cluster:${action}`,
    Resource: `arn:aws:kafka:eu-west-1:111122223333:${resource}`,
  }));
  return {
    Type: 'AWS::IAM::Role',
    Properties: { Policies: [{ PolicyName: 'kafka', PolicyDocument: { Statement: statement } }] },
  };
}

function lambda(name: string, variables: Readonly<Record<string, string>>): object {
  return {
    Type: 'AWS::Lambda::Function',
    Metadata: { 'aws:asset:path': 'code', 'aws:asset:property': 'Code' },
    Properties: {
      FunctionName: name,
      Role: { 'Fn::GetAtt': [`${name}Role`, 'Arn'] },
      Runtime: 'nodejs22.x',
      Handler: 'index.handler',
      Code: { S3Bucket: 'assets', S3Key: 'code.zip' },
      Timeout: 30,
      MemorySize: 256,
      VpcConfig: { SubnetIds: ['subnet-1'] },
      Environment: {
        Variables: {
          PUBSUB_BROKERS: { 'Fn::GetAtt': ['Brokers', 'BootstrapBrokerStringSaslIam'] },
          PUBSUB_AUTH: 'msk_iam',
          ...variables,
        },
      },
    },
  };
}
