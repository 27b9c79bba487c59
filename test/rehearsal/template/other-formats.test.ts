import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { planRehearsal } from '../../../rehearsal/plan/plan.js';

function written(name: string, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'other-formats-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

const policy = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'kafka-cluster:*', Resource: '*' }] };
const stack = (type = 'AWS::Lambda::Function') => ({
  Resources: {
    Role: { Type: 'AWS::IAM::Role', Properties: { Policies: [{ PolicyName: 'p', PolicyDocument: policy }] } },
    Fn: {
      Type: type,
      Properties: {
        Runtime: 'nodejs22.x',
        Handler: 'index.handler',
        Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
        Code: { ZipFile: 'exports.handler = async () => 1' },
      },
    },
  },
});

test.each<[string, string]>([
  ['JSON', JSON.stringify({ TemplateBody: stack(), StagesAvailable: ['Original', 'Processed'] })],
  ['a text', JSON.stringify({ TemplateBody: JSON.stringify(stack()), StagesAvailable: ['Original'] })],
])('the output of aws cloudformation get-template is read: %s', (_, text) => {
  const { model } = planRehearsal(written('deployed.json', text), {});
  expect(model.functions.map(({ logicalId }) => logicalId)).toEqual(['Fn']);
});

test.each<[string, string, string, string]>([
  [
    'serverless.yml',
    'service: x\nprovider: { name: aws }\nfunctions: {}\n',
    'Serverless Framework',
    'serverless package',
  ],
  ['policy.json', JSON.stringify(policy), 'is a policy', 'gateway --policy'],
  ['plan.json', '{"format_version":"1.2","terraform_version":"1.9.0"}', 'Terraform', 'gateway --policy'],
  ['cdk.json', '{"app":"npx tsx bin/app.ts"}', 'a CDK app', 'cdk synth'],
])('another format is named, with what to give instead: %s', (name, text, sentence, hint) => {
  const file = written(name, text);
  expect(() => planRehearsal(file, {})).toThrow(
    expect.objectContaining({
      code: 'template_refused',
      message: expect.stringContaining(sentence) as unknown,
      hint: expect.stringContaining(hint) as unknown,
    }) as Error,
  );
});

test.each(['AWS::Lambda::function', 'AWS::Lambda::Functions', 'AWS::lambda::Function'])(
  'a misspelt type is refused: %s',
  (type) => {
    const file = written('t.json', JSON.stringify(stack(type)));
    expect(() => planRehearsal(file, {})).toThrow(
      expect.objectContaining({
        message: expect.stringContaining(`Resources.Fn.Type: CloudFormation has no type ${type}`) as unknown,
        hint: expect.stringContaining('Did you mean AWS::Lambda::Function?') as unknown,
      }) as Error,
    );
  },
);
