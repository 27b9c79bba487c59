import type { pubsub_error } from '../../../src/base/error.js';
import { asksOf, isProblem, reasonOf } from '../../problem.js';
import type { Doubt, SecurityGroupModel, SecurityPeer, SecurityRule } from '../model.js';
import { isWithin } from '../resolve/cidr.js';
import { securityGroupId } from '../resolve/kinds.js';
import { declaredOf, possiblyOf, type Resource } from '../resolve/resources.js';
import type { Resolving } from '../resolve/resolving.js';
import type { Section } from '../resolve/section.js';

/**
 * The rule that EC2 adds to a group without egress rules. Any egress rule replaces it, also one that is a separate
 * resource (seen in AWS: aws/aws-cdk#987; CDK relies on it since).
 */
const everywhere: SecurityRule = {
  protocol: '-1',
  fromPort: undefined,
  toPort: undefined,
  peer: { kind: 'range', text: '0.0.0.0/0' },
  doubts: [],
};

/**
 * The groups with these ids, with their inline rules and the rules that are separate resources. Rules of other groups
 * are not read.
 *
 * @param ids the groups of functions and clusters
 */
export function readSecurityGroups(resolving: Resolving, ids: readonly string[]): SecurityGroupModel[] {
  const wanted = new Set(ids);
  const made = declaredOf(resolving, 'AWS::EC2::SecurityGroup').map((group) => ({
    ...group,
    id: securityGroupId(group),
  }));
  const separate = {
    ingress: separateRules(resolving, 'AWS::EC2::SecurityGroupIngress'),
    egress: separateRules(resolving, 'AWS::EC2::SecurityGroupEgress'),
  };
  return [...wanted].map((id) => {
    const group = made.find((candidate) => candidate.id === id);
    const of = (rules: readonly OwnedRule[]): SecurityRule[] =>
      rules.filter(({ owner }) => owner === id).flatMap(({ resource }) => separateRule(resource, resolving));
    const ingress = of(separate.ingress);
    const egress = of(separate.egress);
    if (group === undefined) {
      return { logicalId: undefined, id, partly: true, ingress, egress, doubt: doubtAbout(id, resolving) };
    }
    const { logicalId, properties } = group;
    const out = [...inlineRules(properties, 'SecurityGroupEgress', resolving), ...egress];
    return {
      logicalId,
      id,
      partly: false,
      ingress: [...inlineRules(properties, 'SecurityGroupIngress', resolving), ...ingress],
      egress: out.length > 0 ? out : [everywhere],
    };
  });
}

interface OwnedRule {
  readonly owner: string;
  readonly resource: Resource;
}

function separateRules(resolving: Resolving, type: string): OwnedRule[] {
  return possiblyOf(resolving, type).flatMap((resource) => {
    const { lenient } = resource.properties;
    const owners = [...lenient.get('GroupId').ids(), ...idsOfNamed(lenient.get('GroupName'), resolving)];
    return owners.map((owner) => ({ owner, resource }));
  });
}

/**
 * The ids of the template's groups with a name, without those that the stack does not create; the name itself for a
 * group that is not in the template. Groups whose conditions exclude each other may have the same name.
 */
function idsOfNamed(section: Section, resolving: Resolving): string[] {
  const groups = possiblyOf(resolving, 'AWS::EC2::SecurityGroup');
  return section.ids().flatMap((name) => {
    const named = groups.filter(({ properties }) => properties.lenient.get('GroupName').known() === name);
    return named.length === 0 ? name : named.map(securityGroupId);
  });
}

/** Doubtful if it is unknown whether the stack creates it. */
function separateRule(resource: Resource, resolving: Resolving): SecurityRule[] {
  const { doubt } = attempt(() => resource.isMade());
  return rulesOf(resource.properties, resolving).map((rule) =>
    doubt === undefined ? rule : { ...rule, doubts: [...rule.doubts, doubt] },
  );
}

/** A list of rules. A list that an unknown condition chooses is doubtful as a whole. */
function inlineRules(properties: Section, key: string, resolving: Resolving): SecurityRule[] {
  const { value, doubt } = attempt(() => properties.get(key).each());
  if (value !== undefined) return value.flatMap((section) => rulesOf(section, resolving));
  return properties.lenient
    .get(key)
    .each()
    .flatMap((section) =>
      section.isObject ? rulesOf(section, resolving) : { ...everywhere, doubts: doubt === undefined ? [] : [doubt] },
    );
}

const groupKeys = ['SourceSecurityGroupId', 'DestinationSecurityGroupId'];
const GROUP_NAME = 'SourceSecurityGroupName';
const rangeKeys = ['CidrIp', 'CidrIpv6', 'SourcePrefixListId', 'DestinationPrefixListId'];

/** A rule for each of its peers. */
function rulesOf(section: Section, resolving: Resolving): SecurityRule[] {
  const doubts: Doubt[] = [];
  const known = <T>(work: () => T): T | undefined => {
    const { value, doubt } = attempt(work);
    if (doubt !== undefined) doubts.push(doubt);
    return value;
  };
  const rule = {
    protocol: known(() => section.get('IpProtocol').text().toLowerCase()) ?? 'unknown',
    fromPort: known(() => section.get('FromPort').optionalNumber()),
    toPort: known(() => section.get('ToPort').optionalNumber()),
    doubts,
  };
  return peersOf(section.lenient, resolving).map((peer) => ({ ...rule, peer }));
}

/**
 * Blocks in which no VPC has addresses: this host, loopback, link-local, multicast, reserved. A rule about 127.0.0.1/32
 * only removes the rule that EC2 would add (CloudFormation user guide, AWS::EC2::SecurityGroup).
 */
const nowhere = ['0.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16', '224.0.0.0/3', '::/127', 'fe80::/10', 'ff00::/8'];

/**
 * The contents of other address ranges and of prefix lists are not checked, so they may be unknown. An address range of
 * `nowhere` is not a way to anywhere, but it is still a rule.
 */
function peersOf(section: Section, resolving: Resolving): SecurityPeer[] {
  const group = groupKeys.map((key) => section.get(key)).find(({ present }) => present);
  const name = section.get(GROUP_NAME);
  if (group === undefined && !name.present) {
    const range = rangeKeys.map((key) => section.get(key)).find(({ present }) => present);
    const text = range?.known() ?? 'an address range';
    return [nowhere.some((block) => isWithin(text, block)) ? { kind: 'none' } : { kind: 'range', text }];
  }
  const ids = group?.ids() ?? idsOfNamed(name, resolving);
  // An empty list of groups is not a way to anywhere, but it is still a rule.
  if (ids.length === 0) return [{ kind: 'none' }];
  const made = declaredOf(resolving, 'AWS::EC2::SecurityGroup').map(securityGroupId);
  return ids.map((id) => ({ kind: 'group', id, isMade: made.includes(id), doubt: doubtAbout(id, resolving) }));
}

function doubtAbout(id: string, { doubtful }: Resolving): Doubt | undefined {
  const error = doubtful.get(id);
  return error === undefined ? undefined : doubtOf(error);
}

function attempt<T>(work: () => T): { readonly value?: T; readonly doubt?: Doubt } {
  try {
    return { value: work() };
  } catch (error) {
    if (!isProblem(error)) throw error;
    return { doubt: doubtOf(error) };
  }
}

function doubtOf(error: pubsub_error): Doubt {
  return { path: String(error.details['path']), reason: reasonOf(error), asks: asksOf(error) };
}
