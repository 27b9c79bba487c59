import { describe, expect, test } from 'vitest';
import { allExpectedBrokers, expectedBrokersOf } from '../../../rehearsal/plan/expected-brokers.js';
import { reachOf, type Reach } from '../../../rehearsal/plan/reach.js';
import type { ClusterModel, SecurityGroupModel, SecurityRule } from '../../../rehearsal/template/index.js';

const rule = (peer: string, changed: Partial<SecurityRule> = {}): SecurityRule => ({
  protocol: 'tcp',
  fromPort: 9098,
  toPort: 9098,
  peer: peer.startsWith('sg-') ? { kind: 'group', id: peer, isMade: false } : { kind: 'range', text: peer },
  doubts: [],
  ...changed,
});
const group = (id: string, changed: Partial<SecurityGroupModel> = {}): SecurityGroupModel => ({
  logicalId: id.toUpperCase(),
  id,
  partly: false,
  egress: [],
  ingress: [],
  ...changed,
});
const inVpc = { subnets: ['subnet-1'], securityGroups: ['sg-f'], environment: {} };
const cluster: Pick<ClusterModel, 'logicalId' | 'securityGroups' | 'isPublic'> = {
  logicalId: 'Cluster',
  securityGroups: ['sg-b'],
};
const existing = { logicalId: undefined };
const reach = (egress: SecurityRule[], ingress: SecurityRule[], of: Partial<typeof cluster> = {}): Reach =>
  reachOf(inVpc, { ...cluster, ...of }, [group('sg-f', { egress }), group('sg-b', { ingress })]);

describe('rules of both sides', () => {
  test.each<[string, SecurityRule[], SecurityRule[], Reach['may']]>([
    ['by the groups’ ids', [rule('sg-b')], [rule('sg-f')], 'yes'],
    ['by address ranges', [rule('0.0.0.0/0')], [rule('10.0.0.0/16')], 'yes'],
    [
      'everything',
      [rule('0.0.0.0/0', { protocol: '-1', fromPort: undefined, toPort: undefined })],
      [rule('sg-f')],
      'yes',
    ],
    ['a range of ports', [rule('sg-b', { fromPort: 9000, toPort: 9100 })], [rule('sg-f', { protocol: '6' })], 'yes'],
    ['all ports of a protocol', [rule('sg-b', { fromPort: undefined, toPort: undefined })], [rule('sg-f')], 'yes'],
    ['no egress', [], [rule('sg-f')], 'no'],
    ['no ingress', [rule('sg-b')], [], 'no'],
    ['egress to another group', [rule('sg-x')], [rule('sg-f')], 'no'],
    ['ingress from another group', [rule('sg-b')], [rule('sg-x')], 'no'],
    ['egress on another port', [rule('sg-b', { fromPort: 9092, toPort: 9094 })], [rule('sg-f')], 'no'],
    ['ingress on another port', [rule('sg-b')], [rule('sg-f', { fromPort: 9099, toPort: 9200 })], 'no'],
    [
      'CDK’s rule that lets nothing out',
      [rule('255.255.255.255/32', { protocol: 'icmp', fromPort: 252, toPort: 86 })],
      [rule('sg-f')],
      'no',
    ],
    ['an empty list of groups', [{ ...rule('sg-b'), peer: { kind: 'none' } }], [rule('sg-f')], 'no'],
    ['another protocol', [rule('sg-b', { protocol: 'udp' })], [rule('sg-f')], 'no'],
  ])('%s', (_, egress, ingress, may) => expect(reach(egress, ingress).may).toBe(may));

  test('a missing rule is named, with the groups and the port', () => {
    expect(reach([rule('sg-b')], []).why).toBe('no ingress rule of SG-B lets SG-F in to tcp/9098');
    expect(reach([], [rule('sg-f')]).why).toBe('no egress rule of SG-F leads to SG-B, tcp/9098');
    expect(reach([], []).why).toBe(
      'no egress rule of SG-F leads to SG-B, tcp/9098; no ingress rule of SG-B lets SG-F in to tcp/9098',
    );
  });

  test('an address range is not checked, and this is reported', () => {
    expect(reach([rule('sg-b')], [rule('sg-f')]).why).toBe('SG-F may send to SG-B, tcp/9098');
    expect(reach([rule('sg-b')], [rule('192.168.0.0/16')]).why).toContain('if the address ranges of the rules contain');
  });
});

describe('address ranges, if both sides are in one VPC of the template', () => {
  const [functions, brokers] = ['10.0.1.0/24', '10.0.0.0/24'];
  const at = (port: number, egress: string, ingress: string, vpc = 'vpc-1', environment = {}): Reach =>
    reachOf(
      { ...inVpc, environment, addresses: { vpc: 'vpc-1', ranges: [functions] } },
      { ...cluster, addresses: { vpc, ranges: [brokers] } },
      [
        group('sg-f', { egress: [rule(egress, { fromPort: port, toPort: port })] }),
        group('sg-b', { ingress: [rule(ingress, { fromPort: port, toPort: port })] }),
      ],
    );
  const near = (...given: [egress: string, ingress: string]): Reach => at(9098, ...given);

  test.each<[string, string, string, Reach['may'], string]>([
    ['have the other side', '10.0.0.0/16', functions, 'yes', 'SG-F may send to SG-B, tcp/9098'],
    ['do not have the brokers', '10.0.2.0/24', functions, 'no', '10.0.2.0/24 has no address of the subnets of the br'],
    ['do not have the function', '10.0.0.0/16', '10.0.0.0/24', 'no', '10.0.0.0/24 has no address of the subnets of'],
    ['have a part of it', '10.0.0.128/25', functions, 'yes', 'if the address ranges'],
    ['are of IPv6', '::/0', functions, 'yes', 'if the address ranges'],
    ['are prefix lists', 'pl-0123', functions, 'yes', 'if the address ranges'],
  ])('that %s', (_, egress, ingress, may, why) => {
    const reached = near(egress, ingress);
    expect(reached.may).toBe(may);
    expect(reached.why).toContain(why);
    if (!why.includes('ranges')) expect(reached.why).not.toContain('ranges');
  });

  test.each<[string, object, object, Reach['may']]>([
    ['neither side uses it', { isIpv4Only: true }, { isIpv4Only: true }, 'no'],
    ['the function does not use it', { isIpv4Only: true }, {}, 'no'],
    ['the brokers do not have it', {}, { isIpv4Only: true }, 'no'],
    ['both may use it', {}, {}, 'yes'],
  ])('of IPv6 count if both sides use it: %s', (_, own, brokersOf, may) => {
    const all = [
      group('sg-f', { egress: [rule('::/0')] }),
      group('sg-b', { ingress: [rule('2001:db8::/32'), rule('sg-x')] }),
    ];
    const reached = reachOf({ ...inVpc, ...own }, { ...cluster, ...brokersOf }, all);
    expect(reached.may).toBe(may);
    if (may === 'no') expect(reached.why).toContain(': 2001:db8::/32 is of IPv6, and the connection is over IPv4');
  });

  test('a doubtful rule whose range leads nowhere is not asked for', () => {
    const doubts = [{ path: 'P', reason: 'unknown', asks: [] }];
    const own = { ...inVpc, addresses: { vpc: 'v', ranges: [functions] } };
    const reached = reachOf(own, { ...cluster, addresses: { vpc: 'v', ranges: [brokers] } }, [
      group('sg-f', { egress: [rule('10.9.0.0/16', { doubts })] }),
      group('sg-b', { ingress: [rule('sg-f')] }),
    ]);
    expect(reached).toMatchObject({ may: 'no', doubts: [] });
  });

  test('other VPCs, and addresses that are not in the subnets of the brokers, are not compared', () => {
    expect(at(9098, '10.2.0.0/16', '10.2.0.0/16', 'vpc-2').may).toBe('yes');
    const brokersElsewhere = { BROKERS: 'b-1.iam.demo.abc.c2.kafka.eu-west-1.amazonaws.com:14001' };
    expect(at(14_001, '10.2.0.0/16', '10.2.0.0/16', 'vpc-1', brokersElsewhere).may).toBe('yes');
  });
});

describe('unknown values are not guessed', () => {
  test('an existing group may have more rules', () => {
    const egress = [rule('sg-b')];
    expect(reachOf(inVpc, cluster, [group('sg-f', { egress }), group('sg-b', { partly: true })]).may).toBe('unknown');
    const partly = [group('sg-f', { partly: true }), group('sg-b', { ingress: [rule('sg-f')] })];
    expect(reachOf(inVpc, cluster, partly).may).toBe('unknown');
  });

  test('the VPC’s default group, on either side', () => {
    expect(reachOf({ ...inVpc, securityGroups: [] }, cluster, [group('sg-b', { ingress: [rule('sg-f')] })]).may).toBe(
      'unknown',
    );
    const { securityGroups: _, ...inDefaultGroup } = cluster;
    expect(reachOf(inVpc, inDefaultGroup, [group('sg-f', { egress: [rule('0.0.0.0/0')] })]).may).toBe('unknown');
  });

  test('a public cluster', () => expect(reach([], [], { isPublic: true }).may).toBe('unknown'));

  test('a public cluster whose private brokers a function names', () => {
    const named = { environment: { BROKERS: 'b-1.demo.abc.c2.kafka.eu-west-1.amazonaws.com:9098' } };
    const both = { ...cluster, isPublic: true };
    const groups = [group('sg-f', { egress: [rule('sg-b')] }), group('sg-b', { ingress: [rule('sg-f')] })];
    expect(reachOf({ ...named, subnets: [], securityGroups: [] }, both, groups).may).toBe('no');
    expect(reachOf({ ...inVpc, ...named }, both, groups).may).toBe('yes');
    expect(reachOf({ ...inVpc, ...named }, both, [group('sg-f'), group('sg-b')]).may).toBe('no');
  });

  test('an existing cluster: only a function without any egress certainly fails', () => {
    const other = rule('sg-x', { fromPort: 443, toPort: 443 });
    expect(reachOf(inVpc, existing, [group('sg-f', { egress: [rule('sg-x')] })]).may).toBe('unknown');
    expect(reachOf(inVpc, existing, [group('sg-f', { egress: [other] })])).toMatchObject({
      may: 'no',
      why: 'no egress rule of SG-F leads to tcp/9098',
    });
  });
});

test('outside of a VPC: cannot reach the stack’s own cluster, may reach another one', () => {
  const outside = { subnets: [], securityGroups: [], environment: {} };
  expect(reachOf(outside, cluster, []).may).toBe('no');
  expect(reachOf(outside, existing, []).may).toBe('unknown');
});

describe('the ports of the addresses in a function’s variables', () => {
  const address = (host: string, port: number): string => `${host}.demo.abc.c2.kafka.eu-west-1.amazonaws.com:${port}`;
  const named = (...addresses: string[]) => ({ ...inVpc, environment: { BROKERS: addresses.join(',') } });
  const [first, second] = [address('b-1.iam', 14_001), address('b-2.iam', 14_002)];
  const to = (fromPort: number, toPort = fromPort) => [
    group('sg-f', { egress: [rule('0.0.0.0/0', { fromPort, toPort })] }),
  ];
  test.each<[string, string[], SecurityGroupModel[], Reach['may'], string]>([
    ['public', [address('b-1-public', 9198)], to(9198), 'unknown', 'the rules of the brokers’ groups'],
    [
      'public, and 9098 is open',
      [address('b-1-public', 9198)],
      to(9098),
      'no',
      'no egress rule of SG-F leads to tcp/9198',
    ],
    ['inside, and 9198 is open', [address('b-1', 9098)], to(9198), 'no', 'tcp/9098'],
    ['other VPCs', [first, second], to(14_001, 14_100), 'unknown', 'the rules of the brokers’ groups'],
    [
      'other VPCs, and one port is not open',
      [first, second],
      to(14_001),
      'no',
      'no egress rule of SG-F leads to tcp/14002',
    ],
    ['none of a real cluster', ['broker-1.rehearsal.invalid:60981'], to(60_981), 'no', 'tcp/9098'],
  ])('%s', (_, addresses, groups, may, why) => {
    const reached = reachOf(named(...addresses), existing, groups);
    expect(reached.may).toBe(may);
    expect(reached.why).toContain(why);
  });

  test('one of several listeners is enough', () => {
    const both = named(address('b-1', 9098), address('b-1-public', 9198));
    const groups = [group('sg-b', { ingress: [rule('sg-f')] })];
    expect(reachOf(both, cluster, [...to(9098), ...groups])).toMatchObject({ may: 'yes' });
    expect(reachOf(both, cluster, [...to(9099), ...groups]).may).toBe('no');
  });

  test.each<[string, Record<string, string>, 'Cluster' | undefined, Reach['may']]>([
    ['beside those of an existing one', { OWN: address('b-1', 9098) }, undefined, 'unknown'],
    ['beside those that the stack’s gets', { OWN: 'broker-1.rehearsal.invalid:60981' }, 'Cluster', 'yes'],
    ['only, and the stack has its own', {}, 'Cluster', 'yes'],
    ['only, and the rehearsal replaces them', {}, undefined, 'no'],
  ])('addresses of another cluster, %s', (_, own, logicalId, may) => {
    const arn = 'arn:aws:kafka:eu-west-1:111122223333:cluster/demo/uuid-1';
    const reached = logicalId === undefined ? { logicalId, arn } : { ...cluster, logicalId, arn };
    const one = {
      ...inVpc,
      environment: { ...own, OTHER: 'b-1.iam.theirs.abc.c2.kafka.eu-west-1.amazonaws.com:14001' },
    };
    expect(reachOf(one, reached, [...to(9098), group('sg-b', { ingress: [rule('sg-f')] })]).may).toBe(may);
  });

  test.each<[string, readonly string[], SecurityGroupModel[], Reach['may'], string]>([
    ['inside', expectedBrokersOf.private, to(9098), 'unknown', 'the rules of the brokers’ groups'],
    ['inside, and 9198 is open', expectedBrokersOf.private, to(9198), 'no', 'leads to tcp/9098'],
    ['public', expectedBrokersOf.public, to(9198), 'unknown', 'the rules of the brokers’ groups'],
    ['public, and 9098 is open', expectedBrokersOf.public, to(9098), 'no', 'leads to tcp/9198'],
    ['other VPCs', expectedBrokersOf.otherVpc, to(14_001, 14_100), 'unknown', 'the rules of the brokers’ groups'],
    ['other VPCs, and 9098 is open', expectedBrokersOf.otherVpc, to(9098), 'no', 'leads to tcp/14001'],
    ['other VPCs, and one port is not open', expectedBrokersOf.otherVpc, to(14_001), 'no', 'leads to tcp/14002'],
    ['both', allExpectedBrokers, to(9198), 'unknown', 'the rules of the brokers’ groups'],
  ])('the result of GetBootstrapBrokers shows the listener: %s', (_, addresses, groups, may, why) => {
    const reached = reachOf(named(...addresses), existing, groups);
    expect(reached.may).toBe(may);
    expect(reached.why).toContain(why);
  });

  test('the brokers of a cluster of the stack let them in', () => {
    const groups = [group('sg-b', { ingress: [rule('sg-f', { fromPort: 14_001, toPort: 14_002 })] })];
    expect(reachOf(named(first, second), cluster, [...to(14_001, 14_100), ...groups]).may).toBe('yes');
    expect(reachOf(named(first), cluster, [...to(14_001), group('sg-b', { ingress: [rule('sg-f')] })]).why).toBe(
      'no ingress rule of SG-B lets SG-F in to tcp/14001',
    );
  });
});
