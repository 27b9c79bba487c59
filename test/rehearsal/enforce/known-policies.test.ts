import { describe, expect, test } from 'vitest';
import { Answers } from '../../../rehearsal/answers.js';
import { decodeText } from '../../../rehearsal/decode-text.js';
import { explainPlan, planRoles, type PlanOptions, type PolicyPlan } from '../../../rehearsal/enforce/index.js';
import { decideForRole, policyDocuments } from '../../../rehearsal/policy/index.js';

const PLACE = 'arn:aws:kafka:eu-west-1:111122223333';
const allow = (action: string | string[], resource: string | string[], more = {}) => ({
  Effect: 'Allow',
  Action: action,
  Resource: resource,
  ...more,
});
const document = (...statement: object[]) => ({ Version: '2012-10-17', Statement: statement });
const planned = (policy: unknown, options: PlanOptions = {}): PolicyPlan =>
  planRoles([{ path: 'policy.json', text: typeof policy === 'string' ? policy : JSON.stringify(policy) }], options);
const sentences = (policy: unknown): string[] =>
  planned(policy).remarks.map(({ path, sentence }) => `${path}: ${sentence}`);

describe('the cluster', () => {
  const onTopics = 'kafka-cluster:ReadData';
  test.each<[string, object[], string]>([
    [
      'a region that one statement leaves open and another one names',
      [
        allow(onTopics, 'arn:aws:kafka:*:111122223333:topic/billing/*'),
        allow('kafka-cluster:Connect', `${PLACE}:cluster/billing/*`),
      ],
      `${PLACE}:cluster/billing/`,
    ],
    [
      'an account that one leaves open',
      [
        allow('kafka-cluster:Connect', 'arn:aws:kafka:us-west-2:*:cluster/*/*'),
        allow(onTopics, 'arn:aws:kafka:us-west-2:444455556666:topic/a/*'),
      ],
      'arn:aws:kafka:us-west-2:444455556666:cluster/a/',
    ],
    [
      'a name of which one statement has only a part',
      [
        allow('kafka-cluster:Connect', `${PLACE}:cluster/shop-*/*`),
        allow(onTopics, `${PLACE}:topic/shop-prod/*/orders`),
      ],
      `${PLACE}:cluster/shop-prod/`,
    ],
    ['a pattern of a name', [allow('kafka-cluster:*', `${PLACE}:*/shop-??/*`)], `${PLACE}:cluster/shop-`],
    ['another partition', [allow('*', 'arn:aws-cn:kafka:*:*:*')], 'arn:aws-cn:kafka:cn-'],
    ['everything', [allow('*', '*')], `${PLACE}:cluster/`],
    [
      'a denial about others',
      [
        allow('kafka-cluster:*', `${PLACE}:*/demo/*`),
        { Effect: 'Deny', Action: '*', Resource: `${PLACE}:cluster/prod/*` },
      ],
      `${PLACE}:cluster/demo/`,
    ],
    [
      'other services in the same policy',
      [
        allow('s3:GetObject', 'arn:aws:s3:::other/*'),
        allow('kafka:DescribeCluster', 'arn:aws:kafka:us-east-1:999999999999:cluster/prod/*'),
        allow('kafka-cluster:Connect', `${PLACE}:cluster/demo/*`),
      ],
      `${PLACE}:cluster/demo/`,
    ],
  ])('%s', (_, statements, expected) => {
    const { cluster, roles } = planned(document(allow('kafka-cluster:Connect', '*'), ...statements));
    expect(cluster.arn.startsWith(expected), cluster.arn).toBe(true);
    expect(roles[0]?.mayConnect).toBe(true);
  });

  test('a right on another cluster is reported as such', () => {
    const policy = document(
      allow('kafka-cluster:Connect', `${PLACE}:cluster/demo/*`),
      allow('kafka-cluster:ReadData', `${PLACE}:topic/demo/*/a`),
    );
    const clusterArn = `${PLACE}:cluster/other/0a1b2c3d-0000-4000-8000-000000000000-1`;
    const plan = planned(policy, { clusterArn });
    expect(plan.roles[0]?.mayConnect).toBe(false);
    expect(plan.roles[0]?.whyNot?.('connect')).toContain(
      `it is about a cluster other than ${clusterArn}: ${PLACE}:cluster/demo/*`,
    );
    expect(explainPlan(plan)(plan.rights[0]!.arn, 'kafka-cluster:ReadData', 'a')).toContain('a cluster other than');
    expect(plan.remarks).toHaveLength(2);
  });
});

describe('actions that do not exist', () => {
  const connect = allow('kafka-cluster:Connect', '*');
  test.each([
    ['kafka-cluster:ListNodes', 'kafka:ListNodes is an IAM action, but on the cluster resource'],
    ['kafka-cluster:ReadDate', 'did you mean kafka-cluster:ReadData?'],
    ['kafka-cluster:WriteTopic*', 'matches no action'],
    ['kafka-cluster:Write', 'did you mean kafka-cluster:WriteData?'],
    ['kafka-cluster:read', 'did you mean kafka-cluster:ReadData?'],
    ['kafka-cluster:Wirte*', 'did you mean kafka-cluster:WriteData?'],
    ['kafka-cluster:ReadTopic', 'did you mean kafka-cluster:ReadData?'],
    ['kafka-cluster:Delete', 'did you mean kafka-cluster:DeleteTopic or kafka-cluster:DeleteGroup?'],
    ['kafka-cluster:DescribeClusterDynamic', 'did you mean kafka-cluster:DescribeClusterDynamicConfiguration?'],
    ['kafka-cluster:Idempotently', 'did you mean kafka-cluster:WriteDataIdempotently?'],
    ['kafka-cluster:ConnectCluster', 'did you mean kafka-cluster:Connect?'],
    ['kafka-cluster:Data', 'is not an IAM action, so it grants nothing'],
    ['msk-cluster:Write', 'did you mean kafka-cluster:WriteData?'],
    ['kafka:Read', 'did you mean kafka-cluster:ReadData?'],
    ['kafka-cluster:describetopics', 'did you mean kafka-cluster:DescribeTopic?'],
    ['kafka-clusters:Connect', 'did you mean kafka-cluster:Connect?'],
    ['kafka:WriteData', 'did you mean kafka-cluster:WriteData?'],
  ])('%s', (action, expected) => {
    expect(sentences(document(connect, allow(action, '*')))).toEqual([
      expect.stringMatching(/^policy\.json\.Statement\[1\]\.Action: /) as string,
    ]);
    expect(sentences(document(connect, allow(action, '*')))[0]).toContain(expected);
  });

  test.each([
    'kafka-cluster:*',
    '*',
    'kafka:DescribeCluster',
    's3:*',
    'kafka-cluster:*Topic*',
    'KAFKA-CLUSTER:CONNECT',
  ])('%s is an action, or belongs to another service', (action) => {
    expect(sentences(document(connect, allow(action, '*')))).toEqual([]);
  });
});

describe('forms of a document', () => {
  const policy = document(allow(['kafka-cluster:Connect', 'kafka-cluster:ReadData'], '*'));
  const text = JSON.stringify(policy);
  test.each<[string, unknown]>([
    ['as it is', policy],
    ['as a string with JSON', JSON.stringify(text)],
    [
      'as get-policy-version prints it',
      { PolicyVersion: { Document: policy, VersionId: 'v1', IsDefaultVersion: true } },
    ],
    ['with its document as a string', { PolicyVersion: { Document: text, VersionId: 'v1' } }],
    ['as IAM’s API has it', { PolicyVersion: { Document: encodeURIComponent(text) } }],
    ['as get-role-policy prints it', { RoleName: 'r', PolicyName: 'p', PolicyDocument: policy }],
    ['as describe-policy prints it', { Policy: { PolicySummary: { Name: 'p' }, Content: text } }],
    ['as get-cluster-policy prints it', { CurrentVersion: 'K3', Policy: text }],
    ['as a resource of CloudFormation', { Type: 'AWS::IAM::Policy', Properties: { PolicyDocument: policy } }],
    ['several in a list', [policy, { PolicyDocument: policy }]],
  ])('%s', (_, given) => {
    const plan = planned(given);
    expect(plan.roles[0]?.mayConnect).toBe(true);
    expect(plan.remarks).toEqual([]);
  });

  test.each<[string, Buffer]>([
    ['UTF-8 with a byte order mark', Buffer.from(`\uFEFF${text}`, 'utf8')],
    ['UTF-16 with a byte order mark', Buffer.from(`\uFEFF${text}`, 'utf16le')],
  ])('%s', (_, bytes) => {
    expect(planned(decodeText(bytes)).roles[0]?.mayConnect).toBe(true);
  });

  test.each<[string, unknown, string]>([
    ['nothing', '', 'policy.json is empty'],
    ['text that is not JSON', '{ "Statement": [', 'policy.json is not JSON: '],
    ['a policy without its document', { Policy: { PolicyName: 'p', DefaultVersionId: 'v1' } }, 'get-policy-version'],
    ['a list of versions', { Versions: [{ VersionId: 'v1' }] }, 'has no document'],
    ['another object', { a: 1 }, 'policy.json: is not a policy document'],
  ])('%s is refused', (_, given, expected) => {
    const error = (() => {
      try {
        return planned(given);
      } catch (thrown) {
        return thrown as { message: string; hint?: string };
      }
    })();
    expect(JSON.stringify([(error as Error).message, (error as { hint?: string }).hint])).toContain(expected);
  });

  test('a missing file is named by its path as typed', () => {
    expect(() => policyDocuments('', 'some/Folder/p.json')).toThrow('some/Folder/p.json is empty');
  });
});

test('unknown values are asked for, all at once, and the answers are used', () => {
  const policy = document(
    allow('kafka-cluster:*', '*', { Condition: { StringEquals: { 'aws:SourceVpce': 'vpce-1' } } }),
    allow('kafka-cluster:ReadData', '*', { Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } }),
    // Decides nothing, because the time is known.
    allow('kafka-cluster:Connect', '*', {
      Condition: { DateGreaterThan: { 'aws:CurrentTime': '2020-01-01T00:00:00Z' } },
    }),
  );
  expect(() => planned(policy)).toThrow(/aws:SourceVpce.*aws:SourceIp/);
  const plan = planned(policy, { answers: new Answers(['aws:sourcevpce=', 'aws:SourceIp=10.1.1.1']) });
  const on = (action: string): string =>
    decideForRole(plan.rights[0]!, action, plan.cluster.arn.replace(':cluster/', ':topic/').concat('/a'));
  expect([on('kafka-cluster:ReadData'), on('kafka-cluster:WriteData')]).toEqual(['allowed', 'denied']);
});
