import { describe, expect, test } from 'vitest';
import { reachOf } from '../../../rehearsal/plan/reach.js';
import { kafkaRole, lambda, readYaml, refusal } from './support/kafka-stack.js';

const vpc = 'VpcConfig: { SubnetIds: [subnet-1], SecurityGroupIds: [!Ref Clients] }';
const provider = (type: string): string => `P: { Type: AWS::${type}::CapacityProvider, Properties: { ${vpc} } }`;
const config = (arn: string): string =>
  `CapacityProviderConfig: { LambdaManagedInstancesCapacityProviderConfig: { CapacityProviderArn: ${arn} } }`;
const elsewhere = 'arn:aws:lambda:eu-west-1:111122223333:capacity-provider:theirs';

/** Beside a cluster that lets the group `Clients` in. */
const stack = (func: string, ...resources: string[]): string => `
Transform: AWS::Serverless-2016-10-31
Resources:
  F: ${func}
  R: ${kafkaRole}
  Clients: { Type: AWS::EC2::SecurityGroup, Properties: { VpcId: vpc-1, GroupDescription: d } }
  Brokers:
    Type: AWS::EC2::SecurityGroup
    Properties:
      VpcId: vpc-1
      GroupDescription: d
      SecurityGroupIngress:
        - { IpProtocol: tcp, FromPort: 9098, ToPort: 9098, SourceSecurityGroupId: !Ref Clients }
  Cluster:
    Type: AWS::MSK::Cluster
    Properties:
      ClusterName: c
      BrokerNodeGroupInfo: { ClientSubnets: [subnet-1], SecurityGroups: [!Ref Brokers] }
      ClientAuthentication: { Sasl: { Iam: { Enabled: true } } }
${resources.map((line) => `  ${line}\n`).join('')}`;

function reach(text: string): { may: string; why: string } {
  const { functions, clusters, securityGroups } = readYaml(text);
  return reachOf(functions[0]!, clusters[0]!, securityGroups);
}

const sam = `{ Type: AWS::Serverless::Function, Properties: { Runtime: nodejs22.x, Handler: index.handler, InlineCode: '', Role: !GetAtt R.Arn, CapacityProviderConfig: { Arn: !GetAtt P.Arn } } }`;

describe('a function on instances of a capacity provider', () => {
  test.each([
    ['of the template', stack(lambda(config('!GetAtt P.Arn')), provider('Lambda'))],
    ['of SAM', stack(sam, provider('Serverless'))],
  ])('%s has its network', (_, text) => {
    expect(reach(text)).toMatchObject({
      may: 'yes',
      why: expect.stringContaining('Clients may send to Brokers') as string,
    });
  });

  test('that is not in the template has an unknown network', () => {
    expect(reach(stack(lambda(config(elsewhere))))).toMatchObject({
      may: 'unknown',
      why: 'runs on instances of a capacity provider whose network is not in the template',
    });
    expect(reach(stack(lambda()))).toMatchObject({ may: 'no' });
  });

  test('may have more memory', () => {
    const text = (more: string): string => stack(lambda(`MemorySize: 32768${more}`), provider('Lambda'));
    expect(readYaml(text(`, ${config('!GetAtt P.Arn')}`)).functions).toMatchObject([{ memoryMb: 32_768 }]);
    expect(refusal(() => readYaml(text(''))).refused).toEqual([
      expect.stringContaining('32768 is not from 128 to 10240'),
    ]);
  });
});
