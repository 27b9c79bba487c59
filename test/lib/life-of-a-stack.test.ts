import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { REPOSITORY_ROOT } from '../../lib/function-bundle.js';
import { templateOf, variants, type CfnTemplate } from './support/synthesize.js';

test('a failed deployment keeps the created resources: rollback is off', () => {
  const { rollback } = JSON.parse(readFileSync(join(REPOSITORY_ROOT, 'cdk.json'), 'utf8')) as { rollback?: boolean };
  expect(rollback).toBe(false);
});

/** Whether a resource waits for another one, by what it refers to or by DependsOn. */
function waitsFor(template: CfnTemplate, id: string, other: string, seen = new Set<string>()): boolean {
  if (id === other) return true;
  if (seen.has(id)) return false;
  seen.add(id);
  const text = JSON.stringify(template.Resources[id]);
  return Object.keys(template.Resources)
    .filter((candidate) => candidate !== id && text.includes(`"${candidate}"`))
    .some((candidate) => waitsFor(template, candidate, other, seen));
}

describe.each(['own cluster', 'own cluster, watched'])('while the cluster is being created: %s', (name) => {
  const template = templateOf(variants[name]);
  const idOf = (type: string): string =>
    Object.keys(template.Resources).find((id) => template.Resources[id]?.Type === type) ?? '';
  const cluster = idOf('AWS::MSK::Cluster');

  test('no resource that may fail is created in parallel, because such a failure could not be deleted', () => {
    const beside = Object.keys(template.Resources).filter((id) => !waitsFor(template, id, cluster));
    const types = [...new Set(beside.map((id) => template.Resources[id]?.Type))].sort();
    expect(types).toEqual([
      'AWS::EC2::RouteTable',
      'AWS::EC2::SecurityGroup',
      'AWS::EC2::SecurityGroupEgress',
      'AWS::EC2::SecurityGroupIngress',
      'AWS::EC2::Subnet',
      'AWS::EC2::SubnetRouteTableAssociation',
      'AWS::EC2::VPC',
      // The one that asks for the brokers' addresses: its rights are to be known everywhere when it is needed.
      'AWS::IAM::Role',
      'AWS::Lambda::Function',
      'AWS::Logs::LogGroup',
    ]);
    const functions = beside.filter((id) => template.Resources[id]?.Type === 'AWS::Lambda::Function');
    expect(functions.filter((id) => !id.startsWith('AWS679'))).toEqual([]);
  });
});

describe.each(Object.entries(variants))('%s', (_name, context) => {
  const template = templateOf(context);
  const resources = Object.entries(template.Resources);

  test('retains no resource except topics that are deleted with their cluster', () => {
    const staying = resources.filter(([, { DeletionPolicy }]) => /Retain|Snapshot/.test(DeletionPolicy ?? 'Delete'));
    expect(staying.filter(([, { Type }]) => Type !== 'AWS::MSK::Topic')).toEqual([]);
    const isOwn = resources.some(([, { Type }]) => Type === 'AWS::MSK::Cluster');
    expect(staying).toHaveLength(isOwn ? 2 : 0);
  });

  test('every resource that can have tags has the tag of the stack', () => {
    const untaggable =
      /Association|SecurityGroup(In|E)gress|MSK::Topic|Custom::|CloudWatch::Dashboard|Scheduler::|Events::|EventInvokeConfig|Lambda::Permission|IAM::Policy/;
    const without = resources.filter(
      ([, { Type, Properties }]) =>
        !untaggable.test(Type) && !JSON.stringify(Properties['Tags'] ?? '').includes('easy-pubsub:stack'),
    );
    expect(without.map(([id]) => id)).toEqual([]);
  });
});

test('zones by name are used without a lookup', () => {
  const template = templateOf({ availabilityZones: 'eu-west-1a,eu-west-1c' });
  const zones = Object.values(template.Resources)
    .filter(({ Type }) => Type === 'AWS::EC2::Subnet')
    .map(({ Properties }) => Properties['AvailabilityZone']);
  expect(zones).toEqual(['eu-west-1a', 'eu-west-1c']);
  expect(JSON.stringify(template)).not.toContain('Fn::GetAZs');
});
