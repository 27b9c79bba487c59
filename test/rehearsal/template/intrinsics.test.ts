import { describe, expect, test } from 'vitest';
import { Answers } from '../../../rehearsal/answers.js';
import { readTemplate, type ReadOptions } from '../../../rehearsal/template/index.js';
import { functionResource } from './support/function-resource.js';

const options: ReadOptions = { stackName: 'Demo', region: 'eu-west-1', account: '111122223333' };

/** The value of an output; if it is unknown, the reason. */
function output(value: unknown, parts: Record<string, unknown> = {}, changed: Partial<ReadOptions> = {}): string {
  const template = { Resources: {}, ...parts, Outputs: { It: { Value: value } } };
  const stack = readTemplate(template, { ...options, ...changed });
  return stack.outputs['It'] ?? `refused: ${stack.setAside.map(({ reason }) => reason).join()}`;
}

const parts = {
  Transform: 'AWS::LanguageExtensions',
  Parameters: {
    Name: { Type: 'String', Default: 'n' },
    List: { Type: 'CommaDelimitedList', Default: 'a, b' },
    Number: { Type: 'Number', Default: 3 },
    Needed: { Type: 'String' },
  },
  Mappings: { M: { 'eu-west-1': { size: 'small', list: ['x', 'y'] } } },
  Conditions: {
    Yes: { 'Fn::Equals': [{ Ref: 'Name' }, 'n'] },
    No: { 'Fn::Not': [{ Condition: 'Yes' }] },
    Both: { 'Fn::And': [{ Condition: 'Yes' }, { Condition: 'No' }] },
    Either: { 'Fn::Or': [{ Condition: 'Yes' }, { Condition: 'No' }] },
    Loop: { 'Fn::Not': [{ Condition: 'Loop' }] },
  },
  Resources: {
    Group: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: 'logs' } },
    Cluster: { Type: 'AWS::MSK::Cluster', Properties: { ClusterName: 'c' } },
    Absent: { Type: 'AWS::S3::Bucket', Condition: 'No' },
    Odd: { Type: 'AWS::Odd::Thing' },
    A: { Type: 'AWS::S3::Bucket', Properties: { BucketName: { Ref: 'B' } } },
    B: { Type: 'AWS::S3::Bucket', Properties: { BucketName: { Ref: 'A' } } },
    Brokers: {
      Type: 'Custom::AWS',
      Properties: { Create: '{"service":"Kafka","action":"getBootstrapBrokers","parameters":{"ClusterArn":"x"}}' },
    },
    Other: { Type: 'Custom::AWS', Properties: { Create: '{"service":"S3","action":"listBuckets"}' } },
  },
};

test.each([
  ['eu-west-1', 'amazonaws.com'],
  ['cn-north-1', 'amazonaws.com.cn'],
  ['eusc-de-east-1', 'amazonaws.eu'],
])('in %s, names of services end with %s', (region, domain) => {
  const Resources = { Q: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'q' } } };
  expect(output({ 'Fn::Sub': '${AWS::URLSuffix} ${Q}' }, { Resources }, { region })).toBe(
    `${domain} https://sqs.${region}.${domain}/111122223333/q`,
  );
});

describe('a function of CloudFormation', () => {
  test.each<[string, unknown, string]>([
    ['Ref of a parameter', { Ref: 'Name' }, 'n'],
    ['Ref of a number', { Ref: 'Number' }, '3'],
    ['Ref of a resource', { Ref: 'Group' }, 'logs'],
    ['Ref of a pseudo parameter', { Ref: 'AWS::Partition' }, 'aws'],
    ['GetAtt', { 'Fn::GetAtt': ['Group', 'Arn'] }, 'arn:aws:logs:eu-west-1:111122223333:log-group:logs:*'],
    ['GetAtt as text', { 'Fn::GetAtt': 'Group.Arn' }, 'arn:aws:logs:eu-west-1:111122223333:log-group:logs:*'],
    [
      'Sub',
      { 'Fn::Sub': '${AWS::Region}/${Name}/${Group}/${Group.Arn}' },
      'eu-west-1/n/logs/arn:aws:logs:eu-west-1:111122223333:log-group:logs:*',
    ],
    ['Sub with variables', { 'Fn::Sub': ['${Name}-${V}', { V: { Ref: 'Number' }, Name: 'own' }] }, 'own-3'],
    ['Sub, literally', { 'Fn::Sub': '${!Name}$x' }, '${Name}$x'],
    ['Join', { 'Fn::Join': ['-', ['a', { Ref: 'Name' }, 1]] }, 'a-n-1'],
    ['Join of a list', { 'Fn::Join': [',', { Ref: 'List' }] }, 'a,b'],
    ['Select and Split', { 'Fn::Select': ['1', { 'Fn::Split': ['/', 'a/b/c'] }] }, 'b'],
    ['Base64', { 'Fn::Base64': 'text' }, 'dGV4dA=='],
    ['FindInMap', { 'Fn::FindInMap': ['M', { Ref: 'AWS::Region' }, 'size'] }, 'small'],
    ['FindInMap of a list', { 'Fn::Select': [1, { 'Fn::FindInMap': ['M', 'eu-west-1', 'list'] }] }, 'y'],
    ['If', { 'Fn::If': ['Yes', 'yes', { Ref: 'Nothing' }] }, 'yes'],
    ['If not', { 'Fn::If': ['Both', { Ref: 'Nothing' }, { 'Fn::If': ['Either', 'either', 'no'] }] }, 'either'],
    ['NoValue in a list', { 'Fn::Join': [',', ['a', { Ref: 'AWS::NoValue' }, 'b']] }, 'a,b'],
    ['GetAZs', { 'Fn::Select': [2, { 'Fn::GetAZs': '' }] }, 'eu-west-1c'],
    ['Length', { 'Fn::Length': { Ref: 'List' } }, '2'],
    ['ToJsonString', { 'Fn::ToJsonString': { a: { Ref: 'Name' } } }, '{"a":"n"}'],
  ])('%s', (_, value, expected) => {
    expect(output(value, parts)).toBe(expected);
  });

  test.each<[string, unknown, string]>([
    ['Ref of a missing resource', { Ref: 'Nobody' }, 'Outputs.It.Value.Ref: there is no resource or parameter Nobody'],
    [
      'Ref of a property that every JavaScript object has',
      { Ref: 'constructor' },
      'there is no resource or parameter constructor',
    ],
    ['Ref of a resource that is not created', { Ref: 'Absent' }, 'Absent is not created: its condition No is false'],
    ['Ref of an unknown type', { Ref: 'Odd' }, 'Ref of Odd (AWS::Odd::Thing) is known only after the deployment'],
    [
      'an unknown attribute',
      { 'Fn::GetAtt': ['Cluster', 'CurrentVersion'] },
      'Cluster.CurrentVersion (AWS::MSK::Cluster)',
    ],
    ['a parameter without a value', { Ref: 'Needed' }, 'Parameters.Needed: has no default'],
    ['a circle of resources', { Ref: 'A' }, 'refers to itself'],
    ['a circle of conditions', { 'Fn::If': ['Loop', 1, 2] }, 'Conditions.Loop refers to itself'],
    ['a missing condition', { 'Fn::If': ['Maybe', 1, 2] }, 'there is no condition Maybe'],
    [
      'ImportValue',
      { 'Fn::ImportValue': 'their-export' },
      'Outputs.It.Value.Fn::ImportValue: imports "their-export" from another stack',
    ],
    [
      'GetStackOutput',
      { 'Fn::GetStackOutput': { StackName: 'Kafka', OutputName: 'ClusterArn' } },
      'Outputs.It.Value.Fn::GetStackOutput: has the output ClusterArn of the stack Kafka',
    ],
    [
      'GetStackOutput without a stack',
      { 'Fn::GetStackOutput': { OutputName: 'ClusterArn' } },
      'Outputs.It.Value.Fn::GetStackOutput.StackName: is missing',
    ],
    [
      'GetStackOutput with a misspelt key',
      { 'Fn::GetStackOutput': { StackName: 'Kafka', Output: 'ClusterArn' } },
      'Outputs.It.Value.Fn::GetStackOutput.Output: is not one of StackName, OutputName, Region, RoleArn',
    ],
    ['a dynamic reference', 'x{{resolve:ssm:/a/b}}', 'refers to {{resolve:ssm:/a/b}}'],
    [
      'a dynamic reference that Sub creates',
      { 'Fn::Join': ['', ['{{resolve:secretsmanager:x}}']] },
      'refers to {{resolve:secretsmanager:x}}',
    ],
    [
      'a function that is not supported',
      { 'Fn::Thumbprint': ['10.0.0.0/16', 2, 8] },
      'Fn::Thumbprint is not supported by a rehearsal',
    ],
    ['a Transform', { 'Fn::Transform': { Name: 'AWS::Include' } }, 'AWS::Include is not applied'],
    ['Select outside of the list', { 'Fn::Select': [2, { Ref: 'List' }] }, 'there is no element 2 in a list of 2'],
    ['Join of one argument', { 'Fn::Join': [','] }, 'takes a list of 2'],
    [
      'a missing key of a mapping',
      { 'Fn::FindInMap': ['M', 'eu-west-1', 'large'] },
      'there is no Mappings.M.eu-west-1.large',
    ],
    ['Sub of a list', { 'Fn::Sub': '${List}' }, 'must be a string, and is a list'],
    ['an object for a text', { a: 1 }, 'Outputs.It.Value: must be a string, and is an object'],
    [
      'brokers without given addresses',
      { 'Fn::GetAtt': ['Brokers', 'BootstrapBrokerStringSaslIam'] },
      'asks for the brokers’ addresses, and none were given',
    ],
    ['brokers of another listener', { 'Fn::GetAtt': ['Brokers', 'BootstrapBrokerString'] }, 'has brokers for IAM only'],
    [
      'another custom resource',
      { 'Fn::GetAtt': ['Other', 'Buckets.0.Name'] },
      'Other.Buckets.0.Name (Custom::AWS) is known only after the deployment',
    ],
  ])('is refused, by name and place: %s', (_, value, reason) => {
    const found = output(value, parts);
    expect(found).toMatch(/^refused: /);
    expect(found).toContain(reason);
  });

  test.each(['SaslIam', 'SaslIamIpv6', 'PublicSaslIam', 'VpcConnectivitySaslIam'])(
    'brokers’ addresses for %s',
    (listener) => {
      const value = { 'Fn::GetAtt': ['Brokers', `BootstrapBrokerString${listener}`] };
      expect(output(value, parts, { bootstrapBrokers: 'localhost:1' })).toBe('localhost:1');
    },
  );

  test.each([
    ['SaslIam', 'own:1'],
    ['SaslIamIpv6', 'own:1'],
    ['PublicSaslIam', 'public:1'],
    ['VpcConnectivitySaslIam', 'vpc:1'],
  ])('each listener may have its own: %s', (listener, brokers) => {
    const value = { 'Fn::GetAtt': ['Brokers', `BootstrapBrokerString${listener}`] };
    const otherIamBrokers = { public: 'public:1', otherVpc: 'vpc:1' };
    expect(output(value, parts, { bootstrapBrokers: 'own:1', otherIamBrokers })).toBe(brokers);
  });

  test('those of another listener are asked for, and made up where they decide nothing: they are no mistake', () => {
    const value = { 'Fn::GetAtt': ['Brokers', 'BootstrapBrokerStringTls'] };
    const answers = new Answers(['Brokers.BootstrapBrokerStringTls=b-1:9094']);
    expect(output(value, parts, { answers })).toBe('b-1:9094');
    const { Brokers } = parts.Resources;
    const Parameter = { Type: 'AWS::SSM::Parameter', Properties: { Value: value } };
    const F = functionResource('R', { Environment: { Variables: { TLS: value } } });
    const Policies = [{ PolicyDocument: { Statement: { Effect: 'Allow', Action: 'kafka-cluster:*', Resource: '*' } } }];
    const R = { Type: 'AWS::IAM::Role', Properties: { Policies } };
    const { mistakes, madeUp } = readTemplate({ Resources: { Brokers, Parameter, F, R } }, options);
    expect(mistakes).toEqual([]);
    expect(madeUp).toMatchObject([{ ask: "--answer 'Brokers.BootstrapBrokerStringTls=…'" }]);
  });

  test('answers that were given', () => {
    expect(output({ 'Fn::GetAtt': ['Other', 'Data'] }, parts, { answers: new Answers(['Other.Data=answered']) })).toBe(
      'answered',
    );
  });
});

describe('a topic', () => {
  const topic = (changed: Record<string, unknown>) => () =>
    readTemplate(
      {
        Resources: {
          T: {
            Type: 'AWS::MSK::Topic',
            Properties: {
              ClusterArn: 'arn:aws:kafka:eu-west-1:1:cluster/c/u',
              TopicName: 't',
              PartitionCount: 1,
              ReplicationFactor: 1,
              ...changed,
            },
          },
        },
      },
      options,
    );

  test.each<[Record<string, unknown>, string]>([
    [{ TopicName: undefined }, 'Resources.T.Properties.TopicName: is missing'],
    [{ PartitionCount: 0 }, 'Resources.T.Properties.PartitionCount: 0 is not a whole number of 1 or more'],
    [{ ReplicationFactor: 'two' }, 'must be a number, and is "two"'],
    [{ ClusterArn: 'c' }, '"c" is not the ARN of a cluster'],
    [{ Configs: 'not base64 of JSON' }, 'Resources.T.Properties.Configs: must be the Base64 form'],
    [{ Configs: Buffer.from('{"retention.ms":5}').toString('base64') }, 'whose values are strings'],
  ])('%j is refused', (changed, sentence) => {
    expect(topic(changed)).toThrow(sentence);
  });
});

describe('a template', () => {
  test.each([
    [null, 'template:'],
    ['text', 'template:'],
    [{}, 'Resources:'],
    [{ Resources: { A: {} } }, 'Resources.A.Type:'],
  ])('%j is refused', (template, path) => {
    expect(() => readTemplate(template, options)).toThrow(path);
  });

  test.each([
    [{ stackName: '1' }, 'stackName: "1" should look like SanityStack'],
    [{ region: 'Ireland' }, 'region: "Ireland" should look like eu-west-1'],
    [{ account: '12' }, 'account: "12" should look like 111122223333'],
  ])('in an impossible place, %j', (changed, sentence) => {
    expect(() => readTemplate({ Resources: {} }, { ...options, ...changed })).toThrow(sentence);
  });

  test('a cluster’s own policy is read with its principals, if it is about data', () => {
    const read = (action: string) =>
      readTemplate(
        {
          Resources: {
            C: { Type: 'AWS::MSK::ServerlessCluster', Properties: { ClusterName: 'c' } },
            P: {
              Type: 'AWS::MSK::ClusterPolicy',
              Properties: {
                ClusterArn: { Ref: 'C' },
                Policy: {
                  Statement: [
                    { Effect: 'Allow', Action: action, Principal: { AWS: { Ref: 'AWS::AccountId' } }, Resource: '*' },
                  ],
                },
              },
            },
          },
        },
        options,
      );
    const { clusterPolicies, clusters } = read('kafka-cluster:*');
    expect(clusterPolicies).toMatchObject([
      {
        clusterArn: clusters[0]!.arn,
        policy: { statements: [{ actions: ['kafka-cluster:*'], principals: { aws: ['111122223333'] } }] },
      },
    ]);
    expect(read('kafka:CreateVpcConnection').clusterPolicies).toEqual([]);
  });

  test('in China and GovCloud, the partition follows from the region', () => {
    for (const [region, partition] of [
      ['cn-north-1', 'aws-cn'],
      ['us-gov-west-1', 'aws-us-gov'],
    ] as const) {
      expect(output({ Ref: 'AWS::Partition' }, {}, { region })).toBe(partition);
    }
  });
});

test('names respect the limits of services, however long the names of the stack and the resource are', () => {
  const stackName = `S${'s'.repeat(99)}`;
  const id = `F${'f'.repeat(99)}`;
  const name = output({ Ref: id }, { Resources: { [id]: { Type: 'AWS::IAM::Role' } } }, { stackName });
  expect(name).toMatch(/^Ss+-Ff+-[0-9A-F]{12}$/);
  expect(name).toHaveLength(64);
});
