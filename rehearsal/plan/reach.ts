import { iamAddressesIn, isWithin, meet } from '../template/index.js';
import type { ClusterModel, Doubt, FunctionModel, SecurityGroupModel, SecurityRule } from '../template/index.js';
import { expectedBrokersOf } from './expected-brokers.js';
import { nameBroker, nameCluster } from './named-in-texts.js';

/** Whether a function can reach the brokers over the network, as far as the template shows. */
export interface Reach {
  readonly may: 'yes' | 'no' | 'unknown';
  /** One sentence without its subject, the function. */
  readonly why: string;
  /** Unknown values that would decide it. Empty if it is decided, or if no answer would decide it. */
  readonly doubts: readonly Doubt[];
}

/**
 * The port of MSK’s IAM listener inside of its VPC. It is used if the variables of a function name no other; the public
 * one is used too if the cluster has it.
 */
const IAM_PORT = 9098;
const PUBLIC_IAM_PORT = 9198;
/** From other VPCs each broker has a port of its own: 14001, 14002 and so on. */
const FIRST_OTHER_VPC_PORT = 14_001;
const iamListeners = ['private', 'public', 'otherVpc'] as const;

type ReachingFunction = Pick<
  FunctionModel,
  'subnets' | 'securityGroups' | 'environment' | 'addresses' | 'isIpv4Only' | 'isNetworkElsewhere'
>;
/** Without its ARN, the addresses of every cluster count as its own. */
type ReachedCluster = Pick<
  ClusterModel,
  'logicalId' | 'securityGroups' | 'addresses' | 'isIpv4Only' | 'isPublic' | 'iamLoginOff'
> &
  Partial<Pick<ClusterModel, 'arn'>>;

/**
 * Evaluates the security groups: an egress rule of the function’s groups, and an ingress rule of the brokers’.
 * Address ranges are compared with those of the subnets on the other side, if both sides are in one VPC of the template.
 * Others that a VPC may have, and prefix lists, are assumed to contain the other side; network ACLs and routes of the
 * subnets are not checked. Pure.
 *
 * @param one with the expected brokers in its variables, in place of those of the stack’s cluster
 * @param groups the groups of functions and clusters
 */
export function reachOf(one: ReachingFunction, cluster: ReachedCluster, groups: readonly SecurityGroupModel[]): Reach {
  const reached = listenersOf(one, cluster).map((ports) =>
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
  { arn, logicalId, isPublic = false }: ReachedCluster,
): (readonly number[])[] {
  const named = iamAddressesIn(environment);
  const values = Object.values(environment);
  const standIns = iamListeners.filter((listener) => nameBroker(values, expectedBrokersOf[listener]));
  const own = named.filter(({ address }) => arn === undefined || nameCluster([address], arn));
  // All of them are replaced, so they count for an existing cluster. One of the stack has no other name.
  const counted = own.length > 0 || standIns.length > 0 || (logicalId !== undefined && arn !== undefined) ? own : named;
  const shared = counted.filter(({ hasPortPerBroker }) => !hasPortPerBroker).map(({ port }) => port);
  const perBroker = counted.filter(({ hasPortPerBroker }) => hasPortPerBroker).map(({ port }) => port);
  if (standIns.includes('private')) shared.push(IAM_PORT);
  if (standIns.includes('public')) shared.push(PUBLIC_IAM_PORT);
  if (standIns.includes('otherVpc'))
    perBroker.push(...expectedBrokersOf.otherVpc.map((_, i) => FIRST_OTHER_VPC_PORT + i));
  const listeners = [...new Set(shared)].map((port) => [port]);
  if (perBroker.length > 0) listeners.push([...new Set(perBroker)]);
  if (listeners.length > 0) return listeners;
  return isPublic ? [[IAM_PORT], [PUBLIC_IAM_PORT]] : [[IAM_PORT]];
}

function reachAt(
  port: number,
  one: ReachingFunction,
  cluster: ReachedCluster,
  groups: readonly SecurityGroupModel[],
): Reach {
  const { logicalId, securityGroups: brokerIds, isPublic = false, iamLoginOff } = cluster;
  if (iamLoginOff !== undefined) return { may: 'no', why: `has no listener: ${iamLoginOff}`, doubts: [] };
  if (isPublic && port === PUBLIC_IAM_PORT) {
    return unknown('the cluster is public too, and public access is not checked');
  }
  if (one.isNetworkElsewhere === true) {
    return unknown('runs on instances of a capacity provider whose network is not in the template');
  }
  if (one.subnets.length === 0) {
    return logicalId === undefined
      ? unknown('is outside of a VPC, and whether the cluster can be reached from there is not in the template')
      : { may: 'no', why: 'is outside of the VPC that the brokers are in', doubts: [] };
  }
  const own = groupsOf(one.securityGroups, groups);
  const brokers = groupsOf(brokerIds ?? [], groups);
  const listener = `tcp/${port}`;
  // Public addresses, and those that a cluster has in another VPC, are not in these subnets.
  const isLocal = port === IAM_PORT && one.addresses !== undefined && one.addresses.vpc === cluster.addresses?.vpc;
  // A function without a group has the default group of the VPC, and any group may be that one.
  const isIpv4Only = one.isIpv4Only === true || cluster.isIpv4Only === true;
  const out = wayOf(
    own.flatMap(({ egress }) => egress),
    port,
    brokerIds === undefined ? undefined : brokers,
    { ranges: isLocal ? cluster.addresses.ranges : undefined, isIpv4Only },
  );
  const into = wayOf(
    brokers.flatMap(({ ingress }) => ingress),
    port,
    one.securityGroups.length === 0 ? undefined : own,
    { ranges: isLocal ? one.addresses.ranges : undefined, isIpv4Only },
  );
  const noWayOut = `no egress rule of ${namesOf(own)} leads to ${brokerIds === undefined ? '' : `${namesOf(brokers)}, `}${listener}${missed(out, 'the brokers', cluster)}`;
  const noWayIn = `no ingress rule of ${namesOf(brokers)} lets ${namesOf(own)} in to ${listener}${missed(into, 'the function', one)}`;
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
  const taken = out.certain && into.certain ? '' : ', if the address ranges of the rules contain the other side';
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
  /** Whether a rule that allows it names the groups, or has all addresses of the other side. */
  readonly certain: boolean;
  readonly doubts: readonly Doubt[];
  /** Address ranges of rules that have no address of the other side. */
  readonly missed: readonly string[];
}

/**
 * @param others the groups on the other side; undefined: any group is possible
 */
function wayOf(
  rules: readonly SecurityRule[],
  port: number,
  others: readonly SecurityGroupModel[] | undefined,
  addresses: OtherAddresses,
): Way {
  const missed: string[] = [];
  const ways = rules
    .filter((rule) => isOfPort(rule, port))
    .flatMap(({ peer, doubts }): Pick<Way, 'leads' | 'certain' | 'doubts'>[] => {
      if (peer.kind === 'none') return [];
      if (peer.kind === 'range') {
        const has = rangeHas(peer.text, addresses);
        if (has === 'none') missed.push(peer.text);
        return has === 'none' ? [] : [{ leads: doubts.length === 0 ? 'yes' : 'maybe', certain: has === 'all', doubts }];
      }
      const found = others === undefined || others.some(({ id }) => id === peer.id);
      const open = found ? doubts : [...doubts, ...doubtsAbout(peer, others)];
      if (!found && open.length === doubts.length) return [];
      return [{ leads: open.length === 0 ? 'yes' : 'maybe', certain: true, doubts: open }];
    });
  const sure = ways.filter(({ leads }) => leads === 'yes');
  if (sure.length > 0) return { leads: 'yes', certain: sure.some(({ certain }) => certain), doubts: [], missed };
  if (ways.length === 0) return { leads: 'no', certain: false, doubts: [], missed };
  return { leads: 'maybe', certain: false, doubts: ways.flatMap(({ doubts }) => doubts), missed };
}

/** The addresses on the other side. */
interface OtherAddresses {
  /** Undefined: any address is possible. */
  readonly ranges: readonly string[] | undefined;
  /** Whether the connection is over IPv4. */
  readonly isIpv4Only: boolean;
}

/** Which of the addresses a range has. A prefix list may have any, and so may a range of IPv6 if both sides use IPv6. */
function rangeHas(text: string, { ranges, isIpv4Only }: OtherAddresses): 'all' | 'none' | 'unknown' {
  if (isIpv4Only && isWithin(text, '::/0')) return 'none';
  if (ranges === undefined || !isWithin(text, '0.0.0.0/0')) return 'unknown';
  if (ranges.every((range) => isWithin(range, text))) return 'all';
  return ranges.some((range) => meet(range, text)) ? 'unknown' : 'none';
}

function missed({ missed: texts }: Way, side: string, { addresses }: Pick<ClusterModel, 'addresses'>): string {
  const ofIpv6 = texts.filter((text) => isWithin(text, '::/0'));
  if (ofIpv6.length > 0) return `: ${ofIpv6.join(', ')} is of IPv6, and the connection is over IPv4`;
  if (texts.length === 0 || addresses === undefined) return '';
  return `: ${texts.join(', ')} has no address of the subnets of ${side} (${addresses.ranges.join(', ')})`;
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
