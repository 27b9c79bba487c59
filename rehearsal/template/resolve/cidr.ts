import { isIP } from 'node:net';

/** CloudFormation's limit for `Fn::Cidr`. */
const MOST = 256;

/**
 * `Fn::Cidr`: the first blocks of a size within a block.
 *
 * @param hostBits the bits of an address within one block: 8 for a /24 of IPv4. @default 8
 * @returns the blocks, or why there are none, as a sentence without its subject
 */
export function cidrs(block: string, count: number, hostBits = 8): readonly string[] | string {
  const given = blockOf(block);
  if (given === undefined || given.prefix > given.most) return `${JSON.stringify(block)} is not a block of addresses`;
  const { family, most } = given;
  if (!Number.isInteger(count) || count < 1 || count > MOST) return `the count must be 1 to ${MOST}, and is ${count}`;
  const free = most - given.prefix - hostBits;
  if (!Number.isInteger(hostBits) || hostBits < 1 || free < 0 || count > 2 ** free) {
    return `${block} does not have ${count} blocks with ${hostBits} bits for addresses`;
  }
  const size = 2n ** BigInt(hostBits);
  const start = (given.start / size) * size;
  return Array.from({ length: count }, (_, at) => `${textOf(start + BigInt(at) * size, family)}/${most - hostBits}`);
}

/** Whether a block is within another one; false for what is not a block. */
export function isWithin(block: string, other: string): boolean {
  const [inner, outer] = [blockOf(block.trim()), blockOf(other.trim())];
  if (inner === undefined || outer?.family !== inner.family || inner.prefix < outer.prefix) return false;
  const hostBits = BigInt(outer.most - outer.prefix);
  return inner.start >> hostBits === outer.start >> hostBits;
}

/** Whether blocks have a common address; false for what is not a block. */
export function meet(block: string, other: string): boolean {
  return isWithin(block, other) || isWithin(other, block);
}

interface Block {
  readonly family: number;
  /** The bits of an address. */
  readonly most: number;
  readonly start: bigint;
  readonly prefix: number;
}

function blockOf(text: string): Block | undefined {
  const [address = '', prefix = ''] = text.split('/');
  const family = isIP(address);
  if (family === 0 || !/^\d+$/.test(prefix)) return undefined;
  return { family, most: family === 6 ? 128 : 32, start: bitsOf(address, family), prefix: Number(prefix) };
}

function bitsOf(address: string, family: number): bigint {
  if (family === 4) return address.split('.').reduce((sum, part) => sum * 256n + BigInt(part), 0n);
  const [before = '', after] = address.split('::');
  const groups = (text: string | undefined): string[] =>
    text === undefined || text === '' ? [] : text.split(':').flatMap(groupsOf);
  const zeros = Array.from({ length: 8 - groups(before).length - groups(after).length }, () => '0');
  return [...groups(before), ...zeros, ...groups(after)].reduce((sum, part) => sum * 65_536n + BigInt(`0x${part}`), 0n);
}

/** A group of an IPv6 address. Its end may be written as an IPv4 address: two groups. */
function groupsOf(group: string): string[] {
  if (!group.includes('.')) return [group];
  const bits = bitsOf(group, 4);
  return [bits >> 16n, bits & 65_535n].map((part) => part.toString(16));
}

function textOf(bits: bigint, family: number): string {
  if (family === 4) return [24n, 16n, 8n, 0n].map((shift) => String((bits >> shift) & 255n)).join('.');
  const groups = Array.from({ length: 8 }, (_, at) => ((bits >> BigInt((7 - at) * 16)) & 65_535n).toString(16));
  return groups.join(':').replace(/(?:^|:)0(?::0)+(?:$|:)/, '::');
}
