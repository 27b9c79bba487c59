import { describe, expect, test } from 'vitest';
import { kafkaRole, lambda, readYaml, refusal, unknownCondition } from './support/kafka-stack.js';

const stack = (more: string, other = ''): string => `${unknownCondition}
Resources:
  F: ${lambda(more)}
  R: ${kafkaRole}
  ${other}
`;

describe('a condition that is unknown chooses an object that decides nothing: it counts as absent, and that is listed', () => {
  test.each<[string, string, string, string]>([
    ['Environment', 'Environment: !If [C, { Variables: { A: b } }, !Ref AWS::NoValue]', 'Environment', 'U'],
    ['its variables', 'Environment: { Variables: !If [C, { A: b }, {}] }', 'Environment.Variables', 'U'],
    ['LoggingConfig', 'LoggingConfig: !If [C, { LogFormat: JSON }, !Ref AWS::NoValue]', 'LoggingConfig', 'U'],
  ])('%s', (_, more, path) => {
    const { functions, madeUp } = readYaml(stack(more));
    expect(functions).toMatchObject([{ environment: {}, loggingFormat: 'Text' }]);
    expect(madeUp).toEqual([
      {
        path: `Resources.F.Properties.${path}`,
        value: 'nothing',
        reason: 'Parameters.U: has no default, and no value was given',
        ask: "--parameter 'U=…'",
      },
    ]);
    expect(readYaml(stack(more), { parameters: { U: 'x' } }).madeUp).toEqual([]);
  });

  test('variables that an include would add', () => {
    const include = '{ Fn::Transform: { Name: AWS::Include, Parameters: { Location: s3://b/k } } }';
    const { functions, madeUp } = readYaml(stack(`Environment: { Variables: ${include} }`));
    expect(functions).toMatchObject([{ environment: {} }]);
    expect(madeUp).toMatchObject([
      { path: 'Resources.F.Properties.Environment.Variables', ask: "--answer 'F.Environment.Variables=…'" },
    ]);
  });

  test('variables that an include would add to others', () => {
    const include = 'Fn::Transform: { Name: AWS::Include, Parameters: { Location: s3://b/k } }';
    const { functions, notModelled } = readYaml(stack(`Environment: { Variables: { AB: c, ${include} } }`));
    expect(functions).toMatchObject([{ environment: { AB: 'c' } }]);
    expect(notModelled).toEqual([
      {
        path: 'Resources.F.Properties.Environment.Variables.Fn::Transform',
        reason: 'AWS::Include is not applied: what it adds is unknown',
      },
    ]);
  });
});

describe('a condition that is unknown chooses an object that decides: it is asked for', () => {
  const nodes = '{ InstanceType: kafka.m7g.large, ClientSubnets: [subnet-1], SecurityGroups: [sg-1] }';
  const cluster = (more: string): string =>
    `K: { Type: AWS::MSK::Cluster, Properties: { ClusterName: k, ClientAuthentication: { Sasl: { Iam: { Enabled: true } } }, ${more} } }`;
  const serverless = (more: string): string =>
    `K: { Type: AWS::MSK::ServerlessCluster, Properties: { ClusterName: k, ClientAuthentication: { Sasl: { Iam: { Enabled: true } } }, VpcConfigs: ${more} } }`;
  test.each<[string, string]>([
    ['VpcConfig', stack('VpcConfig: !If [C, { SubnetIds: [subnet-1], SecurityGroupIds: [sg-1] }, !Ref AWS::NoValue]')],
    ['BrokerNodeGroupInfo', stack('', cluster(`BrokerNodeGroupInfo: !If [C, ${nodes}, ${nodes}]`))],
    ['VpcConfigs', stack('', serverless('!If [C, [{ SubnetIds: [subnet-1] }], [{ SubnetIds: [subnet-2] }]]'))],
    ['one of VpcConfigs', stack('', serverless('[!If [C, { SubnetIds: [subnet-1] }, { SubnetIds: [subnet-2] }]]'))],
  ])('%s', (_, text) => {
    expect(refusal(() => readYaml(text))).toEqual({
      refused: ['Parameters.U: has no default, and no value was given'],
      asks: ["--parameter 'U=…'"],
    });
    expect(readYaml(text, { parameters: { U: 'x' } }).functions).toHaveLength(1);
  });

  test('an object that is none is a mistake', () => {
    expect(refusal(() => readYaml(stack('Environment: !Ref AWS::Region'))).refused).toEqual([
      'Resources.F.Properties.Environment: must be an object, and is "eu-west-1"',
    ]);
  });
});
