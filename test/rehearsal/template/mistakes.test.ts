import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, test } from 'vitest';
import { Answers } from '../../../rehearsal/answers.js';
import { readTemplate, type ReadOptions, type StackModel } from '../../../rehearsal/template/index.js';
import { attributeNames } from '../../../rehearsal/template/resolve/attributes.js';
import { pubsub_error } from '../../../src/base/error.js';
import { functionResource } from './support/function-resource.js';

const options: ReadOptions = { stackName: 'Demo', region: 'eu-west-1', account: '111122223333' };

/** A stack with this value in a function's variable, in a bucket's tag, or in the resource of a policy. */
function template(at: { variable?: unknown; tag?: unknown; resource?: unknown }, more: object = {}): object {
  const statement = { Effect: 'Allow', Action: 'kafka-cluster:*', Resource: at.resource ?? '*' };
  return {
    Mappings: { M: { a: { b: 'c' } }, Zones: { 'us-east-1': { x: 'y' } } },
    ...more,
    Resources: {
      F: functionResource('R', { Environment: { Variables: at.variable === undefined ? {} : { V: at.variable } } }),
      R: {
        Type: 'AWS::IAM::Role',
        Properties: {
          Policies: [{ PolicyName: 'p', PolicyDocument: { Version: '2012-10-17', Statement: statement } }],
        },
      },
      Api: { Type: 'AWS::ApiGateway::RestApi' },
      Queue: { Type: 'AWS::SQS::Queue' },
      Beside: { Type: 'AWS::S3::Bucket' },
      B: { Type: 'AWS::S3::Bucket', Properties: at.tag === undefined ? {} : { Tags: [{ Key: 'k', Value: at.tag }] } },
    },
  };
}

function read(...args: Parameters<typeof template>): StackModel {
  return readTemplate(template(...args), options);
}

function refused(work: () => unknown): pubsub_error {
  try {
    work();
  } catch (error) {
    if (pubsub_error.is(error)) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

const mistakes: [string, unknown, string][] = [
  ['an attribute that its type does not have', { 'Fn::GetAtt': ['R', 'Nope'] }, 'AWS::IAM::Role has no attribute Nope'],
  ['the same in Fn::Sub', { 'Fn::Sub': 'x-${R.RoleName}' }, 'AWS::IAM::Role has no attribute RoleName'],
  ['an ARN that its type does not have', { 'Fn::GetAtt': 'F.FunctionArn' }, 'AWS::Lambda::Function has no attribute'],
  ['a missing mapping', { 'Fn::FindInMap': ['N', 'a', 'b'] }, 'there is no Mappings.N.a.b'],
  ['a missing key', { 'Fn::FindInMap': ['M', 'a', 'x'] }, 'there is no Mappings.M.a.x'],
  ['a missing region', { 'Fn::FindInMap': ['Zones', { Ref: 'AWS::Region' }, 'x'] }, 'Zones.eu-west-1.x'],
  ['FindInMap of two arguments', { 'Fn::FindInMap': ['M', 'a'] }, 'takes a list of 3, and has one of 2'],
  ['a missing element', { 'Fn::Select': [5, ['a']] }, 'there is no element 5 in a list of 1'],
  ['Select of a text', { 'Fn::Select': [0, 'a'] }, 'must be a list'],
  ['Join of one argument', { 'Fn::Join': ['a'] }, 'takes a list of 2, and has one of 1'],
  ['Join of three arguments', { 'Fn::Join': [',', 'a', 'b'] }, 'takes a list of 2, and has one of 3'],
  ['Join of objects', { 'Fn::Join': [',', [{ a: 1 }]] }, 'must be a string, and is an object'],
  ['Split of a list', { 'Fn::Split': [',', ['a']] }, 'must be a string, and is a list'],
  ['an unknown name', { 'Fn::Sub': '${Nope}' }, 'there is no resource or parameter Nope'],
  ['a variable of IAM', { 'Fn::Sub': '${aws:username}' }, 'there is no resource or parameter aws:username'],
  ['an invalid name', { 'Fn::Sub': '${a b}' }, 'is not the name of a variable'],
  ['Sub of three arguments', { 'Fn::Sub': ['a', {}, 'b'] }, 'takes a string, or a list of 2'],
  ['Ref', { Ref: 'Nope' }, 'there is no resource or parameter Nope'],
  ['a condition', { 'Fn::If': ['Nope', 1, 2] }, 'there is no condition Nope'],
  ['a function that is misspelt', { 'Fn::Jion': [',', ['a']] }, 'CloudFormation has no function Fn::Jion'],
];

describe.each(mistakes)('%s', (_, value, sentence) => {
  test('is refused in a function’s variables', () => {
    expect(refused(() => read({ variable: value })).raw_message).toContain(sentence);
  });

  test('is refused in a role’s policies', () => {
    expect(refused(() => read({ resource: value })).raw_message).toContain(sentence);
  });

  test('is listed if it decides nothing', () => {
    const { mistakes: found, functions } = read({ tag: value });
    expect(functions).toHaveLength(1);
    expect(found).toHaveLength(1);
    expect(found[0]!.path).toContain('Resources.B.Properties.Tags[0].Value.');
    expect(found[0]!.reason).toContain(sentence);
    expect(found[0]!.reason).toMatch(/: CloudFormation refuses it$/);
  });
});

test('a region that is not in the mapping: the refusal lists those that are', () => {
  const value = { 'Fn::FindInMap': ['Zones', { Ref: 'AWS::Region' }, 'x'] };
  expect(refused(() => read({ variable: value })).hint).toBe(
    'It has us-east-1; --region and --account set the place of the stack.',
  );
});

describe('is not a mistake', () => {
  test.each<[string, unknown]>([
    ['a value that only a deployed stack has', { 'Fn::Select': [1, { 'Fn::Split': ['/', { Ref: 'Api' }] }] }],
    ['an import', { 'Fn::Select': [2, { 'Fn::Split': [',', { 'Fn::ImportValue': 'list' }] }] }],
    ['a list from elsewhere', { 'Fn::Join': [',', { 'Fn::GetAtt': ['Api', 'Ids'] }] }],
    ['the fourth zone of a region', { 'Fn::Select': [3, { 'Fn::GetAZs': '' }] }],
    ['a property of a queue', { 'Fn::GetAtt': ['Queue', 'DelaySeconds'] }],
    ['a part of an attribute', { 'Fn::GetAtt': ['Beside', 'MetadataConfiguration.Destination'] }],
    ['an attribute that is not modelled', { 'Fn::GetAtt': ['R', 'RoleId'] }],
    ['a function that is not supported', { 'Fn::Thumbprint': ['10.0.0.0/16', 2, 8] }],
  ])('%s', (_, value) => {
    const { madeUp, functions, mistakes: found } = read({ variable: value, tag: value });
    expect(functions).toHaveLength(1);
    expect(madeUp.length).toBeGreaterThan(0);
    expect(found).toEqual([]);
  });

  test.each<[string, object]>([
    ['a macro', { Transform: ['OurMacro'] }],
    ['an include', { Mappings: { 'Fn::Transform': { Name: 'AWS::Include' } } }],
  ])('a part that %s may add', (_, more) => {
    const value = { 'Fn::Join': ['', [{ 'Fn::FindInMap': ['N', 'a', 'b'] }, { Ref: 'Nope' }]] };
    expect(read({ variable: value, tag: value }, more).mistakes).toEqual([]);
  });

  test('an attribute with an answer', () => {
    const answers = new Answers(['R.Nope=answered']);
    const { functions } = readTemplate(template({ variable: { 'Fn::GetAtt': ['R', 'Nope'] } }), {
      ...options,
      answers,
    });
    expect(functions[0]!.environment).toEqual({ V: 'answered' });
  });

  test('the search for mistakes uses no answers: an answer for an unused part stays unused', () => {
    const answers = new Answers(['list=x']);
    readTemplate(template({ tag: { 'Fn::ImportValue': 'list' } }), { ...options, answers });
    expect(answers.unused()).toEqual(['list']);
  });
});

test('conditions, and DependsOn', () => {
  const { Resources, ...rest } = template({}) as { Resources: Record<string, object> };
  const conditions = { Bad: { 'Fn::Equals': ['a'] }, Worse: { 'Fn::Not': [] }, Unknown: { 'Fn::Xor': [] } };
  const more = {
    C: { Type: 'AWS::SNS::Topic', DependsOn: ['Gone', 'F'] },
    D: { Type: 'AWS::SNS::Topic', Condition: 'Nope' },
    E: { Type: 'AWS::SNS::Topic', DependsOn: { 'Fn::If': ['Bad', 'F', 'R'] } },
  };
  const { mistakes: found } = readTemplate(
    { ...rest, Conditions: conditions, Resources: { ...Resources, ...more } },
    options,
  );
  expect(found.map(({ path }) => path)).toEqual([
    'Conditions.Bad.Fn::Equals',
    'Conditions.Worse.Fn::Not',
    'Conditions.Unknown',
    'Resources.C.DependsOn',
    'Resources.D.Condition',
    'Resources.E.DependsOn',
  ]);
});

test('the properties of a resource that is not created have no mistakes, but its condition and DependsOn may', () => {
  const { Resources, ...rest } = template({}) as { Resources: Record<string, object> };
  const Conditions = { Never: { 'Fn::Equals': ['a', 'b'] }, Always: { 'Fn::Equals': ['a', 'a'] } };
  const more = (condition: string): object => ({
    Vpc: { Type: 'AWS::EC2::VPC', Condition: 'Never' },
    Subnet: { Type: 'AWS::EC2::Subnet', Condition: condition, Properties: { VpcId: { Ref: 'Vpc' } } },
  });
  const found = (resources: object): string[] =>
    readTemplate({ ...rest, Conditions, Resources: { ...Resources, ...resources } }, options).mistakes.map(
      ({ path }) => path,
    );
  expect(found(more('Never'))).toEqual([]);
  expect(found(more('Always'))).toEqual(['Resources.Subnet.Properties.VpcId.Ref']);
  expect(found({ C: { Type: 'AWS::SNS::Topic', Condition: 'Never', DependsOn: 'Gone' } })).toEqual([
    'Resources.C.DependsOn',
  ]);
});

test('attributes are those of CDK’s copy of CloudFormation’s registry', () => {
  const require = createRequire(import.meta.url);
  const folder = require.resolve('aws-cdk-lib/package.json').replace(/package\.json$/, '');
  for (const [type, names] of Object.entries(attributeNames)) {
    const [, service = '', kind = ''] = type.toLowerCase().split('::');
    const text = readFileSync(`${folder}aws-${service}/lib/${service}.generated.js`, 'utf8');
    const at = text.toLowerCase().indexOf(`class cfn${kind} extends`);
    const end = text.indexOf('}class Cfn', at + 1);
    const body = text.slice(at, end < 0 ? undefined : end);
    const found = Array.from(body.matchAll(/getAtt\("([^".]+)[".]/g), ([, name = '']) => name);
    expect([type, [...new Set(found)].sort()]).toEqual([type, [...names].sort()]);
  }
});
