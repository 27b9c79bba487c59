import type { ClusterModel, FunctionModel, SecurityGroupModel, SecurityRule } from '../template/index.js';

/** Whether a function’s packets would get to the brokers, as far as the template says. */
export interface Reach {
  readonly may: 'yes' | 'no' | 'unknown';
  /** One sentence without its subject, the function. */
  readonly why: string;
}

/** MSK’s listener for IAM inside of its VPC. */
const IAM_PORT = 9098;

/**
 * What the security groups say: a rule out of the function’s groups, and one into the brokers’. Address ranges and
 * prefix lists are taken to hold the other side; the subnets’ own rules and routes are not looked at. Pure.
 *
 * @param groups those that functions and clusters have
 */
export function reachOf(
  one: Pick<FunctionModel, 'subnets' | 'securityGroups'>,
  cluster: Pick<ClusterModel, 'logicalId' | 'securityGroups' | 'isPublic'>,
  groups: readonly SecurityGroupModel[],
): Reach {
  const { logicalId, securityGroups: brokerIds, isPublic = false } = cluster;
  if (isPublic) return unknown('the cluster is public too, and that way in is not looked at');
  if (one.subnets.length === 0) {
    return logicalId === undefined
      ? unknown('is outside of a VPC, and whether the cluster can be reached from there is not in the template')
      : { may: 'no', why: 'is outside of the VPC that the brokers are in' };
  }
  // Without a group of its own it has the VPC's, and any might be that.
  const ownIds = one.securityGroups.length === 0 ? undefined : one.securityGroups;
  const own = groupsOf(one.securityGroups, groups);
  const brokers = groupsOf(brokerIds ?? [], groups);
  const listener = `tcp/${IAM_PORT}`;
  const out = own.flatMap(({ egress }) => egress).filter((rule) => leadsTo(rule, brokerIds));
  const into = brokers.flatMap(({ ingress }) => ingress).filter((rule) => leadsTo(rule, ownIds));
  const noWayOut = `no egress rule of ${namesOf(own)} leads to ${brokerIds === undefined ? '' : `${namesOf(brokers)}, `}${listener}`;
  const noWayIn = `no ingress rule of ${namesOf(brokers)} lets ${namesOf(own)} in to ${listener}`;
  const missing = [
    ...(out.length === 0 && isKnown(own) ? [noWayOut] : []),
    ...(brokerIds !== undefined && into.length === 0 && isKnown(brokers) ? [noWayIn] : []),
  ];
  if (missing.length > 0) return { may: 'no', why: missing.join('; ') };
  if (out.length === 0) return unknown(`${noWayOut} in the template, which may not say all`);
  if (brokerIds === undefined) return unknown('the rules of the brokers’ groups are not in the template');
  if (into.length === 0) return unknown(`${noWayIn} in the template, which may not say all`);
  const byGroup = [out, into].every((rules) => rules.some(({ peer }) => peer.startsWith('sg-')));
  const taken = byGroup ? '' : ', when the address ranges of the rules hold the other side';
  return { may: 'yes', why: `${namesOf(own)} may send to ${namesOf(brokers)}, ${listener}${taken}` };
}

function unknown(why: string): Reach {
  return { may: 'unknown', why };
}

function groupsOf(ids: readonly string[], groups: readonly SecurityGroupModel[]): SecurityGroupModel[] {
  return groups.filter(({ id }) => ids.includes(id));
}

/** Whether all rules are in the template. Without a group, EC2 takes the VPC’s own. */
function isKnown(groups: readonly SecurityGroupModel[]): boolean {
  return groups.length > 0 && groups.every(({ partly }) => !partly);
}

function namesOf(groups: readonly SecurityGroupModel[]): string {
  return groups.length === 0
    ? 'the VPC’s default group'
    : groups.map(({ logicalId, id }) => logicalId ?? id).join(', ');
}

/** @param ids of the groups on the other side; undefined: any might be meant */
function leadsTo({ protocol, fromPort, toPort, peer }: SecurityRule, ids: readonly string[] | undefined): boolean {
  if (protocol !== '-1') {
    if (protocol !== 'tcp' && protocol !== '6') return false;
    if ((fromPort ?? 0) > IAM_PORT || (toPort ?? 65_535) < IAM_PORT) return false;
  }
  return ids === undefined || !peer.startsWith('sg-') || ids.includes(peer);
}
