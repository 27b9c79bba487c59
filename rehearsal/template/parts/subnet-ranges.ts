import { isProblem } from '../../problem.js';
import type { SubnetRanges } from '../model.js';
import { isWithin } from '../resolve/cidr.js';
import { subnetId, vpcId } from '../resolve/kinds.js';
import { possiblyOf, type Resource } from '../resolve/resources.js';
import type { Resolving } from '../resolve/resolving.js';
import type { Section } from '../resolve/section.js';

/**
 * The IPv4 ranges of subnets of the template, if all of them are of one VPC of the template, and their ranges or that
 * of the VPC are known.
 *
 * @param subnets the property with their ids
 */
export function subnetRanges(subnets: () => Section, resolving: Resolving): SubnetRanges | undefined {
  const ids = knownTexts(subnets);
  if (ids === undefined || ids.length === 0) return undefined;
  const made = possiblyOf(resolving, 'AWS::EC2::Subnet');
  const vpcs = possiblyOf(resolving, 'AWS::EC2::VPC');
  const found = ids.map((id) => {
    const subnet = made.find((one) => subnetId(one) === id);
    const ofSubnet = subnet?.properties.lenient.get('VpcId').known();
    const vpc = vpcs.find((one) => vpcId(one) === ofSubnet);
    if (subnet === undefined || vpc === undefined) return undefined;
    const own = blockOf(subnet);
    return { vpc: vpcId(vpc), ranges: own === undefined ? rangesOfVpc(vpc, resolving) : [own] };
  });
  const [first] = found;
  if (first === undefined || found.some((one) => one?.vpc !== first.vpc)) return undefined;
  const ranges = found.map((one) => one?.ranges);
  if (!ranges.every((one) => one !== undefined)) return undefined;
  return { vpc: first.vpc, ranges: [...new Set(ranges.flat())] };
}

/** Undefined if one of its blocks is unknown. */
function rangesOfVpc(vpc: Resource, resolving: Resolving): string[] | undefined {
  const more = possiblyOf(resolving, 'AWS::EC2::VPCCidrBlock').filter(({ properties }) => {
    const owner = properties.lenient.get('VpcId').known();
    // A block of IPv6 has no addresses of IPv4.
    return (owner === undefined || owner === vpcId(vpc)) && !properties.keys.some((key) => /ipv6/i.test(key));
  });
  const blocks = [vpc, ...more].map(blockOf);
  return blocks.every((block) => block !== undefined) ? blocks : undefined;
}

function blockOf({ properties }: Resource): string | undefined {
  const block = properties.lenient.get('CidrBlock').known();
  return block !== undefined && isWithin(block, '0.0.0.0/0') ? block : undefined;
}

function knownTexts(section: () => Section): string[] | undefined {
  try {
    return section().texts();
  } catch (error) {
    if (!isProblem(error)) throw error;
    return undefined;
  }
}
