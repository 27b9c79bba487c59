import type { pubsub_error } from '../../../src/base/error.js';
import { asksOf, isProblem, reasonOf } from '../../problem.js';
import type { Doubt, SecurityGroupModel, SecurityPeer, SecurityRule } from '../model.js';
import { securityGroupId } from '../resolve/kinds.js';
import { declaredOf, type Resource } from '../resolve/resources.js';
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
  return declaredOf(resolving, type).flatMap((resource) => {
    const { lenient } = resource.properties;
    const owners = [...lenient.get('GroupId').ids(), ...idsOfNamed(lenient.get('GroupName'), resolving)];
    return owners.map((owner) => ({ owner, resource }));
  });
}

/** The id of the template's group with a name; the name itself for a group that is not in the template. */
function idsOfNamed(section: Section, resolving: Resolving): string[] {
  const groups = declaredOf(resolving, 'AWS::EC2::SecurityGroup');
  return section.ids().map((name) => {
    const named = groups.find(({ properties }) => properties.lenient.get('GroupName').known() === name);
    return named === undefined ? name : securityGroupId(named);
  });
}

/** None if the stack does not create it; doubtful if that is unknown. */
function separateRule(resource: Resource, resolving: Resolving): SecurityRule[] {
  const { value: isMade, doubt } = attempt(() => resource.isMade());
  if (isMade === false) return [];
  const rule = ruleOf(resource.properties, resolving);
  return [doubt === undefined ? rule : { ...rule, doubts: [...rule.doubts, doubt] }];
}

/** A list of rules. A list that an unknown condition chooses is doubtful as a whole. */
function inlineRules(properties: Section, key: string, resolving: Resolving): SecurityRule[] {
  const { value, doubt } = attempt(() => properties.get(key).each());
  if (value !== undefined) return value.map((section) => ruleOf(section, resolving));
  return properties.lenient
    .get(key)
    .each()
    .map((section) =>
      section.isObject ? ruleOf(section, resolving) : { ...everywhere, doubts: doubt === undefined ? [] : [doubt] },
    );
}

const groupKeys = ['SourceSecurityGroupId', 'DestinationSecurityGroupId'];
const GROUP_NAME = 'SourceSecurityGroupName';
const rangeKeys = ['CidrIp', 'CidrIpv6', 'SourcePrefixListId', 'DestinationPrefixListId'];

function ruleOf(section: Section, resolving: Resolving): SecurityRule {
  const doubts: Doubt[] = [];
  const known = <T>(work: () => T): T | undefined => {
    const { value, doubt } = attempt(work);
    if (doubt !== undefined) doubts.push(doubt);
    return value;
  };
  return {
    protocol: known(() => section.get('IpProtocol').text().toLowerCase()) ?? 'unknown',
    fromPort: known(() => section.get('FromPort').optionalNumber()),
    toPort: known(() => section.get('ToPort').optionalNumber()),
    peer: peerOf(section.lenient, resolving),
    doubts,
  };
}

/** The contents of an address range or a prefix list are not checked, so they may be unknown. */
function peerOf(section: Section, resolving: Resolving): SecurityPeer {
  const group = groupKeys.map((key) => section.get(key)).find(({ present }) => present);
  const [id] = group?.ids() ?? idsOfNamed(section.get(GROUP_NAME), resolving);
  if (id === undefined) {
    const range = rangeKeys.map((key) => section.get(key)).find(({ present }) => present);
    return { kind: 'range', text: range?.known() ?? 'an address range' };
  }
  const isMade = declaredOf(resolving, 'AWS::EC2::SecurityGroup').some((made) => securityGroupId(made) === id);
  return { kind: 'group', id, isMade, doubt: doubtAbout(id, resolving) };
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
