import { describe, expect, test } from 'vitest';
import { planRoles, type PlanOptions, type PolicyPlan } from '../../../../rehearsal/enforce/index.js';
import { decideForRole, resourceArn, type PolicyFile } from '../../../../rehearsal/policy/index.js';

const PLACE = 'arn:aws:kafka:eu-west-1:111122223333';
const ANYWHERE = 'arn:aws:kafka:*:*:';

function file(path: string, ...statement: object[]): PolicyFile {
  return { path, text: JSON.stringify({ Version: '2012-10-17', Statement: statement }) };
}
const everything = { Effect: 'Allow', Action: 'kafka-cluster:*', Resource: '*' };
const deny = (action: string, rest: object) => ({ Effect: 'Deny', Action: `kafka-cluster:${action}`, ...rest });

/** "WriteData mine1": allowed or denied */
function decided({ rights, cluster: { arn } }: PolicyPlan, right: string): string {
  const [action = '', topic] = right.split(' ');
  const on = topic === undefined ? arn : resourceArn(arn, 'topic', topic);
  return decideForRole(rights[0]!, `kafka-cluster:${action}`, on) === 'allowed' ? 'allowed' : 'denied';
}
const nameIn = ({ cluster }: PolicyPlan): string => cluster.arn.split('/')[1]!;
const notes = ({ remarks }: PolicyPlan): string => remarks.map((one) => `${one.path}: ${one.sentence}`).join('\n');

describe('a cluster that only a limit, a Deny or an exclusion names is chosen', () => {
  const allowOnProd = file('limit.json', { Effect: 'Allow', Action: 'kafka-cluster:*', Resource: `${PLACE}:*/prod/*` });
  test.each<[string, object[], PlanOptions, Record<string, string>]>([
    [
      'Deny',
      [everything, deny('ReadData', { Resource: `${ANYWHERE}topic/prod/*/secret` })],
      {},
      { 'ReadData secret': 'denied', 'ReadData free': 'allowed' },
    ],
    [
      'Deny with NotResource',
      [everything, deny('WriteData', { NotResource: `${PLACE}:topic/prod/*/mine*` })],
      {},
      { 'WriteData mine1': 'allowed', 'WriteData free': 'denied' },
    ],
    [
      'Allow with NotResource',
      [{ Effect: 'Allow', Action: 'kafka-cluster:*', NotResource: `${PLACE}:topic/prod/*/secret*` }],
      {},
      { 'ReadData secret1': 'denied', 'ReadData free': 'allowed' },
    ],
    ['permissions boundary', [everything], { boundaries: [allowOnProd] }, { 'WriteData a': 'allowed' }],
    ['session policy', [everything], { sessionPolicies: [allowOnProd] }, { 'WriteData a': 'allowed' }],
    [
      'service control policy',
      [everything],
      { scps: [file('scp.json', deny('DeleteTopic', { Resource: `${ANYWHERE}topic/prod/*` }))] },
      { 'DeleteTopic a': 'denied', 'WriteData a': 'allowed' },
    ],
    [
      'policy of the cluster',
      [everything],
      { clusterPolicy: file('c.json', deny('*', { Principal: '*', Resource: `${PLACE}:topic/prod/*` })) },
      { 'WriteData a': 'denied', Connect: 'allowed' },
    ],
  ])('%s', (_, statements, options, rights) => {
    const plan = planRoles([file('p.json', ...statements)], options);
    expect(nameIn(plan)).toBe('prod');
    expect(Object.fromEntries(Object.keys(rights).map((right) => [right, decided(plan, right)]))).toEqual(rights);
    expect(notes(plan)).toMatch(/the cluster: its .*name .*taken from .*json.*--cluster-arn sets another one/);
  });

  test('rights of roles count more, and other statements are reported to be about a cluster other than this one', () => {
    const allowed = { Effect: 'Allow', Action: 'kafka-cluster:*', Resource: `${ANYWHERE}*/demo/*` };
    const left = { Resource: `${ANYWHERE}topic/prod/*/secret` };
    const plan = planRoles([
      file('p.json', allowed, deny('ReadData', left), deny('WriteData', { NotResource: `${ANYWHERE}topic/prod/*` })),
    ]);
    expect(nameIn(plan)).toBe('demo');
    expect(notes(plan)).toContain('p.json.Statement[1].Resource: is about a cluster other than');
    expect(notes(plan)).toContain('p.json.Statement[2].NotResource: excludes nothing on');
  });

  test('the first of several is chosen, and the others are reported', () => {
    const [one, two] = ['prod', 'dev'].map((name) => deny('ReadData', { Resource: `${ANYWHERE}topic/${name}/*/a` }));
    const plan = planRoles([file('p.json', everything, one!, two!)]);
    expect(nameIn(plan)).toBe('prod');
    expect(notes(plan)).toContain('p.json.Statement[2].Resource: is about a cluster other than');
  });

  test.each<[string, object, string]>([
    ['a region', { StringEquals: { 'aws:RequestedRegion': 'us-east-2' } }, 'arn:aws:kafka:us-east-2:'],
    ['regions', { StringEquals: { 'aws:RequestedRegion': ['ap-south-1', 'us-east-2'] } }, 'arn:aws:kafka:ap-south-1:'],
    ['an account', { StringLike: { 'aws:ResourceAccount': '999999999999' } }, 'arn:aws:kafka:eu-west-1:999999999999:'],
  ])('a condition on %s', (_, condition, expected) => {
    const plan = planRoles([file('p.json', { ...everything, Condition: condition })]);
    expect(plan.cluster.arn.startsWith(expected), plan.cluster.arn).toBe(true);
    expect(decided(plan, 'Connect')).toBe('allowed');
  });

  test('a denial everywhere except in a region', () => {
    const condition = { StringNotEquals: { 'aws:RequestedRegion': 'us-east-2' } };
    const plan = planRoles([file('p.json', everything)], {
      scps: [file('scp.json', { Effect: 'Deny', Action: '*', Resource: '*', Condition: condition })],
    });
    expect(decided(plan, 'Connect')).toBe('allowed');
  });
});

describe('what is made up', () => {
  test.each([
    ['the name', `${PLACE}:*/demo/*`],
    ['a pattern of names', `${ANYWHERE}*/d*/*`],
    ['the region', 'arn:aws:kafka:eu-west-1:*:*'],
    ['the account', 'arn:aws:kafka:*:111122223333:*'],
  ])('is not a cluster on which everything is denied: %s', (_, resource) => {
    const plan = planRoles([file('p.json', everything, deny('*', { Resource: resource }))]);
    expect(decided(plan, 'Connect')).toBe('allowed');
    expect(decided(plan, 'WriteData a')).toBe('allowed');
    expect(notes(plan)).toContain('is about a cluster other than');
  });

  test.each([
    'arn:aws:kafka:eu-west-1',
    'arn:aws:kafka:us-east-1',
    `${PLACE}:*/demo/*`,
    'arn:aws:kafka:*:111122223333',
  ])('is not a cluster that an Allow leaves out: %s', (left) => {
    const plan = planRoles([file('p.json', { Effect: 'Allow', Action: 'kafka-cluster:*', NotResource: left })]);
    expect(decided(plan, 'Connect')).toBe('allowed');
    expect(decided(plan, 'WriteData a')).toBe('allowed');
  });

  test('a denial of everything everywhere is not avoided', () => {
    expect(decided(planRoles([file('p.json', everything, deny('*', { Resource: '*' }))]), 'Connect')).toBe('denied');
  });

  test('a made-up part on which a policy depends is reported, with its place', () => {
    const plan = planRoles([
      file('p.json', { Effect: 'Allow', Action: 'kafka-cluster:*', Resource: `${PLACE}:*/shop-??/*` }),
    ]);
    expect(notes(plan)).toMatch(/its name is made up, and p\.json\.Statement\[0\]\.Resource asks for it/);
    expect(plan.cluster.askedFor).toEqual([{ part: 'name', paths: ['p.json.Statement[0].Resource'] }]);
  });
});

describe('a star matches several parts of an ARN', () => {
  test.each([`${PLACE}:topic/c*orders`, `${PLACE}:topic/*orders`, `${PLACE}:*orders`, `${PLACE}:topic/*/o*`])(
    '%s',
    (resource) => {
      const plan = planRoles([
        file(
          'vv.json',
          { Effect: 'Allow', Action: 'kafka-cluster:Connect', Resource: `${PLACE}:cluster/c/*` },
          { Effect: 'Allow', Action: 'kafka-cluster:ReadData', Resource: resource },
        ),
      ]);
      expect([nameIn(plan), decided(plan, 'ReadData orders'), plan.remarks]).toEqual(['c', 'allowed', []]);
    },
  );

  test('names that no cluster matches together are refused, with both', () => {
    const on = (resource: string) => ({ Effect: 'Allow', Action: 'kafka-cluster:*', Resource: resource });
    expect(() => planRoles([file('p.json', on(`${PLACE}:cluster/shop-*/*`), on(`${PLACE}:topic/prod/*`))])).toThrow(
      /several clusters: .*shop-\*.*, .*prod/,
    );
  });
});

test.each<[string, string]>([
  ['us-east-1:0123456789012', 'the account "0123456789012" does not have 12 digits'],
  ['region:Account-ID', '"region" is not a region, and the account "Account-ID" does not have 12 digits'],
])('a cluster that cannot exist, as in examples, is refused: %s', (place, sentence) => {
  const statement = {
    Effect: 'Allow',
    Action: 'kafka-cluster:*',
    Resource: `arn:aws:kafka:${place}:cluster/My/uuid-1`,
  };
  expect(() => planRoles([file('p.json', statement)], {})).toThrow(`which cannot exist: ${sentence}`);
});

test.each<[string, string, string]>([
  ['an account', 'arn:aws:kafka:*:topic/shop/*', 'matches nothing: an account id has 12 digits'],
  ['an account', 'arn:aws:kafka:us-east-1:acc*:topic/shop/*/*', 'matches nothing: an account id has 12 digits'],
  ['a region', 'arn:aws:kafka:topic/other*:*', 'matches nothing: "topic/other*" is not a region'],
  ['a region', 'arn:aws:kafka:EU-*:123456789012:topic/other/*', 'matches nothing: "EU-*" is not a region'],
])('a pattern that cannot be %s says nothing about the cluster: %s', (_, resource, sentence) => {
  const cluster = 'arn:aws:kafka:eu-west-1:123456789012:cluster/shop/uuid-1';
  const on = { Effect: 'Allow', Action: 'kafka-cluster:*', Resource: [cluster, resource] };
  const plan = planRoles([file('p.json', on)]);
  expect(plan.cluster.arn).toBe(cluster);
  expect(notes(plan)).toContain(sentence);
});
