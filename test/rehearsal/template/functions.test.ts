import { expect, test } from 'vitest';
import { readTemplate, type FunctionModel, type ReadOptions } from '../../../rehearsal/template/index.js';

const options: ReadOptions = {
  stackName: 'Demo',
  region: 'eu-west-1',
  account: '111122223333',
  assembly: { folder: '/project', assets: { 'abc.zip': 'asset.abc', 'def.zip': 'asset.def.zip' } },
};

const role = {
  Type: 'AWS::IAM::Role',
  Properties: {
    Policies: [
      {
        PolicyName: 'Kafka',
        PolicyDocument: { Statement: { Effect: 'Allow', Action: 'kafka-cluster:*', Resource: '*' } },
      },
    ],
  },
};

function read(properties: Record<string, unknown>, type = 'AWS::Lambda::Function'): FunctionModel {
  const template = {
    ...(type === 'AWS::Lambda::Function' ? {} : { Transform: 'AWS::Serverless-2016-10-31' }),
    Resources: {
      Role: role,
      F: {
        Type: type,
        Properties: {
          Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
          Handler: 'index.handler',
          Runtime: 'nodejs22.x',
          Code: { S3Bucket: 'b', S3Key: 'abc.zip' },
          ...properties,
        },
      },
    },
  };
  const { functions } = readTemplate(template, options);
  expect(functions).toHaveLength(1);
  return functions[0]!;
}

test.each<[string, Record<string, unknown>, unknown]>([
  ['an asset that is a folder', { S3Bucket: 'b', S3Key: 'abc.zip' }, { kind: 'folder', path: '/project/asset.abc' }],
  ['under a prefix', { S3Bucket: 'b', S3Key: 'some/prefix/abc.zip' }, { kind: 'folder', path: '/project/asset.abc' }],
  ['an asset that is an archive', { S3Bucket: 'b', S3Key: 'def.zip' }, { kind: 'zip', path: '/project/asset.def.zip' }],
  ['inline', { ZipFile: { 'Fn::Join': ['\n', ['a', 'b']] } }, { kind: 'inline', text: 'a\nb' }],
])('code: %s', (_, code, expected) => {
  expect(read({ Code: code }).code).toEqual(expected);
});

test.each<[string, Record<string, unknown>, unknown]>([
  ['a folder', { CodeUri: './worker' }, { kind: 'folder', path: '/project/worker' }],
  ['inline', { InlineCode: 'x' }, { kind: 'inline', text: 'x' }],
])('code of a SAM function: %s', (_, properties, expected) => {
  expect(read(properties, 'AWS::Serverless::Function').code).toEqual(expected);
});

test.each<[string, Record<string, unknown>, string]>([
  ['code in S3', { Code: { S3Bucket: 'b', S3Key: 'other.zip' } }, 'Resources.F.Properties.Code: is in S3 (other.zip)'],
  ['no code', { Code: undefined }, 'Resources.F.Properties.Code: is missing'],
  ['no handler', { Handler: undefined }, 'Resources.F.Properties.Handler: is missing'],
  ['no runtime', { Runtime: undefined }, 'Resources.F.Properties.Runtime: is missing'],
  [
    'a variable with an unknown reference',
    { Environment: { Variables: { A: { Ref: 'X' } } } },
    'Resources.F.Properties.Environment.Variables.A.Ref: there is no',
  ],
  ['SAM’s code in S3', { CodeUri: 's3://bucket/key' }, 'is in S3'],
])('%s is refused', (name, properties, sentence) => {
  const type = name.startsWith('SAM') ? 'AWS::Serverless::Function' : undefined;
  expect(() => read(properties, type)).toThrow(sentence);
});

test('a role that the template does not have: set aside, and refused when asked for', () => {
  const template = {
    Resources: {
      F: {
        Type: 'AWS::Lambda::Function',
        Properties: {
          Role: 'arn:aws:iam::111122223333:role/theirs',
          Handler: 'a.b',
          Runtime: 'nodejs22.x',
          Code: { ZipFile: '' },
        },
      },
    },
  };
  const sentence = 'Properties.Role: arn:aws:iam::111122223333:role/theirs is not a role of the template';
  expect(readTemplate(template, options).setAside).toEqual([
    { path: 'Resources.F', reason: expect.stringContaining(sentence) as unknown },
  ]);
  expect(() => readTemplate(template, { ...options, functions: ['F'] })).toThrow(sentence);
});

test.each<[string, Record<string, unknown>, string]>([
  [
    'a managed policy from elsewhere',
    { ManagedPolicyArns: ['arn:aws:iam::111122223333:policy/theirs'] },
    'policy/theirs is not in the template',
  ],
  [
    'a boundary from elsewhere',
    { PermissionsBoundary: 'arn:aws:iam::111122223333:policy/limit' },
    'Resources.Role.Properties.PermissionsBoundary: arn:aws:iam::111122223333:policy/limit is not in the template',
  ],
  [
    'a policy without statements',
    { Policies: [...role.Properties.Policies, { PolicyName: 'x', PolicyDocument: { Unheard: {} } }] },
    'Resources.Role.Properties.Policies[1].PolicyDocument: is not a policy document: it has no Statement',
  ],
])('a role with %s is refused', (_, changed, sentence) => {
  const template = {
    Resources: {
      Role: { ...role, Properties: { ...role.Properties, ...changed } },
      F: {
        Type: 'AWS::Lambda::Function',
        Properties: {
          Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
          Handler: 'a.b',
          Runtime: 'nodejs22.x',
          Code: { ZipFile: '' },
        },
      },
    },
  };
  expect(() => readTemplate(template, options)).toThrow(sentence);
});

test('a policy template of SAM grants no right on a cluster’s data, whatever its name', () => {
  const template = {
    Transform: 'AWS::Serverless-2016-10-31',
    Resources: {
      F: {
        Type: 'AWS::Serverless::Function',
        Properties: { InlineCode: '', Handler: 'a.b', Runtime: 'nodejs22.x', Policies: { UnheardOfPolicy: { A: 1 } } },
      },
    },
  };
  expect(readTemplate(template, options).setAside).toEqual([
    { path: 'Resources.F', reason: 'its role may do nothing with a cluster’s data' },
  ]);
});

test.each<[string, Record<string, unknown>, string]>([
  ['an image', { PackageType: 'Image', Code: { ImageUri: 'x' } }, 'Properties.Code: is a container image'],
  ['Python', { Runtime: 'python3.13' }, 'Properties.Runtime: python3.13 is not Node'],
])('%s is set aside, and refused when asked for', (_, changed, sentence) => {
  const properties = {
    Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
    Handler: 'index.handler',
    Runtime: 'nodejs22.x',
    Code: { S3Bucket: 'b', S3Key: 'abc.zip' },
  };
  const template = {
    Resources: {
      Role: role,
      F: { Type: 'AWS::Lambda::Function', Properties: { ...properties, ...changed } },
      G: { Type: 'AWS::Lambda::Function', Properties: properties },
    },
  };
  const { functions, setAside } = readTemplate(template, options);
  expect(functions.map(({ logicalId }) => logicalId)).toEqual(['G']);
  expect(setAside).toEqual([{ path: 'Resources.F', reason: expect.stringContaining(sentence) as unknown }]);
  expect(() => readTemplate(template, { ...options, functions: ['F'] })).toThrow(sentence);
});

test('a layer whose content is only in AWS is reported; one in a folder is used', () => {
  const template = {
    Transform: 'AWS::Serverless-2016-10-31',
    Resources: {
      Role: role,
      Common: { Type: 'AWS::Serverless::LayerVersion', Properties: { ContentUri: 'layers/common' } },
      F: {
        Type: 'AWS::Lambda::Function',
        Properties: {
          Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
          Handler: 'index.handler',
          Runtime: 'nodejs22.x',
          Code: { S3Bucket: 'b', S3Key: 'abc.zip' },
          Layers: [{ Ref: 'Common' }, 'arn:aws:lambda:eu-west-1:017000801446:layer:Powertools:1'],
        },
      },
    },
  };
  const { functions, notModelled } = readTemplate(template, options);
  expect(functions[0]!.layers).toEqual(['/project/layers/common']);
  expect(notModelled).toEqual([
    {
      path: 'Resources.F.Properties.Layers',
      reason: expect.stringContaining('layer:Powertools:1: a layer') as unknown,
    },
  ]);
});

test('lists of SAM’s Globals are concatenated, maps merged, all else replaced', () => {
  const template = {
    Transform: 'AWS::Serverless-2016-10-31',
    Globals: {
      Function: {
        Timeout: 10,
        MemorySize: 512,
        VpcConfig: { SecurityGroupIds: ['sg-1'], SubnetIds: ['subnet-1'] },
        Environment: { Variables: { A: 'general', B: 'general' } },
      },
    },
    Resources: {
      F: {
        Type: 'AWS::Serverless::Function',
        Properties: {
          InlineCode: '',
          Handler: 'a.b',
          Runtime: 'nodejs22.x',
          Timeout: 20,
          VpcConfig: { SecurityGroupIds: ['sg-2'] },
          Environment: { Variables: { B: 'own' } },
          Policies: { Statement: { Effect: 'Allow', Action: 'kafka-cluster:*', Resource: '*' } },
        },
      },
    },
  };
  expect(readTemplate(template, options).functions[0]).toMatchObject({
    timeoutSeconds: 20,
    memoryMb: 512,
    securityGroups: ['sg-1', 'sg-2'],
    subnets: ['subnet-1'],
    environment: { A: 'general', B: 'own' },
  });
});
