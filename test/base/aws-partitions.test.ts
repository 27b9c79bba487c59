import { expect, test } from 'vitest';
import { ANY_DOMAIN, domainOf, partitionOf, serviceHost } from '../../src/base/aws-partitions.js';

test.each([
  ['eu-west-1', 'aws', 'amazonaws.com'],
  ['cn-north-1', 'aws-cn', 'amazonaws.com.cn'],
  ['us-gov-west-1', 'aws-us-gov', 'amazonaws.com'],
  ['eusc-de-east-1', 'aws-eusc', 'amazonaws.eu'],
  ['us-iso-east-1', 'aws-iso', 'c2s.ic.gov'],
  ['us-isob-east-1', 'aws-iso-b', 'sc2s.sgov.gov'],
  ['eu-isoe-west-1', 'aws-iso-e', 'cloud.adc-e.uk'],
  ['us-isof-south-1', 'aws-iso-f', 'csp.hci.ic.gov'],
])('%s is in %s, with names that end with %s', (region, partition, domain) => {
  expect(partitionOf(region)).toBe(partition);
  expect(domainOf(partition)).toBe(domain);
  expect(serviceHost('kafka', region)).toBe(`kafka.${region}.${domain}`);
  expect(`.${domain}:9098`.match(new RegExp(ANY_DOMAIN))?.[0]).toBe(domain);
});

test('an unknown partition has no known domain', () => {
  expect(domainOf('aws-moon')).toBeUndefined();
});
