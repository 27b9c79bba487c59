import { Runtime } from '@aws-sdk/client-lambda';
import { expect, test } from 'vitest';
import { readTemplate, type StackModel } from '../../../rehearsal/template/index.js';
import { nodeRuntimes } from '../../../rehearsal/template/parts/runtime.js';

const place = { stackName: 'Orders', region: 'eu-west-1', account: '111122223333' };
const PATH = 'Resources.F.Properties.Runtime';

function read(runtime: string): StackModel {
  const statement = [{ Effect: 'Allow', Action: 'kafka-cluster:*', Resource: '*' }];
  const properties = {
    Role: { 'Fn::GetAtt': ['R', 'Arn'] },
    Runtime: runtime,
    Handler: 'index.handler',
    Code: { ZipFile: '' },
  };
  const policy = { PolicyName: 'p', PolicyDocument: { Version: '2012-10-17', Statement: statement } };
  return readTemplate(
    {
      Resources: {
        F: { Type: 'AWS::Lambda::Function', Properties: properties },
        R: { Type: 'AWS::IAM::Role', Properties: { Policies: [policy] } },
      },
    },
    place,
  );
}

test.each(['nodejs18.x', 'nodejs20.x', 'nodejs22.x', 'nodejs24.x'])('%s runs without a remark', (runtime) => {
  const { functions, notModelled } = read(runtime);
  expect(functions).toMatchObject([{ runtime }]);
  expect(notModelled).toEqual([]);
});

test.each([
  ['nodejs', 'Lambda creates no functions with nodejs any more'],
  ['nodejs8.10', 'Lambda creates no functions with nodejs8.10 any more'],
  ['nodejs99.x', 'nodejs99.x is not a known runtime: Lambda may not have it'],
])('%s runs on this Node, with a remark', (runtime, sentence) => {
  const { functions, notModelled } = read(runtime);
  expect(functions).toMatchObject([{ runtime }]);
  expect(notModelled).toEqual([{ path: PATH, reason: `${sentence}; here it runs on the Node that runs this command` }]);
});

test.each(['nodejs21.x', 'nodejs20', 'nodejs-20.x', 'NodeJS20.x', 'node22.x', 'nodejs22.X', 'nodejs99.99'])(
  '%s is refused, as by Lambda',
  (runtime) => {
    expect(() => read(runtime)).toThrow(`${PATH}: Lambda has no runtime ${runtime}`);
  },
);

test('the runtimes are those of the SDK', () => {
  expect([...nodeRuntimes].sort()).toEqual(
    Object.values(Runtime)
      .filter((runtime) => runtime.startsWith('nodejs'))
      .sort(),
  );
});
