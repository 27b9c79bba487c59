import { describe, expect, test } from 'vitest';
import { planRoles } from '../../../rehearsal/enforce/index.js';
import { readTemplate } from '../../../rehearsal/template/index.js';
import { withoutRealBrokers } from '../../../rehearsal/template/real-brokers.js';
import { pubsub_error } from '../../../src/base/error.js';
import { functionResource } from './support/function-resource.js';

const place = { stackName: 'Orders', region: 'eu-west-1', account: '111122223333' };
const faulty = [
  { Effect: 'allow', Action: 'kafka-cluster:*', Resource: '*' },
  { Effect: 'Allow', Actions: 'kafka-cluster:*', Resource: '*' },
  { Effect: 'Allow', Action: 'kafka-cluster:*' },
  { Effect: 'Allow', Action: 'kafka-cluster:*', Resource: 'zzz', Foo: 1, Principal: '*' },
  {
    Effect: 'Allow',
    Action: 'kafka-cluster:*',
    NotAction: 'x',
    Resource: '*',
    Condition: { Foo: { a: 'b' }, Bar: {} },
  },
];
const faults = [
  'Statement[0].Effect: must be Allow or Deny',
  'Statement[1]: has unknown fields: Actions',
  'Statement[1].Action: is missing',
  'Statement[2].Resource: is missing',
  'Statement[3]: has unknown fields: Foo',
  'Statement[3]: has Principal',
  'Statement[3].Resource: "zzz" is neither an ARN',
  'Statement[4].Action: is present together with NotAction',
  'Statement[4].NotAction: "x" has no service prefix',
  'Statement[4].Condition.Foo: is not an IAM operator',
  'Statement[4].Condition.Bar: is not an IAM operator',
];

function refusalsOf(work: () => unknown): string[] {
  try {
    work();
  } catch (error) {
    if (!pubsub_error.is(error)) throw error;
    const { refusals = [error.raw_message] } = error.details as { refusals?: string[] };
    return refusals;
  }
  return [];
}

function stack(statement: unknown, properties: object = {}, more: object = {}): object {
  return {
    Resources: {
      F: functionResource('R', properties),
      R: {
        Type: 'AWS::IAM::Role',
        Properties: { Policies: [{ PolicyName: 'p', PolicyDocument: { Statement: statement } }] },
      },
      ...more,
    },
  };
}

describe('all problems are reported at once', () => {
  test('of a policy’s file, and of the files beside it', () => {
    const text = JSON.stringify({ Version: '2012-10-17', Statement: faulty });
    const unreadable = new pubsub_error('argument_invalid', 'rehearsal', 'the policy missing.json cannot be read');
    const refusals = refusalsOf(() =>
      planRoles(
        [
          { path: 'missing.json', text: '', unreadable },
          { path: 'p.json', text },
          { path: 'none.json', text: '{' },
        ],
        { scps: [{ path: 'scp.json', text }] },
      ),
    );
    expect(refusals).toHaveLength(2 * faults.length + 2);
    expect(refusals[0]).toBe('the policy missing.json cannot be read');
    for (const fault of faults) {
      expect(refusals).toContainEqual(expect.stringContaining(`p.json.${fault}`) as string);
      expect(refusals).toContainEqual(expect.stringContaining(`scp.json.${fault}`) as string);
    }
    expect(refusals).toContainEqual(expect.stringContaining('none.json is not JSON') as string);
  });

  test('of a policy in a template, and of resources without the shape of one', () => {
    const refusals = refusalsOf(() => readTemplate(stack(faulty, {}, { X: {}, Y: 'text' }), place));
    for (const fault of faults) expect(refusals).toContainEqual(expect.stringContaining(fault) as string);
    expect(refusals).toContain('Resources.X.Type: is missing');
    expect(refusals).toContainEqual(expect.stringMatching(/^Resources\.Y: must be an object/) as string);
    expect(refusals).toHaveLength(faults.length + 2);
  });

  test('of sections and entries without the expected shape, and of everything beside them', () => {
    const refusals = refusalsOf(() =>
      readTemplate(
        {
          ...stack(
            [{ Effect: 'Allow', Action: 'kafka-cluster:*', Resource: { Ref: 'P' } }],
            {
              Handler: ['x'],
              Environment: { Variables: { A: { Ref: 'P' }, B: { 'Fn::FindInMap': ['M', 'a', 'b'] } } },
            },
            { X: {}, G: { Type: 'AWS::Lambda::Function', Properties: [] } },
          ),
          Parameters: { P: { Default: 'x' }, Q: 'text' },
          Mappings: { M: { a: 'b' } },
          Conditions: [],
          Outputs: 'text',
        },
        { ...place, parameters: { P: 'x', Q: 'y' } },
      ),
    );
    expect(refusals.map((one) => one.slice(0, one.indexOf(':')))).toEqual([
      'Parameters.P.Type',
      'Parameters.Q',
      'Mappings.M.a',
      'Conditions',
      'Resources.X.Type',
      'Resources.G.Properties',
      'Outputs',
      'Resources.F.Properties.Handler',
    ]);
  });

  test('of a value that is not a section, and of references to its entries', () => {
    const refusals = refusalsOf(() =>
      readTemplate(
        {
          ...stack([{ Effect: 'Allow', Action: 'kafka-cluster:*', Resource: { Ref: 'P' } }], {
            Runtime: 'nodejs21.x',
            Environment: { Variables: { A: { 'Fn::If': ['C', 1, 2] }, B: { 'Fn::FindInMap': ['M', 'a', 'b'] } } },
          }),
          Parameters: [],
          Mappings: 5,
          Conditions: 'text',
        },
        { ...place, parameters: { P: 'x' } },
      ),
    );
    expect(refusals.map((one) => one.slice(0, one.indexOf(':'))).sort()).toEqual([
      'Conditions',
      'Mappings',
      'Parameters',
      'Resources.F.Properties.Runtime',
    ]);
  });

  test('of a function, whatever part of it or of its role does not have the expected shape', () => {
    const faulty = {
      Runtime: 'nodejs20',
      Handler: ['x'],
      Timeout: 'soon',
      MemorySize: {},
      VpcConfig: 5,
      LoggingConfig: [],
      FunctionName: ['x'],
      Environment: { Variables: { A: { Ref: 'Missing' }, B: { 'Fn::Join': ['a'] } } },
      Code: [],
    };
    const own = ['Code', 'FunctionName', 'Handler', 'LoggingConfig', 'MemorySize', 'Runtime', 'Timeout', 'VpcConfig'];
    const paths = [
      ...own.map((key) => `Resources.F.Properties.${key}`),
      'Resources.F.Properties.Environment.Variables.A.Ref',
      'Resources.F.Properties.Environment.Variables.B.Fn::Join',
    ].sort();
    const good = [{ Effect: 'Allow', Action: 'kafka-cluster:*', Resource: '*' }];
    const refused = (template: unknown): string[] =>
      refusalsOf(() => readTemplate(template, place))
        .map((one) => one.slice(0, one.search(/:(?!:|Join)/)))
        .sort();
    const { Resources } = stack(good, faulty) as { Resources: Record<string, object> };
    expect(refused({ Resources })).toEqual(paths);
    const misshapen = { ...Resources, F: { ...Resources['F'], Condition: ['x'], Metadata: 'text' } };
    expect(refused({ Resources: misshapen })).toEqual(
      [...paths, 'Resources.F.Condition', 'Resources.F.Metadata'].sort(),
    );
    expect(refused({ Resources: { ...Resources, R: {} } })).toEqual([...paths, 'Resources.R.Type'].sort());
  });

  test('of a value that is not a loop, and of what is beside it', () => {
    const { Resources } = stack([{ Effect: 'allow', Action: 'kafka-cluster:*', Resource: '*' }]) as {
      Resources: object;
    };
    const refusals = refusalsOf(() =>
      readTemplate(
        {
          Transform: 'AWS::LanguageExtensions',
          Resources: { ...Resources, 'Fn::ForEach::L': ['x'] },
          Parameters: { P: 5 },
        },
        place,
      ),
    );
    expect(refusals).toEqual([
      expect.stringContaining('Resources.Fn::ForEach::L: takes a name') as string,
      expect.stringContaining('Parameters.P: must be an object') as string,
      expect.stringContaining('Effect: must be Allow or Deny') as string,
    ]);
  });

  test('of the addresses in a function’s variables', () => {
    const host = 'b-1.prod.x1y2z3.c4.kafka.us-east-1.amazonaws.com';
    const environment = {
      X: `${host}:9094`,
      Y: `${host}:9096`,
      CFG: JSON.stringify({ brokers: [host, `${host}:9094`] }),
      PROPS: `bootstrap.servers=${host},b-2${host.slice(3)}\nacks=all`,
    };
    const refusals = refusalsOf(() => withoutRealBrokers({ environment, logicalId: 'F' }, '127.0.0.1:1'));
    const at = (name: string): number => refusals.filter((one) => one.includes(`Variables.${name}:`)).length;
    expect(['X', 'Y', 'CFG', 'PROPS'].map(at)).toEqual([1, 1, 2, 2]);
  });
});

test('a resource that a transform creates is listed, as one in a section is', () => {
  const inc = { 'Fn::Transform': { Name: 'AWS::Include', Parameters: { Location: 's3://b/x.yaml' } } };
  const good = [{ Effect: 'Allow', Action: 'kafka-cluster:*', Resource: '*' }];
  const { notModelled, functions } = readTemplate(stack(good, {}, { Inc: inc }), place);
  expect(functions.map(({ logicalId }) => logicalId)).toEqual(['F']);
  expect(notModelled).toEqual([
    {
      path: 'Resources.Inc.Fn::Transform',
      reason: 'AWS::Include is not applied: what it adds is missing',
    },
  ]);
});

test('everything that SAM would create for a function, and that a rehearsal does not have, is listed', () => {
  const properties = {
    Runtime: 'nodejs22.x',
    Handler: 'index.handler',
    InlineCode: '',
    Policies: [{ Statement: [{ Effect: 'Allow', Action: 'kafka-cluster:*', Resource: '*' }] }],
    AutoPublishAlias: 'live',
    FunctionUrlConfig: { AuthType: 'NONE' },
    Events: { S: { Type: 'Schedule' }, Q: { Type: 'SQS' }, A: { Type: 'HttpApi' } },
  };
  const { notModelled } = readTemplate(
    {
      Transform: 'AWS::Serverless-2016-10-31',
      Globals: { Function: { DeadLetterQueue: { Type: 'SQS' } } },
      Resources: { C: { Type: 'AWS::Serverless::Function', Properties: properties } },
    },
    place,
  );
  expect(notModelled.map(({ path }) => path).sort()).toEqual([
    'Globals.Function.DeadLetterQueue',
    ...['AutoPublishAlias', 'Events.A', 'Events.Q', 'Events.S', 'FunctionUrlConfig'].map(
      (key) => `Resources.C.Properties.${key}`,
    ),
  ]);
});
