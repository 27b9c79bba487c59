import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { defaultPlace } from '../../../rehearsal/policy/cluster/fill.js';
import { describePlace, loadTemplate, takePlace, type LoadedTemplate } from '../../../rehearsal/template/index.js';

/** A template in its own folder, and CDK's environment of it. */
function loaded(template: unknown, environment?: string, file = 'Orders.template.json'): LoadedTemplate {
  const folder = mkdtempSync(join(tmpdir(), 'take-place-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, file), JSON.stringify(template));
  if (environment !== undefined) {
    const artifacts = {
      Tree: { type: 'cdk:tree', properties: { file: 'tree.json' } },
      Other: { type: 'aws:cloudformation:stack', environment: 'aws://1/eu-north-1', properties: { templateFile: 'x' } },
      Orders: { type: 'aws:cloudformation:stack', environment, properties: { templateFile: file, stackName: 'prod' } },
    };
    writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ version: '48.0.0', artifacts }));
  }
  return loadTemplate(join(folder, file));
}

const cluster = (region: string, account: string): string => `arn:aws:kafka:${region}:${account}:cluster/a/b`;
const WEST = cluster('us-west-2', '123456789012');
const resources = (...values: unknown[]): unknown => ({ Resources: { R: { Type: 'T', Properties: { values } } } });

test('an option has priority over the manifest, and the manifest over ARNs', () => {
  const one = loaded(resources(WEST), 'aws://222222222222/eu-north-1');
  expect(takePlace(one, { region: 'ap-south-1', account: '333333333333' })).toEqual({
    region: 'ap-south-1',
    account: '333333333333',
    taken_from: { region: 'option', account: 'option' },
  });
  expect(takePlace(one)).toEqual({
    region: 'eu-north-1',
    account: '222222222222',
    taken_from: { region: 'manifest', account: 'manifest' },
  });
  expect(takePlace(loaded(resources(WEST)))).toMatchObject({ region: 'us-west-2', account: '123456789012' });
});

test('region and account separately: one from the manifest, the other from an option', () => {
  const one = loaded(resources(WEST), 'aws://unknown-account/eu-north-1');
  expect(takePlace(one)).toEqual({
    region: 'eu-north-1',
    account: '123456789012',
    taken_from: { region: 'manifest', account: 'cluster_arn' },
  });
  expect(takePlace(loaded({ Resources: {} }, 'aws://unknown-account/unknown-region'), { region: 'us-east-1' })).toEqual(
    {
      region: 'us-east-1',
      account: defaultPlace.account,
      taken_from: { region: 'option', account: 'default' },
    },
  );
});

test.each([
  ['a whole ARN', WEST],
  ['an ARN without its last field', 'arn:aws:kafka:us-west-2:123456789012'],
  ['all resources of an account', 'arn:aws:kafka:us-west-2:123456789012:*'],
  ['all kinds of resources', 'arn:aws:kafka:us-west-2:123456789012:*/demo/*'],
  ['Fn::Sub', { 'Fn::Sub': 'arn:${AWS::Partition}:kafka:us-west-2:123456789012:topic/a/b/*' }],
  [
    'Fn::Join around the partition',
    { 'Fn::Join': ['', ['arn:', { Ref: 'P' }, ':kafka:us-west-2:123456789012:group/*']] },
  ],
  [
    'two ARNs that each have one of the two',
    [
      { 'Fn::Sub': 'arn:aws:kafka:${AWS::Region}:123456789012:topic/a/b/*' },
      { 'Fn::Join': ['', ['arn:aws:kafka:us-west-2:', { Ref: 'AWS::AccountId' }, ':topic/a/b/*']] },
    ],
  ],
  ['Fn::Join around the region', [WEST, { 'Fn::Join': ['', ['a:kafka:', { Ref: 'R' }, ':123456789012:topic/a/b/*']] }]],
])('literal ARNs of MSK: %s', (_, value) => {
  expect(takePlace(loaded(resources(value)))).toMatchObject({
    region: 'us-west-2',
    account: '123456789012',
    taken_from: { region: 'cluster_arn', account: 'cluster_arn' },
  });
});

test('ARNs that do not agree, and those of other services, are ignored', () => {
  const differing = resources(WEST, cluster('eu-north-1', '123456789012'), 'arn:aws:sqs:us-east-1:999999999999:q');
  expect(takePlace(loaded(differing))).toEqual({
    region: defaultPlace.region,
    account: '123456789012',
    taken_from: { region: 'default', account: 'cluster_arn' },
  });
});

test('a parameter counts with its value', () => {
  const template = { Parameters: { ClusterArn: { Type: 'String', Default: WEST } }, Resources: {} };
  expect(takePlace(loaded(template)).region).toBe('us-west-2');
  const parameters = { ClusterArn: cluster('eu-north-1', '222222222222') };
  expect(takePlace(loaded(template), { parameters })).toMatchObject({ region: 'eu-north-1', account: '222222222222' });
});

test('described in one sentence, with its source', () => {
  expect(describePlace(takePlace(loaded({ Resources: {} }, 'aws://222222222222/eu-north-1')))).toBe(
    'eu-north-1 and account 222222222222 (from manifest.json)',
  );
  expect(describePlace(takePlace(loaded({ Resources: {} }), { region: 'us-east-1' }))).toMatch(
    /^us-east-1 \(from the option\) and account 111122223333 \(made up\)/,
  );
});

test.each([
  ['m_timeout.template.json', 'm-timeout'],
  ['My stack (new).yaml', 'My-stack--new-'],
  ['2nd.json', 'Stack-2nd'],
  [`${'a'.repeat(200)}.json`, 'a'.repeat(128)],
])('a stack is not refused for its file’s name: %s', (file, name) => {
  expect(loaded({ Resources: {} }, undefined, file).name).toBe(name);
});

test('the region is taken from addresses of brokers if no ARN has it', () => {
  const variables = { CFG: '{"b":"b-1.prod.x1y2z3.c4.kafka.us-east-1.amazonaws.com:9098"}' };
  expect(describePlace(takePlace(loaded({ Resources: { F: { variables } } })))).toMatch(
    /^us-east-1 \(from its addresses of brokers\) and account 111122223333 \(made up\)/,
  );
  const elsewhere = { CFG: 'b-1.prod.x1y2z3.c4.kafka.eusc-de-east-1.amazonaws.eu:9098' };
  expect(takePlace(loaded({ Resources: { F: { elsewhere } } })).region).toBe('eusc-de-east-1');
  const arn = 'arn:aws:kafka:eu-north-1:*:topic/*';
  expect(takePlace(loaded({ Resources: { F: { variables, arn } } })).region).toBe('eu-north-1');
});

test('a stack has the name that CDK gave to it', () => {
  expect(loaded({ Resources: {} }, 'aws://unknown-account/unknown-region').name).toBe('prod');
});

test('another file with the name of a manifest is ignored', () => {
  const folder = mkdtempSync(join(tmpdir(), 'take-place-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'Orders.json'), '{"Resources":{}}');
  for (const text of ['{"name":"an app"}', 'not JSON', '[]']) {
    writeFileSync(join(folder, 'manifest.json'), text);
    expect(loadTemplate(join(folder, 'Orders.json'))).toMatchObject({ name: 'Orders', manifest: {} });
  }
});

describe('sources with a lower priority', () => {
  const allow = (condition: object, more: object = {}): object => ({
    R: {
      Type: 'AWS::IAM::Role',
      Statement: [{ Effect: 'Allow', Action: 'kafka-cluster:*', Resource: '*', Condition: condition, ...more }],
    },
  });
  const here = { 'aws:RequestedRegion': 'us-west-2', 'aws:ResourceAccount': '222222222222' };
  const placeOf = (resources: object, more: object = {}): string => {
    const { region, account, taken_from } = takePlace(loaded({ Resources: resources, ...more }));
    return `${region} ${taken_from.region} ${account} ${taken_from.account}`;
  };
  const unsaid = 'eu-west-1 default 111122223333 default';
  const said = 'us-west-2 conditions 222222222222 conditions';

  test.each<[string, object, string]>([
    ['a condition of an Allow', allow({ StringEquals: here }), said],
    ['a Deny of all others', allow({ StringNotEqualsIfExists: here }, { Effect: 'Deny' }), said],
    ['a policy that is a text', { P: JSON.stringify({ Statement: allow({ StringLike: here })['R' as never] }) }, said],
    [
      'several regions, the usual one not among them',
      allow({ StringEquals: { 'aws:requestedregion': ['eu-central-1', 'us-west-2'] } }),
      'eu-central-1 conditions 111122223333 default',
    ],
    [
      'several regions, the usual one among them',
      allow({ StringEquals: { 'aws:RequestedRegion': ['us-west-2', 'eu-west-1'] } }),
      'eu-west-1 conditions 111122223333 default',
    ],
    ['not a Deny of these', allow({ StringEquals: here }, { Effect: 'Deny' }), unsaid],
    ['not what is about another service', allow({ StringEquals: here }, { Action: 's3:*' }), unsaid],
    ['not what is not known', allow({ StringEquals: { 'aws:RequestedRegion': { Ref: 'AWS::Region' } } }), unsaid],
    ['not a pattern', allow({ StringLike: { 'aws:RequestedRegion': 'us-*' } }), unsaid],
  ])('%s', (_, resources, expected) => {
    expect(placeOf(resources)).toBe(expected);
  });

  test('conditions that do not agree are ignored; ARNs have priority over them', () => {
    const other = { StringEquals: { 'aws:RequestedRegion': 'eu-north-1' } };
    expect(placeOf({ a: allow({ StringEquals: here }), b: allow(other) })).toBe(
      'eu-west-1 default 222222222222 conditions',
    );
    const arn = 'arn:aws:kafka:ap-south-1:333333333333:cluster/c/u';
    expect(placeOf({ a: allow({ StringEquals: here }), arn })).toBe('ap-south-1 cluster_arn 333333333333 cluster_arn');
  });

  test('mappings by region', () => {
    const byRegion = (...regions: string[]): object => ({
      Mappings: { Images: Object.fromEntries(regions.map((region) => [region, { a: 'b' }])), Sizes: { small: {} } },
    });
    expect(placeOf({}, byRegion('us-east-1', 'us-west-2'))).toBe('us-east-1 mappings 111122223333 default');
    expect(placeOf({}, byRegion('us-east-1', 'eu-west-1'))).toBe('eu-west-1 mappings 111122223333 default');
    expect(placeOf(allow({ StringEquals: here }), byRegion('us-east-1'))).toBe(said);
  });
});
