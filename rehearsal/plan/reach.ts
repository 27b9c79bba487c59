import { iamAddressesIn } from '../template/index.js';
import type { ClusterModel, Doubt, FunctionModel, SecurityGroupModel, SecurityRule } from '../template/index.js';
import { expectedBrokers } from './expected-brokers.js';
import { nameBroker, nameCluster } from './named-in-texts.js';

/** Whether a function can reach the brokers over the network, as far as the template shows. */
export interface Reach {
  readonly may: 'yes' | 'no' | 'unknown';
  /** One sentence without its subject, the function. */
  readonly why: string;
  /** Unknown values that would decide it. Empty if it is decided, or if no answer would decide it. */
  readonly doubts: readonly Doubt[];
}

/** The port of MSK’s IAM listener inside of its VPC. It is used if the variables of a function name no other. */
const IAM_PORT = 9098;

type ReachingFunction = Pick<FunctionModel, 'subnets' | 'securityGroups' | 'environment'>;
/** Without its ARN, the addresses of every cluster count as its own. */
type ReachedCluster = Pick<ClusterModel, 'logicalId' | 'securityGroups' | 'isPublic' | 'iamLoginOff'> &
  Partial<Pick<ClusterModel, 'arn'>>;

/**
 * Evaluates the security groups: an egress rule of the function’s groups, and an ingress rule of the brokers’.
 * Address ranges that a VPC may have and prefix lists are assumed to contain the other side; network ACLs and routes of
 * the subnets are not checked. Pure.
 *
 * @param groups the groups of functions and clusters
 * @param brokers the addresses that variables have in place of those of the stack’s cluster
 */
export function reachOf(
  one: ReachingFunction,
  cluster: ReachedCluster,
  groups: readonly SecurityGroupModel[],
  brokers: readonly string[] = expectedBrokers,
): Reach {
  const reached = listenersOf(one, cluster, brokers).map((ports) =>
    firstOf(
      ['no', 'unknown', 'yes'],
      ports.map((port) => reachAt(port, one, cluster, groups)),
    ),
  );
  // Any listener is enough.
  return firstOf(['yes', 'unknown', 'no'], reached);
}

/** The first of the results with the first of these answers that there is. */
function firstOf(answers: readonly Reach['may'][], all: readonly Reach[]): Reach {
  const [found] = answers.flatMap((may) => all.filter((reach) => reach.may === may));
  if (found === undefined) throw new RangeError('no listener, or no port of one');
  return found;
}

/** The listeners that a function's variables name, with the ports of each: a client needs all ports of a listener. */
function listenersOf(
  { environment }: ReachingFunction,
  { arn, logicalId }: ReachedCluster,
  brokers: readonly string[],
): (readonly number[])[] {
  const named = iamAddressesIn(environment);
  const isStandIn = nameBroker(Object.values(environment), brokers);
  const own = named.filter(({ address }) => arn === undefined || nameCluster([address], arn));
  // All of them are replaced, so they count for an existing cluster. One of the stack has no other name.
  const counted = own.length > 0 || isStandIn || (logicalId !== undefined && arn !== undefined) ? own : named;
  const shared = counted.filter(({ hasPortPerBroker }) => !hasPortPerBroker).map(({ port }) => port);
  const perBroker = counted.filter(({ hasPortPerBroker }) => hasPortPerBroker).map(({ port }) => port);
  const listeners = [...new Set([...(isStandIn ? [IAM_PORT] : []), ...shared])].map((port) => [port]);
  if (perBroker.length > 0) listeners.push(perBroker);
  return listeners.length > 0 ? listeners : [[IAM_PORT]];
}

function reachAt(
  port: number,
  one: ReachingFunction,
  cluster: ReachedCluster,
  groups: readonly SecurityGroupModel[],
): Reach {
  const { logicalId, securityGroups: brokerIds, isPublic = false, iamLoginOff } = cluster;
  if (iamLoginOff !== undefined) return { may: 'no', why: `has no listener: ${iamLoginOff}`, doubts: [] };
  if (isPublic) return unknown('the cluster is public too, and public access is not checked');
  if (one.subnets.length === 0) {
    return logicalId === undefined
      ? unknown('is outside of a VPC, and whether the cluster can be reached from there is not in the template')
      : { may: 'no', why: 'is outside of the VPC that the brokers are in', doubts: [] };
  }
  const own = groupsOf(one.securityGroups, groups);
  const brokers = groupsOf(brokerIds ?? [], groups);
  const listener = `tcp/${port}`;
  // A function without a group has the default group of the VPC, and any group may be that one.
  const out = wayOf(
    own.flatMap(({ egress }) => egress),
    port,
    brokerIds === undefined ? undefined : brokers,
  );
  const into = wayOf(
    brokers.flatMap(({ ingress }) => ingress),
    port,
    one.securityGroups.length === 0 ? undefined : own,
  );
  const noWayOut = `no egress rule of ${namesOf(own)} leads to ${brokerIds === undefined ? '' : `${namesOf(brokers)}, `}${listener}`;
  const noWayIn = `no ingress rule of ${namesOf(brokers)} lets ${namesOf(own)} in to ${listener}`;
  const missing = [
    ...(out.leads === 'no' && isKnown(own) ? [noWayOut] : []),
    ...(brokerIds !== undefined && into.leads === 'no' && isKnown(brokers) ? [noWayIn] : []),
  ];
  if (missing.length > 0) return { may: 'no', why: missing.join('; '), doubts: [] };
  const doubts = [
    ...(out.leads === 'maybe' && isKnown(own) ? out.doubts : []),
    ...(brokerIds !== undefined && into.leads === 'maybe' && isKnown(brokers) ? into.doubts : []),
  ];
  if (doubts.length > 0) return { may: 'unknown', why: doubts.map(({ reason }) => reason).join('; '), doubts };
  if (out.leads !== 'yes') return unknown(`${noWayOut} in the template, and there may be others outside of it`);
  if (brokerIds === undefined) return unknown('the rules of the brokers’ groups are not in the template');
  if (into.leads !== 'yes') return unknown(`${noWayIn} in the template, and there may be others outside of it`);
  const taken = out.byGroup && into.byGroup ? '' : ', if the address ranges of the rules contain the other side';
  return { may: 'yes', why: `${namesOf(own)} may send to ${namesOf(brokers)}, ${listener}${taken}`, doubts: [] };
}

function unknown(why: string): Reach {
  return { may: 'unknown', why, doubts: [] };
}

function groupsOf(ids: readonly string[], groups: readonly SecurityGroupModel[]): SecurityGroupModel[] {
  return groups.filter(({ id }) => ids.includes(id));
}

/** Whether all rules are in the template. Without a group, EC2 uses the VPC’s default group. */
function isKnown(groups: readonly SecurityGroupModel[]): boolean {
  return groups.length > 0 && groups.every(({ partly }) => !partly);
}

function namesOf(groups: readonly SecurityGroupModel[]): string {
  return groups.length === 0
    ? 'the VPC’s default group'
    : groups.map(({ logicalId, id }) => logicalId ?? id).join(', ');
}

interface Way {
  readonly leads: 'yes' | 'maybe' | 'no';
  /** Whether a rule that allows it names the groups. */
  readonly byGroup: boolean;
  readonly doubts: readonly Doubt[];
}

/** @param others the groups on the other side; undefined: any group is possible */
function wayOf(rules: readonly SecurityRule[], port: number, others: readonly SecurityGroupModel[] | undefined): Way {
  const ways = rules
    .filter((rule) => isOfPort(rule, port))
    .flatMap(({ peer, doubts }): Way[] => {
      if (peer.kind === 'none') return [];
      if (peer.kind === 'range') return [{ leads: doubts.length === 0 ? 'yes' : 'maybe', byGroup: false, doubts }];
      const found = others === undefined || others.some(({ id }) => id === peer.id);
      const open = found ? doubts : [...doubts, ...doubtsAbout(peer, others)];
      if (!found && open.length === doubts.length) return [];
      return [{ leads: open.length === 0 ? 'yes' : 'maybe', byGroup: true, doubts: open }];
    });
  const sure = ways.filter(({ leads }) => leads === 'yes');
  if (sure.length > 0) return { leads: 'yes', byGroup: sure.some(({ byGroup }) => byGroup), doubts: [] };
  if (ways.length === 0) return { leads: 'no', byGroup: false, doubts: [] };
  return { leads: 'maybe', byGroup: false, doubts: ways.flatMap(({ doubts }) => doubts) };
}

/**
 * The unknown values that decide whether a group of a rule is one of the others. A group that the stack creates gets
 * a new id, so it cannot be an existing group.
 */
function doubtsAbout(peer: SecurityRule['peer'] & { kind: 'group' }, others: readonly SecurityGroupModel[]): Doubt[] {
  const existing = others.filter(({ logicalId }) => logicalId === undefined);
  if (peer.isMade || existing.length === 0) return [];
  const own = peer.doubt === undefined ? [] : [peer.doubt];
  return [...own, ...existing.flatMap(({ doubt }) => (doubt === undefined ? [] : [doubt]))];
}

/** A rule with unknown ports may include this port. */
function isOfPort({ protocol, fromPort, toPort }: SecurityRule, port: number): boolean {
  if (protocol === '-1' || protocol === 'all' || protocol === 'unknown') return true;
  if (protocol !== 'tcp' && protocol !== '6') return false;
  return (fromPort ?? 0) <= port && (toPort ?? 65_535) >= port;
}
