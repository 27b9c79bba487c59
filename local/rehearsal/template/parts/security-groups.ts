import { securityGroupId } from '../resolve/kinds.js';
import type { SecurityGroupModel, SecurityRule } from '../model.js';
import type { Resolving } from '../resolve/resolving.js';
import { resourcesOf } from '../resolve/resources.js';
import type { Section } from '../resolve/section.js';

/**
 * What EC2 gives to a group without egress rules. Any egress rule takes its place, also one that is a resource of its
 * own: seen in AWS (aws/aws-cdk#987), and relied on by CDK since.
 */
const everywhere: SecurityRule = { protocol: '-1', fromPort: undefined, toPort: undefined, peer: '0.0.0.0/0' };

/**
 * The groups of these ids, with the rules that stand in them and those that are resources of their own.
 *
 * @param ids those that functions and clusters have
 */
export function readSecurityGroups(resolving: Resolving, ids: readonly string[]): SecurityGroupModel[] {
  const wanted = new Set(ids);
  const made = resourcesOf(resolving, 'AWS::EC2::SecurityGroup').map((group) => ({
    ...group,
    id: securityGroupId(group),
  }));
  const separate = {
    ingress: separateRules(resolving, 'AWS::EC2::SecurityGroupIngress'),
    egress: separateRules(resolving, 'AWS::EC2::SecurityGroupEgress'),
  };
  return [...wanted].map((id) => {
    const group = made.find((candidate) => candidate.id === id);
    const of = (rules: readonly OwnedRule[]): SecurityRule[] => rules.filter(({ owner }) => owner === id).map(ruleOf);
    if (group === undefined) {
      return { logicalId: undefined, id, partly: true, ingress: of(separate.ingress), egress: of(separate.egress) };
    }
    const { logicalId, properties } = group;
    const egress = [...inlineRules(properties.get('SecurityGroupEgress')), ...of(separate.egress)];
    return {
      logicalId,
      id,
      partly: false,
      ingress: [...inlineRules(properties.get('SecurityGroupIngress')), ...of(separate.ingress)],
      egress: egress.length > 0 ? egress : [everywhere],
    };
  });
}

interface OwnedRule {
  readonly owner: string;
  readonly section: Section;
}

function separateRules(resolving: Resolving, type: string): OwnedRule[] {
  return resourcesOf(resolving, type).map(({ properties }) => ({
    owner: properties.get('GroupId').text(),
    section: properties,
  }));
}

function ruleOf({ section }: { readonly section: Section }): SecurityRule {
  const peers = [
    'CidrIp',
    'CidrIpv6',
    'SourceSecurityGroupId',
    'SourcePrefixListId',
    'DestinationSecurityGroupId',
    'DestinationPrefixListId',
  ].map((key) => section.get(key));
  const peer = peers.find(({ present }) => present) ?? section.get('SourceSecurityGroupId');
  return {
    protocol: section.get('IpProtocol').text(),
    fromPort: section.get('FromPort').optionalNumber(),
    toPort: section.get('ToPort').optionalNumber(),
    peer: peer.text(),
  };
}

function inlineRules(section: Section): SecurityRule[] {
  return section.items().map((rule) => ruleOf({ section: rule }));
}
