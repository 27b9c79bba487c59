import { expect, test } from 'vitest';
import { kafkaRole, lambda, readYaml } from './support/kafka-stack.js';

/** The groups that are first have the names of others, and are not created. */
const stack = (rule: string): string => `
Conditions: { Never: !Equals [a, b] }
Resources:
  OtherClients: { Type: AWS::EC2::SecurityGroup, Condition: Never, Properties: { GroupName: clients } }
  OtherBrokers: { Type: AWS::EC2::SecurityGroup, Condition: Never, Properties: { GroupName: Demo-brokers } }
  F: ${lambda('VpcConfig: { SubnetIds: [subnet-1], SecurityGroupIds: [!GetAtt Clients.GroupId] }')}
  R: ${kafkaRole}
  K:
    Type: AWS::MSK::Cluster
    Properties:
      ClusterName: k
      ClientAuthentication: { Sasl: { Iam: { Enabled: true } } }
      BrokerNodeGroupInfo: { SecurityGroups: [!GetAtt Brokers.GroupId] }
  Clients: { Type: AWS::EC2::SecurityGroup, Properties: { GroupName: clients } }
  Brokers: { Type: AWS::EC2::SecurityGroup, Properties: { GroupName: !Sub '\${AWS::StackName}-brokers' } }
  Rule: { Type: AWS::EC2::SecurityGroupIngress, Properties: { IpProtocol: tcp, FromPort: 9098, ToPort: 9098, ${rule} } }
`;

/** The groups from which the brokers' group has a rule. */
function peersOf(rule: string): unknown {
  const { securityGroups } = readYaml(stack(rule));
  const nameOf = new Map(securityGroups.map(({ id, logicalId }) => [id, logicalId]));
  return securityGroups
    .find(({ logicalId }) => logicalId === 'Brokers')
    ?.ingress.map(({ peer }) => {
      if (peer.kind === 'group') return [nameOf.get(peer.id) ?? peer.id, peer.isMade];
      return peer.kind === 'range' ? peer.text : peer.kind;
    });
}

test.each<[string, string, unknown]>([
  ['by id', 'GroupId: !GetAtt Brokers.GroupId, SourceSecurityGroupId: !GetAtt Clients.GroupId', ['Clients', true]],
  [
    'its own group by name',
    'GroupName: Demo-brokers, SourceSecurityGroupId: !GetAtt Clients.GroupId',
    ['Clients', true],
  ],
  ['the other by name', 'GroupId: !GetAtt Brokers.GroupId, SourceSecurityGroupName: clients', ['Clients', true]],
  ['both by name', 'GroupName: Demo-brokers, SourceSecurityGroupName: clients', ['Clients', true]],
  ['by an empty list', 'GroupName: Demo-brokers, SourceSecurityGroupId: []', 'none'],
  ['by an empty list beside a range', 'GroupName: Demo-brokers, SourceSecurityGroupId: [], CidrIp: 10.0.0.0/8', 'none'],
  ['none, but a range', 'GroupName: Demo-brokers, CidrIp: 10.0.0.0/8', '10.0.0.0/8'],
  ...(
    [
      ['CidrIp', '127.0.0.1/32'],
      ['CidrIp', '127.0.0.0/8'],
      ['CidrIp', '255.255.255.255/32'],
      ['CidrIp', '169.254.0.0/16'],
      ['CidrIp', '0.0.0.0/32'],
      ['CidrIp', '224.0.0.0/4'],
      ['CidrIpv6', "'::1/128'"],
      ['CidrIpv6', "'fe80::/10'"],
    ] as const
  ).map(([key, range]): [string, string, unknown] => [
    `none, but ${range}, in which no VPC has addresses`,
    `GroupName: Demo-brokers, ${key}: ${range}`,
    'none',
  ]),
  ['none, but all addresses', 'GroupName: Demo-brokers, CidrIp: 0.0.0.0/0', '0.0.0.0/0'],
  ['none, but a range that only begins there', 'GroupName: Demo-brokers, CidrIp: 126.0.0.0/7', '126.0.0.0/7'],
  ['none, but all addresses of IPv6', "GroupName: Demo-brokers, CidrIpv6: '::/0'", '::/0'],
  ['a group from elsewhere', 'GroupName: Demo-brokers, SourceSecurityGroupName: theirs', ['theirs', false]],
])('a separate rule names groups %s', (_, rule, peer) => {
  expect(peersOf(rule)).toEqual([peer]);
});

test('a rule of a group that no function and no cluster has is not read', () => {
  expect(peersOf('GroupName: others, SourceSecurityGroupName: clients')).toEqual([]);
});

test('groups with the same name, of which an unknown condition chooses one, are both peers', () => {
  const text = stack('GroupName: Demo-brokers, SourceSecurityGroupName: either')
    .replace('Conditions: {', 'Parameters: { U: { Type: String } }\nConditions: { C: !Equals [!Ref U, x],')
    .concat(
      ['One', 'Two']
        .map((id) => `  ${id}: { Type: AWS::EC2::SecurityGroup, Condition: C, Properties: { GroupName: either } }\n`)
        .join(''),
    );
  const { securityGroups } = readYaml(text);
  const ingress = securityGroups.find(({ logicalId }) => logicalId === 'Brokers')?.ingress ?? [];
  expect(new Set(ingress.map(({ peer }) => peer.kind === 'group' && peer.id)).size).toBe(2);
});

test.each(['Ingress', 'Egress'])('a separate rule that is not created may refer to what is not created: %s', (way) => {
  const peer = way === 'Ingress' ? 'Source' : 'Destination';
  const text = stack('GroupName: Demo-brokers, CidrIp: 10.0.0.0/8').concat(
    `  Group: { Type: AWS::EC2::SecurityGroup, Condition: Never }
  Own: { Type: AWS::EC2::SecurityGroup${way}, Condition: Never, Properties: { GroupId: !Ref Group, GroupName: !Ref Group, IpProtocol: tcp, ${peer}SecurityGroupId: !GetAtt Group.GroupId } }\n`,
  );
  expect(readYaml(text).functions).toHaveLength(1);
});
