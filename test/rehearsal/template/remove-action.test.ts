import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { decideForRole, resourceArn, roleRights } from '../../../rehearsal/policy/index.js';
import { loadTemplate, readTemplate, removeAction } from '../../../rehearsal/template/index.js';
import { grantsOf, options } from './support/grants.js';

/** A file does not have the additions of the reader. */
const withoutFlags = { transformed: undefined, extended: undefined, incomplete: undefined };

describe('statements with more than one right', () => {
  const cluster = 'arn:aws:kafka:eu-west-1:111122223333:cluster/c/u';
  const topic = (name: string): string => resourceArn(cluster, 'topic', name);
  const template = (statement: unknown) => ({
    Resources: {
      Role: {
        Type: 'AWS::IAM::Role',
        Properties: { Policies: [{ PolicyName: 'p', PolicyDocument: { Statement: statement } }] },
      },
      F: {
        Type: 'AWS::Lambda::Function',
        Properties: {
          Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
          Handler: 'a.b',
          Runtime: 'nodejs22.x',
          Code: { ZipFile: '' },
        },
      },
      T: {
        Type: 'AWS::MSK::Topic',
        Properties: { ClusterArn: cluster, TopicName: 'a', PartitionCount: 1, ReplicationFactor: 1 },
      },
    },
  });
  const statementOf = (document: ReturnType<typeof removeAction>): unknown =>
    (document.Resources['Role']!.Properties!['Policies'] as { PolicyDocument: { Statement: unknown } }[])[0]!
      .PolicyDocument.Statement;
  const may = (document: unknown, action: string, resource: string): string =>
    decideForRole(roleRights(readTemplate(document, options).roles[0]!), `kafka-cluster:${action}`, resource);

  test('one action of two on one resource of two: the rest stays, in two statements', () => {
    const given = template([
      {
        Sid: 'S',
        Effect: 'Allow',
        Action: ['kafka-cluster:ReadData', 'kafka-cluster:WriteData'],
        Resource: [topic('a'), topic('b')],
      },
      { Effect: 'Allow', Action: 'logs:*', Resource: '*' },
    ]);
    const changed = removeAction(given, options, {
      role: 'Role',
      action: 'kafka-cluster:WriteData',
      resource: topic('a'),
    });
    expect(statementOf(changed)).toEqual([
      { Sid: 'S', Effect: 'Allow', Action: ['kafka-cluster:ReadData'], Resource: [topic('a'), topic('b')] },
      { Effect: 'Allow', Action: 'kafka-cluster:WriteData', Resource: [topic('b')] },
      { Effect: 'Allow', Action: 'logs:*', Resource: '*' },
    ]);
  });

  test('a resource that is a function call, in a single statement', () => {
    const given = template({ Effect: 'Allow', Action: 'kafka-cluster:ReadData', Resource: { Ref: 'T' } });
    expect(
      statementOf(
        removeAction(given, options, { role: 'Role', action: 'kafka-cluster:ReadData', resource: topic('a') }),
      ),
    ).toEqual([]);
  });

  test('two statements of one list, from the last to the first', () => {
    const one = {
      Effect: 'Allow',
      Action: ['kafka-cluster:ReadData', 'kafka-cluster:WriteData'],
      Resource: [topic('a'), topic('b')],
    };
    const changed = removeAction(template([one, one]), options, {
      role: 'Role',
      action: 'kafka-cluster:ReadData',
      resource: topic('a'),
    });
    expect(statementOf(changed)).toHaveLength(4);
    expect([
      may(changed, 'ReadData', topic('a')),
      may(changed, 'ReadData', topic('b')),
      may(changed, 'WriteData', topic('a')),
    ]).toEqual(['denied', 'allowed', 'allowed']);
  });

  test('a wildcard is replaced by the actions that it matches', () => {
    const given = template([{ Effect: 'Allow', Action: 'kafka-cluster:*Data', Resource: '*' }]);
    expect(statementOf(removeAction(given, options, { role: 'Role', action: 'kafka-cluster:ReadData' }))).toEqual([
      { Effect: 'Allow', Action: ['kafka-cluster:WriteData'], Resource: '*' },
    ]);
  });

  test('"*" is about other services too: a Deny is added', () => {
    const given = template([{ Effect: 'Allow', Action: '*', Resource: '*' }]);
    const changed = removeAction(given, options, { role: 'Role', action: 'kafka-cluster:ReadData' });
    expect(statementOf(changed)).toEqual([{ Effect: 'Allow', Action: '*', Resource: '*' }]);
    expect([may(changed, 'ReadData', topic('a')), may(changed, 'WriteData', topic('a'))]).toEqual([
      'explicitly denied',
      'allowed',
    ]);
  });

  test('inside an Fn::If', () => {
    const statement = { Effect: 'Allow', Action: 'kafka-cluster:ReadData', Resource: '*' };
    const given = {
      ...template([
        { 'Fn::If': ['Yes', statement, { Ref: 'AWS::NoValue' }] },
        { ...statement, Action: 'kafka-cluster:WriteData' },
      ]),
      Conditions: { Yes: { 'Fn::Equals': [1, 1] } },
    };
    const changed = removeAction(given, options, { role: 'Role', action: 'kafka-cluster:ReadData' });
    expect([may(changed, 'ReadData', topic('a')), may(changed, 'WriteData', topic('a'))]).toEqual([
      'denied',
      'allowed',
    ]);
  });

  test('a resource that lacks fields of an ARN', () => {
    const given = template({
      Effect: 'Allow',
      Action: 'kafka-cluster:ReadData',
      Resource: ['arn:aws:kafka:*', 'arn:aws:s3:::a'],
    });
    const [grant] = grantsOf(given);
    expect(grant?.resource).toBe('arn:aws:kafka:*:*:*');
    expect(statementOf(removeAction(given, options, grant!))).toEqual([
      { Effect: 'Allow', Action: 'kafka-cluster:ReadData', Resource: ['arn:aws:s3:::a'] },
    ]);
  });

  test('a right that the role does not have cannot be removed', () => {
    const given = template([{ Effect: 'Allow', Action: 'kafka-cluster:ReadData', Resource: topic('a') }]);
    const remove = (role: string, resource: string) => () =>
      removeAction(given, options, { role, action: 'kafka-cluster:ReadData', resource });
    expect(remove('Role', topic('b'))).toThrow(`its policies do not give kafka-cluster:ReadData on ${topic('b')}`);
    expect(remove('Nobody', topic('a'))).toThrow('Resources.Nobody: the template has no such role');
  });
});

test('a policy that several roles may have is not changed: the role gets a Deny', () => {
  const { template } = loadTemplate(join(import.meta.dirname, 'fixtures', 'orders', 'Orders.template.json'));
  const role = 'ProducerServiceRole5AD4F8AE';
  const changed = removeAction(
    template,
    { ...options, stackName: 'Orders' },
    { role, action: 'kafka-cluster:Connect' },
  );
  expect(changed.Resources['KafkaClients']).toEqual(
    (template as { Resources: Record<string, unknown> }).Resources['KafkaClients'],
  );
  expect(changed.Resources[role]!.Properties!['Policies']).toEqual([
    {
      PolicyName: 'Removed',
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Deny', Action: 'kafka-cluster:Connect', Resource: '*' }],
      },
    },
  ]);
});

test('in a SAM template, the role that SAM creates', () => {
  const { template } = loadTemplate(join(import.meta.dirname, 'fixtures', 'billing', 'template.yaml'));
  const parameters = {
    ClusterArn: 'arn:aws:kafka:eu-west-1:111122223333:cluster/c/u',
    Brokers: 'b',
    BrokerGroup: 'sg-1',
  };
  const changed = { parameters, stackName: 'billing' };
  const removal = { role: 'ConsumerRole', action: 'kafka-cluster:AlterGroup' } as const;
  const left = grantsOf(removeAction(template, { ...options, ...changed }, removal), changed);
  expect(left.map(({ action }) => action)).not.toContain('kafka-cluster:AlterGroup');
  expect(left).toHaveLength(5);
});

test.each<[string, object, object]>([
  ['another type of SAM', { Api: { Type: 'AWS::Serverless::Api', Properties: { StageName: 'a' } } }, {}],
  ['a resource that SAM makes', {}, { Environment: { Variables: { STAGE: { Ref: 'ApiStage' } } } }],
  [
    'a function of AWS::LanguageExtensions',
    {},
    { Environment: { Variables: { JSON: { 'Fn::ToJsonString': { a: 'b' } } } } },
  ],
])('a SAM template without a right is read again: %s', (_, resources, properties) => {
  const policy = { Statement: [{ Effect: 'Allow', Action: 'kafka-cluster:*', Resource: '*' }] };
  const given = {
    Transform: ['AWS::LanguageExtensions', 'AWS::Serverless-2016-10-31'],
    Resources: {
      F: {
        Type: 'AWS::Serverless::Function',
        Properties: { Runtime: 'nodejs22.x', Handler: 'a.b', InlineCode: '', Policies: [policy], ...properties },
      },
      ...resources,
    },
  };
  const changed = removeAction(given, options, { role: 'FRole', action: 'kafka-cluster:ReadData' });
  for (const document of [changed, JSON.parse(JSON.stringify({ ...changed, ...withoutFlags })) as unknown]) {
    const { functions, roles } = readTemplate(document, options);
    expect(functions.map(({ logicalId }) => logicalId)).toEqual(['F']);
    expect(roles[0]!.policies[0]!.statements[0]!.actions).not.toContain('kafka-cluster:ReadData');
  }
});
