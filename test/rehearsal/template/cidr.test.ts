import { expect, test } from 'vitest';
import { cidrs, isWithin, meet } from '../../../rehearsal/template/resolve/cidr.js';

test.each<[string, number, number | undefined, string[]]>([
  ['10.0.0.0/16', 2, 8, ['10.0.0.0/24', '10.0.1.0/24']],
  ['10.0.0.0/16', 1, undefined, ['10.0.0.0/24']],
  ['192.168.255.0/24', 4, 6, ['192.168.255.0/26', '192.168.255.64/26', '192.168.255.128/26', '192.168.255.192/26']],
  ['0.0.0.0/0', 2, 31, ['0.0.0.0/1', '128.0.0.0/1']],
  ['2001:db8::/56', 3, 64, ['2001:db8::/64', '2001:db8:0:1::/64', '2001:db8:0:2::/64']],
  ['::ffff:10.0.0.0/112', 2, 8, ['::ffff:a00:0/120', '::ffff:a00:100/120']],
  ['2001:db8:1:2:3:4:5:0/112', 2, 8, ['2001:db8:1:2:3:4:5:0/120', '2001:db8:1:2:3:4:5:100/120']],
])('%s has %i blocks with %s bits', (block, count, bits, expected) => {
  expect(cidrs(block, count, bits)).toEqual(expected);
});

test.each<[string, number, number, string]>([
  ['10.0.0.0', 1, 8, 'is not a block of addresses'],
  ['10.0.0.300/8', 1, 8, 'is not a block of addresses'],
  ['10.0.0.0/40', 1, 8, 'is not a block of addresses'],
  ['10.0.0.0/24', 2, 8, 'does not have 2 blocks with 8 bits'],
  ['10.0.0.0/30', 1, 8, 'does not have 1 blocks with 8 bits'],
  ['10.0.0.0/8', 257, 8, 'the count must be 1 to 256'],
])('%s with %i blocks of %i bits is a mistake', (block, count, bits, sentence) => {
  expect(cidrs(block, count, bits)).toContain(sentence);
});

test.each<[string, string, boolean]>([
  ['127.0.0.1/32', '127.0.0.0/8', true],
  ['127.0.0.0/8', '127.0.0.0/8', true],
  ['127.0.0.0/7', '127.0.0.0/8', false],
  ['128.0.0.1/32', '127.0.0.0/8', false],
  ['fe80::1/64', 'fe80::/10', true],
  ['fec0::1/64', 'fe80::/10', false],
  ['::1/128', '0.0.0.0/0', false],
  ['::ffff:10.1.0.0/112', '::ffff:a00:0/104', true],
  ['::ffff:11.0.0.0/112', '::ffff:10.0.0.0/104', false],
  ['10.0.0.1', '10.0.0.0/8', false],
  ['an address range', '0.0.0.0/0', false],
])('whether %s is within %s: %s', (block, other, expected) => {
  expect(isWithin(block, other)).toBe(expected);
});

test.each<[string, string, boolean]>([
  ['10.0.0.0/16', '10.0.1.0/24', true],
  ['10.0.1.0/24', '10.0.0.0/16', true],
  ['10.0.1.0/24', '10.0.2.0/24', false],
  ['::/0', '10.0.1.0/24', false],
])('whether %s and %s have a common address: %s', (block, other, expected) => {
  expect(meet(block, other)).toBe(expected);
});
