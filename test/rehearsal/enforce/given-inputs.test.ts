import { describe, expect, test } from 'vitest';
import { planRoles, type PlanOptions } from '../../../rehearsal/enforce/index.js';
import { decideForRole, openKeys, resourceArn, type PolicyFile } from '../../../rehearsal/policy/index.js';
import { patient } from '../../support/patience.js';

const PLACE = 'arn:aws:kafka:eu-west-1:123456789012';
const CLUSTER = `${PLACE}:cluster/shop/11111111-2222-3333-4444-555555555555-1`;
const topic = (name: string): string => resourceArn(CLUSTER, 'topic', name);

function file(...statement: object[]): PolicyFile {
  return { path: 'p.json', text: JSON.stringify({ Version: '2012-10-17', Statement: statement }) };
}
const allow = (action: string, resource: string | string[]) => ({
  Effect: 'Allow',
  Action: `kafka-cluster:${action}`,
  Resource: resource,
});
const notes = (files: PolicyFile[], options?: PlanOptions): string[] =>
  planRoles(files, options).remarks.map(({ path, sentence }) => `${path}: ${sentence}`);

describe('a repeated key is refused, because one of the two would be ignored', () => {
  test.each<[string, string, string]>([
    [
      'of a statement',
      '{"Statement":[{"Effect":"Allow","Effect":"Deny","Action":"kafka-cluster:*","Resource":"*"}]}',
      'p.json.Statement[0].Effect',
    ],
    [
      'of a condition',
      '{"Statement":{"Effect":"Deny","Action":"kafka-cluster:*","Resource":["a,\\"b","*"],"Condition":{"StringEquals":{"aws:PrincipalType":"User"},"StringEquals":{"aws:PrincipalType":"AssumedRole"}}}}',
      'p.json.Statement.Condition.StringEquals',
    ],
    [
      'of the document, within the AWS CLI’s output, as a string',
      JSON.stringify({ Policy: '{"Statement":[],"Statement" : [{"Effect":"Allow","Action":"*","Resource":"*"}]}' }),
      'p.json.Policy.Statement',
    ],
  ])('%s', (_, text, path) => {
    expect(() => planRoles([{ path: 'p.json', text }])).toThrow(`${path}: appears twice`);
  });

  test('not in two objects, and not within a string', () => {
    const text =
      '{"Statement":[{"Sid":"A","Effect":"Allow","Action":"kafka-cluster:*","Resource":"*"},{"Sid":"B","Effect":"Allow","Action":["a:b","Sid","Sid"],"Resource":"arn:aws:s3:::{\\"Sid\\":1,\\"Sid\\":2}"}]}';
    expect(() => planRoles([{ path: 'p.json', text }])).not.toThrow();
  });
});

test('a role of another account: the policy of the cluster is assumed to allow, and this is reported', () => {
  const roleArns = ['arn:aws:iam::999988887777:role/worker'];
  const files = [file(allow('*', '*'))];
  const plan = planRoles(files, { roleArns, clusterArn: CLUSTER });
  expect(decideForRole(plan.rights[0]!, 'kafka-cluster:WriteData', topic('orders'))).toBe('allowed');
  expect(notes(files, { roleArns, clusterArn: CLUSTER }).join()).toMatch(
    /account 999988887777, and the cluster is of 123456789012.*--cluster-policy/,
  );
  const statement = { ...allow('Connect', '*'), Principal: { AWS: '123456789012' } };
  const clusterPolicy = { path: 'c.json', text: JSON.stringify({ Version: '2012-10-17', Statement: statement }) };
  const given = planRoles(files, { roleArns, clusterArn: CLUSTER, clusterPolicy });
  expect(decideForRole(given.rights[0]!, 'kafka-cluster:WriteData', topic('orders'))).toBe('denied');
});

describe('incomplete ARNs', () => {
  const here = 'arn:aws:kafka:eu-west-1';
  const both = ['WriteData', 'ReadData'];
  const may = (statements: object[], options: PlanOptions = {}): string[] => {
    const { rights, cluster } = planRoles([file(...statements)], options);
    const on = resourceArn(cluster.arn, 'topic', 'a');
    return both.filter((action) => decideForRole(rights[0]!, `kafka-cluster:${action}`, on) === 'allowed');
  };
  const deny = (more: object) => ({ Effect: 'Deny', Action: 'kafka-cluster:WriteData', ...more });
  const all = allow('*', '*');
  const limit = (path: string, statement: object): PolicyFile => ({ ...file(statement), path });
  test.each<[string, object[], PlanOptions, string[]]>([
    ['an Allow', [allow('*', 'arn:aws:kafka')], {}, both],
    ['an Allow in a region', [allow('*', here)], {}, both],
    ['an Allow in an account', [allow('*', 'arn:*:kafka:*:444455556666')], {}, both],
    ['a Deny', [all, deny({ Resource: here })], { region: 'eu-west-1' }, ['ReadData']],
    ['a Deny in another region', [all, deny({ Resource: 'arn:aws:kafka:us-*' })], { region: 'eu-west-1' }, both],
    ['an exclusion of a Deny', [all, deny({ NotResource: here })], { region: 'eu-west-1' }, both],
    [
      'an exclusion of another region',
      [all, deny({ NotResource: 'arn:aws:kafka:us-east-1' })],
      { region: 'eu-west-1' },
      ['ReadData'],
    ],
    [
      'an exclusion of an Allow',
      [allow('ReadData', '*'), { Effect: 'Allow', Action: 'kafka-cluster:*', NotResource: 'arn:aws:kafka' }],
      {},
      ['ReadData'],
    ],
    [
      'a Deny with NotAction',
      [all, { Effect: 'Deny', NotAction: 'kafka-cluster:ReadData', Resource: here }],
      { region: 'eu-west-1' },
      ['ReadData'],
    ],
    ['a boundary', [all], { boundaries: [limit('b.json', allow('ReadData', here))] }, ['ReadData']],
    [
      'a boundary for another region',
      [all],
      { boundaries: [limit('b.json', allow('*', 'arn:aws:kafka:us-east-1'))], clusterArn: CLUSTER },
      [],
    ],
    [
      'a service control policy',
      [all],
      { scps: [limit('scp.json', deny({ Resource: 'arn:aws:kafka' }))] },
      ['ReadData'],
    ],
  ])('%s', (_, statements, options, expected) => {
    expect(may(statements, options)).toEqual(expected);
  });

  test('stay as they are in the policy of a cluster, and are reported', () => {
    const clusterPolicy = limit('c.json', { ...allow('*', here), Principal: '*' });
    const files = [file(allow('Connect', CLUSTER))];
    expect(notes(files, { clusterPolicy })).toContain(
      `c.json.Statement[0].Resource: ${here} matches nothing: it has fewer than the six fields of an ARN`,
    );
    const { rights } = planRoles(files, { clusterPolicy });
    expect(decideForRole(rights[0]!, 'kafka-cluster:WriteData', topic('a'))).toBe('denied');
  });

  test('are refused in a session policy', () => {
    const sessionPolicies = [limit('session.json', allow('*', here))];
    expect(() => planRoles([file(all)], { sessionPolicies })).toThrow(
      `session.json.Statement[0].Resource: ${here} has fewer than the six fields of an ARN`,
    );
  });

  test('with a name in the place of a region or an account are reported', () => {
    const named = [CLUSTER, 'arn:aws:kafka:*:topic/orders', 'arn:aws:kafka:topic/orders'];
    const reported = notes([file(allow('*', named))]).join();
    expect(reported).toContain('arn:aws:kafka:*:topic/orders:* matches nothing: an account id has 12 digits');
    expect(reported).toContain('arn:aws:kafka:topic/orders:*:* matches nothing: "topic/orders" is not a region');
  });
});

test('a region of another partition matches nothing, and is not the cluster’s', () => {
  for (const [arn, partition] of [
    ['arn:aws:kafka:cn-north-1:123456789012:topic/a/b/c', 'aws-cn'],
    ['arn:aws-cn:kafka:eu-west-1:123456789012:*', 'aws'],
    ['arn:aws:kafka:us-gov-west-1', 'aws-us-gov'],
    ['arn:aws:kafka:eusc-de-east-1:*:*', 'aws-eusc'],
  ] as const) {
    const sentence = `is a region of the partition ${partition}`;
    expect(notes([file(allow('*', CLUSTER), allow('*', arn))], { clusterArn: CLUSTER }).join()).toMatch(
      new RegExp(`Statement\\[1\\]\\.Resource: .* matches nothing: \\S+ ${sentence}, whose accounts refuse`),
    );
    expect(() => planRoles([file(allow('*', arn))])).toThrow(sentence);
  }
  expect(notes([file(allow('*', 'arn:aws-cn:kafka:cn-north-1:123456789012:*'))]).join()).not.toContain('partition');
});

test.each([
  ['arn:aws:kafka:eu-west-1:123456789012:', 'matches nothing: the forms are cluster/NAME/UUID'],
  ['arn:aws:Kafka:*:*:*', 'matches nothing: the service is kafka, in lower case'],
  ['arn:aws:kafka::123456789012:*', 'matches nothing: "" is not a region'],
  ['arn:aws:kafka:eu-west-1:12345:cluster/other/*', 'matches nothing: an account id has 12 digits'],
  ['arn:aws:kafka:cn-north-1:123456789012:*', 'is a region of the partition aws-cn'],
])('a resource that matches nothing does not determine the cluster: %s', (resource, sentence) => {
  const plan = planRoles([file(allow('*', [CLUSTER, resource]))]);
  expect(plan.cluster.arn).toBe(CLUSTER);
  expect(notes([file(allow('*', [CLUSTER, resource]))]).join()).toContain(sentence);
  const denied = planRoles([file(allow('*', '*'), { ...allow('*', resource), Effect: 'Deny' })]);
  expect(denied.roles).toMatchObject([{ mayConnect: true }]);
});

test('resources that match nothing are reported, with the reason', () => {
  expect(notes([file(allow('*', [CLUSTER, `${topic('a')}/b`]))]).join()).toContain(
    'a topic name cannot contain a slash',
  );
  expect(
    notes([file(allow('*', [CLUSTER, 'arn:aws:kafka:us-east-1:0123456789012:cluster/shop/*']))], {
      clusterArn: CLUSTER,
    }).join(),
  ).toContain('an account id has 12 digits');
  expect(
    notes([file(allow('*', CLUSTER), allow('*', CLUSTER.replace('eu-west-1', 'ireland')))], {
      clusterArn: CLUSTER,
    }).join(),
  ).toContain('"ireland" is not a region');
  const foreign = {
    ...allow('ReadData', topic('${kafka-cluster:topic}')),
    Condition: { StringEquals: { 'kafka-cluster:topic': 'a', 'aws:PrincipalType': 'AssumedRole' } },
  };
  expect(notes([file(allow('*', CLUSTER), foreign)])).toEqual([
    'p.json.Statement[1].Condition.StringEquals.kafka-cluster:topic: kafka-cluster:topic is never set in requests to a cluster',
    'p.json.Statement[1].Resource: kafka-cluster:topic is never set in requests to a cluster, so the resource matches nothing',
  ]);
});

test.each(['topic/orders', 'topic/shop/orders'])(
  'an ARN without its cluster or UUID does not name another cluster: %s',
  (path) => {
    const files = [file(allow('*', CLUSTER), allow('ReadData', `${PLACE}:${path}`))];
    expect(planRoles(files).cluster.arn).toBe(CLUSTER);
    if (!path.includes('*'))
      expect(notes(files).join()).toContain('matches nothing: the form is topic/CLUSTER/UUID/TOPIC');
  },
);

test('placeholders from documentation are refused, wherever they are', () => {
  expect(() => planRoles([file(allow('*', 'arn:aws:kafka:<region>:<account-id>:cluster/<name>/*'))])).toThrow(
    'contains placeholders',
  );
});

test('a name of hexadecimal digits is the cluster’s name, if a star matches what is before it', () => {
  const { cluster } = planRoles([file(allow('ReadData', `${PLACE}:*/feed/*orders`))]);
  expect(cluster.arn).toBe(`${PLACE}:cluster/feed/00000000-0000-4000-8000-000000000000-1`);
});

describe('policies with long lists of names', () => {
  const many = Array.from({ length: 150 }, (_, at) => at);
  const lists = (condition: object): PolicyFile =>
    file(
      allow('Connect', CLUSTER),
      {
        ...allow(
          'ReadData',
          many.map((at) => topic(`t${at}-*`)),
        ),
        ...condition,
      },
      ...many.map((at) => ({ Effect: 'Deny', Action: 'kafka-cluster:ReadData', Resource: topic(`t${at}-*x`) })),
    );

  test('are read in two seconds', () => {
    const begin = performance.now();
    const { rights } = planRoles([lists({})]);
    expect(performance.now() - begin).toBeLessThan(patient(2_000));
    expect(decideForRole(rights[0]!, 'kafka-cluster:ReadData', topic('t7-a'))).toBe('allowed');
    expect(decideForRole(rights[0]!, 'kafka-cluster:ReadData', topic('t7-ax'))).toBe('explicitly denied');
  });

  test('are refused in two seconds if they depend on an unknown value', () => {
    const begin = performance.now();
    const open = lists({ Condition: { StringEquals: { 'aws:SourceVpc': 'vpc-1' } } });
    expect(() => planRoles([open])).toThrow('aws:SourceVpc');
    expect(performance.now() - begin).toBeLessThan(patient(2_000));
  });

  test('a value on which nothing depends is not asked for', () => {
    const { rights } = planRoles([
      file(allow('*', '*'), { ...allow('ReadData', '*'), Condition: { StringEquals: { 'aws:SourceVpc': 'vpc-1' } } }),
    ]);
    expect(openKeys(rights[0]!, CLUSTER)).toEqual([]);
  });
});
