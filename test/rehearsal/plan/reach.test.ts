import { describe, expect, test } from 'vitest';
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
const inVpc = { subnets: ['subnet-1'], securityGroups: ['sg-f'] };
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
  const outside = { subnets: [], securityGroups: [] };
  expect(reachOf(outside, cluster, []).may).toBe('no');
  expect(reachOf(outside, existing, []).may).toBe('unknown');
});
