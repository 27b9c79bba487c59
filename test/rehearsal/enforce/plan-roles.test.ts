import { describe, expect, test } from 'vitest';
import { Answers } from '../../../rehearsal/answers.js';
import { placeOf } from '../../../rehearsal/gateway/given-brokers.js';
import { planRoles, type PlanOptions } from '../../../rehearsal/enforce/index.js';
import { compileAcls, type PolicyFile } from '../../../rehearsal/policy/index.js';

const CLUSTER = 'arn:aws:kafka:eu-west-1:123456789012:cluster/shop/uuid-1';

function file(path: string, ...statements: [string | string[], string][]): PolicyFile {
  const statement = statements.map(([action, resource]) => ({ Effect: 'Allow', Action: action, Resource: resource }));
  return { path, text: JSON.stringify({ Version: '2012-10-17', Statement: statement }) };
}

test('roles are named after their files, and each has its own credentials', () => {
  const { roles, region } = planRoles([
    file('policies/worker.json', ['kafka-cluster:Connect', CLUSTER]),
    file('policies/a publisher.json', ['kafka-cluster:*', CLUSTER]),
  ]);
  expect(region).toBe('eu-west-1');
  expect(roles).toMatchObject([
    { arn: 'arn:aws:iam::123456789012:role/worker', mayConnect: true, mayWriteIdempotently: false },
    { arn: 'arn:aws:iam::123456789012:role/a-publisher', mayConnect: true, mayWriteIdempotently: true },
  ]);
  expect(new Set(roles.map(({ accessKeyId }) => accessKeyId)).size).toBe(2);
  expect(roles[0]!.accessKeyId).toMatch(/^ASIA[A-Z2-7]{16}$/);
});

test('literal names in policies, and given names, are decided in advance', () => {
  const topics = 'arn:aws:kafka:eu-west-1:123456789012:topic/shop/*';
  const {
    cluster: which,
    names,
    rights,
  } = planRoles(
    [
      file(
        'r.json',
        ['kafka-cluster:Connect', CLUSTER],
        ['kafka-cluster:ReadData', `${topics}/orders`],
        ['kafka-cluster:WriteData', `${topics}/audit-*`],
        ['kafka-cluster:AlterGroup', 'arn:aws:kafka:*:*:group/*/*/readers'],
      ),
    ],
    { names: { topic: ['audit-1'] } },
  );
  expect(which).toMatchObject({ arn: CLUSTER, madeUp: [] });
  expect(names).toEqual({ topic: ['audit-1', 'orders'], group: ['readers'], 'transactional-id': [] });
  const allowed = compileAcls(rights[0]!, CLUSTER)
    .entries.filter(({ permission }) => permission === 'ALLOW')
    .map(({ resourceName, operation, pattern }) => `${operation} ${resourceName}${pattern === undefined ? '' : '…'}`);
  expect(allowed).toEqual(['READ readers', 'WRITE audit-…', 'READ orders']);
});

test('the cluster has the name that an answer gives to a variable', () => {
  const policy = file('r.json', ['kafka-cluster:*', 'arn:aws:kafka:*:*:*/${aws:PrincipalTag/cluster}/*']);
  const { cluster, roles } = planRoles([policy], { answers: new Answers(['aws:PrincipalTag/cluster=shop']) });
  expect(cluster.arn).toContain(':cluster/shop/');
  expect(roles).toMatchObject([{ mayConnect: true }]);
});

test('a cluster that matches is made up for a policy that leaves it open', () => {
  const open = file('r.json', ['kafka-cluster:Connect', 'arn:aws:kafka:*:*:cluster/*/*']);
  expect(planRoles([open], { region: 'eu-north-1' })).toMatchObject({
    region: 'eu-north-1',
    cluster: { arn: 'arn:aws:kafka:eu-north-1:111122223333:cluster/demo/00000000-0000-4000-8000-000000000000-1' },
    roles: [{ mayConnect: true }],
  });
  expect(planRoles([file('r.json', ['*', '*'])]).roles).toMatchObject([{ mayConnect: true }]);
});

test('several clusters, or one role twice, are refused', () => {
  const other = CLUSTER.replace('shop', 'other');
  const two = [file('a.json', ['kafka-cluster:Connect', CLUSTER]), file('b.json', ['kafka-cluster:Connect', other])];
  expect(() => planRoles(two)).toThrow(/several clusters: .*shop.*other/);
  expect(planRoles(two, { clusterArn: other }).roles.map(({ mayConnect }) => mayConnect)).toEqual([false, true]);
  expect(() => planRoles([two[0]!, { ...two[0]!, path: 'other/a.json' }])).toThrow('two policies are for the role');
});

describe('everything that is refused is in one message', () => {
  const Version = '2012-10-17';
  const condition = { StringEquals: { 'aws:SourceVpc': 'vpc-1' } };
  const on = (resource: string, more: object = {}) => ({
    Effect: 'Allow',
    Action: 'kafka-cluster:*',
    Resource: resource,
    ...more,
  });
  const written = (path: string, ...statements: object[]): PolicyFile => ({
    path,
    text: JSON.stringify({ Version, Statement: statements }),
  });
  const other = CLUSTER.replace('shop', 'other');
  const asking = written('a.json', on(CLUSTER, { Condition: condition }));
  const open = 'values that are not known here: aws:SourceVpc (';

  test.each<[string, PolicyFile[], PlanOptions, string[]]>([
    [
      'several clusters, and a key that each needs',
      [asking, written('b.json', on(other, { Condition: condition }))],
      {},
      ['several clusters', open],
    ],
    [
      'a file that is not JSON, and an open key',
      [asking],
      { scps: [{ path: 'scp.json', text: '{' }] },
      ['scp.json is not JSON', open],
    ],
    [
      'a broken level, the open key of another one, and several clusters',
      [written('a.json', on(CLUSTER)), written('b.json', on(other))],
      {
        scps: [
          { path: 'scp.json', text: '{' },
          written('deny.json', { ...on('*'), Effect: 'Deny', Condition: condition }),
        ],
      },
      ['scp.json is not JSON', open, 'several clusters'],
    ],
    [
      'a broken policy of the cluster, and an open key',
      [asking],
      { clusterPolicy: written('c.json', on('*')) },
      ['c.json.Statement[0].Principal: is missing', open],
    ],
    [
      'a broken session policy, and an open key',
      [asking],
      { sessionPolicies: [written('s.json', on('arn:aws:kafka'))] },
      ['s.json', open],
    ],
    [
      'too many boundaries, and an open key',
      [asking],
      { boundaries: [written('x.json', on('*')), written('y.json', on('*'))] },
      ['2 files with a permissions boundary', open],
    ],
    [
      'one role twice, and an open key',
      [asking, { ...asking, path: 'other/a.json' }],
      {},
      ['two policies are for the role', open],
    ],
  ])('%s', (_, files, options, sentences) => {
    let refused: unknown;
    try {
      planRoles(files, options);
    } catch (error) {
      refused = error;
    }
    for (const sentence of sentences) expect(String(refused)).toContain(sentence);
    expect(refused).toMatchObject({ details: { refusals: { length: sentences.length } } });
  });

  test('of several clusters, a key that only one needs is not asked for yet', () => {
    expect(() => planRoles([asking, written('b.json', on(other))], {})).toThrow(
      /^\S+ the policies name several clusters: [^;]*$/,
    );
  });
});

describe('limits of a role that has several policies', () => {
  const on = (name: string, action = '*'): PolicyFile => file(name, [`kafka-cluster:${action}`, '*']);
  const arns = ['a', 'b'].map((name) => `arn:aws:iam::123456789012:role/${name}`);
  const [a = '', b = ''] = arns;
  const plan = (roleArns: string[], limits: Partial<PlanOptions>) =>
    planRoles(
      roleArns.map((_, i) => on(`${i}.json`)),
      { roleArns, clusterArn: CLUSTER, ...limits },
    );
  const limitsOf = (roleArns: string[], limits: Partial<PlanOptions>): string[][] =>
    plan(roleArns, limits).rights.map((role) => role.limits.map(({ name }) => name));

  test.each([
    ['permissions boundary', 'boundaries'],
    ['session policy', 'sessionPolicies'],
  ] as const)('two of the kind %s are refused', (what, key) => {
    expect(() => plan([a, a], { [key]: [on('x.json'), on('y.json', 'ReadData')] })).toThrow(
      `the role ${a} has more than one ${what}: x.json and y.json`,
    );
    expect(limitsOf([a, a], { [key]: [on('x.json'), on('x.json')] })).toEqual([['x.json']]);
  });

  test('one for each role is enough', () => {
    const boundaries = [on('x.json'), on('y.json')];
    expect(limitsOf([a, a, b], { boundaries })).toEqual([['x.json'], ['y.json']]);
    expect(limitsOf([a, b, a], { boundaries })).toEqual([['x.json'], ['y.json']]);
    expect(() => plan([a, a, b, b, b], { boundaries: [...boundaries, on('z.json')] })).toThrow(
      'there are 3 files with a permissions boundary, and 2 roles',
    );
  });
});

test('two regions or accounts without a cluster are refused, and a region that is not the cluster’s', () => {
  const [here, there] = ['eu-west-1:123456789012', 'us-east-1:123456789012'].map((place) =>
    file(`${place}.json`, ['kafka-cluster:Connect', `arn:aws:kafka:${place}:cluster/*/*`]),
  );
  expect(() => planRoles([here!, there!])).toThrow('several regions: eu-west-1, us-east-1');
  expect(() => planRoles([here!], { region: 'us-east-1' })).toThrow('and not --region us-east-1');
  const foreign = file('f.json', ['kafka-cluster:Connect', 'arn:aws:kafka:eu-west-1:999999999999:cluster/*/*']);
  expect(() => planRoles([here!, foreign])).toThrow('several accounts: 123456789012, 999999999999');
  expect(planRoles([here!, foreign], { clusterArn: CLUSTER }).region).toBe('eu-west-1');
});

test('a broker’s settings name the address of its listener, and the port of the gateway', () => {
  const settings = {
    'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
    listeners: 'HOST://:9094,IAM://:9095,CONTROLLER://:9090',
    'advertised.listeners': 'HOST://127.0.0.1:9094,IAM://localhost:9098',
  };
  const place = (changes: Partial<typeof settings> = {}): ReturnType<typeof placeOf> =>
    placeOf({ nodeId: 1, address: '127.0.0.1:9094', settings: new Map(Object.entries({ ...settings, ...changes })) });
  expect(place()).toEqual({ admin: '127.0.0.1:9094', target: '127.0.0.1:9095', port: 9098 });
  expect(place({ listeners: 'IAM://10.0.0.7:9095' }).target).toBe('10.0.0.7:9095');
  expect(() => place({ listeners: 'HOST://:9094' })).toThrow('broker 1 (127.0.0.1:9094) has no listener IAM');
  expect(() => place({ 'advertised.listeners': 'IAM://kafka:9098' })).toThrow('advertises kafka to clients');
  expect(() => place({ 'authorizer.class.name': '' })).toThrow('authorizer.class.name=org.apache.kafka');
});
