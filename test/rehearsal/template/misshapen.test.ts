import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { policyStatements } from '../../../rehearsal/policy/index.js';
import { loadTemplate, readTemplate } from '../../../rehearsal/template/index.js';
import { pubsub_error } from '../../../src/base/error.js';

const place = { stackName: 'Orders', region: 'eu-west-1', account: '111122223333' };

function refused(work: () => unknown): pubsub_error {
  try {
    work();
  } catch (error) {
    if (pubsub_error.is(error) && error.code === 'template_refused') return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'misshapen-'));
  const made = folder;
  onTestFinished(() => rmSync(made, { recursive: true }));
});

describe('not a template:', () => {
  test.each([
    ['nothing in it', {}, 'Resources: is missing'],
    ['a list', [], 'template: must be an object, and is a list'],
    ['a text', 'Resources', 'template: must be an object, and is "Resources"'],
    ['no resources', { Resources: null }, 'Resources: must be an object, and is empty'],
    ['a resource without a type', { Resources: { A: {} } }, 'Resources.A.Type: is missing'],
    [
      'a resource that is not an object',
      { Resources: { A: 'AWS::S3::Bucket' } },
      'Resources.A: must be an object, and is "AWS::S3::Bucket"',
    ],
    [
      'a parameter’s default',
      { Resources: {}, Parameters: { P: { Type: 'String', Default: {} } } },
      'Parameters.P.Default: must be a string or a number or true or false or a list, and is an object',
    ],
  ])('%s', (_, template, sentence) => {
    expect(refused(() => readTemplate(template, place)).raw_message).toBe(sentence);
  });

  test.each([
    ['empty.yaml', ''],
    ['null.json', 'null'],
    ['comment.yaml', '# later\n'],
  ])('an empty file: %s', (name, text) => {
    const file = join(folder, name);
    writeFileSync(file, text);
    expect(refused(() => loadTemplate(file)).raw_message).toBe(`${file}: is empty`);
  });
});

test.each([
  ['list.json', '[1, 2]', 'a list'],
  ['text.yaml', 'Resources', '"Resources"'],
  ['number.json', '5', '5'],
  ['garbage.json', '\u0001\u0002 garb', null],
])('a file that is not a template is named: %s', (name, text, what) => {
  const file = join(folder, name);
  writeFileSync(file, text);
  const { raw_message } = refused(() => loadTemplate(file));
  expect(raw_message).toMatch(new RegExp(`^${file}: `));
  if (what !== null) expect(raw_message).toBe(`${file}: must be an object, and is ${what}`);
});

describe('a folder instead of a template', () => {
  test.each([
    ['none', [], /^It contains no template/],
    [
      'CDK’s one',
      ['Orders.template.json', 'Orders.assets.json', 'manifest.json'],
      /--template .*Orders\.template\.json\?$/,
    ],
    ['SAM’s one', ['template.yaml', 'samconfig.toml'], /--template .*template\.yaml\?$/],
    ['several', ['A.template.json', 'B.template.json'], /several: .*A\.template\.json, .*B\.template\.json\.$/],
  ])('it has %s', (_, names, hint) => {
    const at = join(folder, 'cdk.out');
    mkdirSync(at);
    for (const name of names) writeFileSync(join(at, name), '{}');
    const { raw_message, hint: said } = refused(() => loadTemplate(at));
    expect(raw_message).toBe(`${at}: is a folder, and must be a template`);
    expect(said).toMatch(hint);
  });
});

test.each([
  [{}, 'role.json: is not a policy document: Statement is missing'],
  [null, 'role.json: is not a policy document: it must be an object, and is empty'],
  [[], 'role.json: is not a policy document: it must be an object, and is a list'],
  [
    { Statement: 'Allow' },
    'role.json: is not a policy document: Statement must be an object or a list, and is "Allow"',
  ],
])('not a policy: %j', (document, sentence) => {
  expect(refused(() => policyStatements(document, 'role.json')).raw_message).toBe(sentence);
});

test.each([
  [{ Effect: 'allow' }, 'Effect: must be Allow or Deny, and is "allow"'],
  [{ Resource: 5 }, 'Resource: must be a string or a list, and is 5'],
  [{ Resource: undefined }, 'Resource: is missing'],
])('not a statement: %j', (changed, sentence) => {
  const statement = { Effect: 'Allow', Action: 'kafka-cluster:Connect', Resource: '*', ...changed };
  const policy = { Statement: [statement] };
  expect(refused(() => policyStatements(policy, 'role.json')).raw_message).toBe(`role.json.Statement[0].${sentence}`);
});

test('a wrong parameter is reported once, however often it is used', () => {
  const cluster = { 'Fn::Sub': 'arn:aws:kafka:eu-west-1:111122223333:cluster/${Stage}/id' };
  const topic = (name: string): unknown => ({
    Type: 'AWS::MSK::Topic',
    Properties: { ClusterArn: cluster, TopicName: name, PartitionCount: 1, ReplicationFactor: 1 },
  });
  const role = {
    Type: 'AWS::IAM::Role',
    Properties: {
      Policies: [
        {
          PolicyName: 'p',
          PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 'kafka-cluster:*', Resource: cluster }] },
        },
      ],
    },
  };
  const worker = {
    Type: 'AWS::Lambda::Function',
    Properties: {
      Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
      Runtime: 'nodejs22.x',
      Handler: 'index.handler',
      Code: { ZipFile: '' },
      Environment: { Variables: { STAGE: { Ref: 'Stage' } } },
    },
  };
  const template = {
    Parameters: { Stage: { Type: 'String' }, Other: { Type: 'String' } },
    Resources: { A: topic('a'), B: topic('b'), Role: role, Worker: worker },
  };
  const missing = 'Parameters.Stage: has no default, and no value was given';
  expect(refused(() => readTemplate(template, place))).toMatchObject({
    raw_message: missing,
    details: { path: 'Parameters.Stage', asks: ["--parameter 'Stage=…'"] },
  });
});
