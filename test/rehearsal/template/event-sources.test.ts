import { expect, test } from 'vitest';
import { readTemplate } from '../../../rehearsal/template/index.js';
import { functionResource } from './support/function-resource.js';

const options = { stackName: 'Demo', region: 'eu-west-1', account: '111122223333' };
const Policies = [{ PolicyDocument: { Statement: { Effect: 'Allow', Action: 'kafka-cluster:*', Resource: '*' } } }];
const aliasOf = (name: string) => ({
  Type: 'AWS::Lambda::Alias',
  Properties: { FunctionName: { Ref: name }, FunctionVersion: '1', Name: 'live' },
});

test.each([
  ['Worker', 'Worker'],
  ['WorkerAliasHandler', 'WorkerAliasHandler'],
  ['WorkerAliasOfOther', 'Other'],
  ['WorkerAliaslive', 'Worker'],
  ['WorkerAliasHandlerAliaslive', 'WorkerAliasHandler'],
])('a mapping that refers to %s is one of %s', (name, expected) => {
  const { eventSources } = readTemplate(
    {
      Resources: {
        R: { Type: 'AWS::IAM::Role', Properties: { Policies } },
        Worker: functionResource('R'),
        WorkerAliasHandler: functionResource('R'),
        Other: functionResource('R'),
        WorkerAliasOfOther: aliasOf('Other'),
        Mapping: {
          Type: 'AWS::Lambda::EventSourceMapping',
          Properties: { FunctionName: { Ref: name }, Topics: ['orders'] },
        },
      },
    },
    options,
  );
  expect(eventSources.map((source) => source.function)).toEqual([expected]);
});

test.each([
  ['worker', 'Named'],
  ['worker:live', 'Named'],
  ['function:worker', 'Named'],
  ['111122223333:function:worker', 'Named'],
  ['111122223333:function:worker:live', 'Named'],
  ['arn:aws:lambda:eu-west-1:111122223333:function:worker', 'Named'],
  ['444455556666:function:worker', undefined],
  ['worker-2', undefined],
])('a mapping for %s is one of %s', (name, expected) => {
  const Mapping = {
    Type: 'AWS::Lambda::EventSourceMapping',
    Properties: { FunctionName: name, Topics: ['orders'] },
  };
  const Named = functionResource('R', { FunctionName: 'worker' });
  const { eventSources } = readTemplate(
    { Resources: { R: { Type: 'AWS::IAM::Role', Properties: { Policies } }, Named, Mapping } },
    options,
  );
  expect(eventSources.map((source) => source.function)).toEqual([expected]);
});
