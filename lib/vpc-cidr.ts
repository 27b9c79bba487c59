/**
 * Why a range is refused as that of a VPC with brokers in up to three zones. `ipaddr.js` and the like parse ranges, but
 * do not report what is wrong with one that AWS would refuse.
 */
export function vpcCidrProblem(cidr: string): string | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(cidr);
  const [a, b, c, d, bits] = (match ?? []).slice(1).map(Number);
  if (a === undefined || b === undefined || c === undefined || d === undefined || bits === undefined) {
    return 'it takes an IPv4 range such as 10.42.0.0/16';
  }
  if ([a, b, c, d].some((part) => part > 255)) return 'a number is above 255';
  if (bits < 16) return 'the range is larger than a VPC may be (/16)';
  if (bits > 25) {
    return 'the range is too small: each zone needs 27 addresses for brokers, network interfaces and AWS; /25 is the smallest';
  }
  const address = ((a * 256 + b) * 256 + c) * 256 + d;
  const size = 2 ** (32 - bits);
  if (address % size === 0) return undefined;
  // CDK would silently use the next range that starts at such an address.
  const first = address - (address % size);
  const aligned = [24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256).join('.');
  return `the address is inside a range; the range is ${aligned}/${bits}`;
}
