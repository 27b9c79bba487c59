import { describe, expect, test } from 'vitest';
import { kafkaRole, lambda, readYaml, refusal } from './support/kafka-stack.js';

const kafka = (action = '*'): string =>
  `{ Version: 2012-10-17, Statement: [{ Effect: Allow, Action: 'kafka-cluster:${action}', Resource: '*' }] }`;
const own = `Policies: [{ PolicyName: p, PolicyDocument: ${kafka()} }]`;
const role = (properties: string): string => `{ Type: AWS::IAM::Role, Properties: { ${properties} } }`;
const managed = (action: string, condition: string, more = ''): string =>
  `{ Type: AWS::IAM::ManagedPolicy, Condition: ${condition}, Properties: { ManagedPolicyName: same, PolicyDocument: ${kafka(action)} ${more} } }`;

/** Resources beside a function `F` with the role `R`. `Never` is false, `Always` is true, `C` is unknown. */
function stack(...resources: string[]): string {
  return `
Parameters: { U: { Type: String } }
Conditions: { Never: !Equals [a, b], Always: !Equals [a, a], C: !Equals [!Ref U, x] }
Resources:
${[`F: ${lambda()}`, ...resources].map((line) => `  ${line}\n`).join('')}`;
}

/** The actions of each role that runs, by policy. */
function actionsOf(text: string): unknown {
  const { roles } = readYaml(text);
  return Object.fromEntries(
    roles.map(({ logicalId, policies }) => [
      logicalId,
      policies.flatMap(({ statements }) => statements.flatMap(({ actions }) => actions)),
    ]),
  );
}

const other = `OtherRole: { Type: AWS::IAM::Role, Condition: Never, Properties: { RoleName: !Ref Gone } }`;
const gone = 'Gone: { Type: AWS::SNS::Topic, Condition: Never }';

describe('a resource that is not created may refer to others that are not created', () => {
  test.each<[string, string]>([
    [
      'a policy to its role',
      `P: { Type: AWS::IAM::Policy, Condition: Never, Properties: { PolicyName: p, Roles: [!Ref OtherRole], PolicyDocument: ${kafka()} } }`,
    ],
    [
      'a policy of one role to it',
      `P: { Type: AWS::IAM::RolePolicy, Condition: Never, Properties: { PolicyName: p, RoleName: !Ref OtherRole, PolicyDocument: ${kafka()} } }`,
    ],
    [
      'a managed policy in its name and its document',
      `P: { Type: AWS::IAM::ManagedPolicy, Condition: Never, Properties: { ManagedPolicyName: !GetAtt Gone.TopicName, Roles: [!Ref OtherRole], PolicyDocument: !Ref Gone } }`,
    ],
    [
      'a cluster’s policy',
      `P: { Type: AWS::MSK::ClusterPolicy, Condition: Never, Properties: { ClusterArn: !Ref Gone, Policy: !Ref Gone } }`,
    ],
    [
      'a function in its name, beside a mapping that has the name of another',
      `G: { Type: AWS::Lambda::Function, Condition: Never, Properties: { FunctionName: !Ref Gone } }\n  M: { Type: AWS::Lambda::EventSourceMapping, Properties: { FunctionName: theirs, Topics: [t] } }`,
    ],
  ])('%s', (_, resource) => {
    const { functions, roles } = readYaml(stack(`R: ${role(`RoleName: mine, ${own}`)}`, other, gone, resource));
    expect(functions.map(({ logicalId }) => logicalId)).toEqual(['F']);
    expect(roles.map(({ policies }) => policies.length)).toEqual([1]);
  });

  test('a role in its name, beside a function that has the ARN of another', () => {
    const third = `G: ${lambda('', 'arn:aws:iam::111122223333:role/theirs')}`;
    expect(readYaml(stack(`R: ${kafkaRole}`, other, gone, third)).setAside).toMatchObject([
      { path: 'Resources.G', reason: expect.stringContaining('role/theirs is not a role of the template') as unknown },
    ]);
  });
});

test.each<[string, string]>([
  [
    'of a policy',
    `P: { Type: AWS::IAM::Policy, Condition: Never, Properties: { PolicyName: p, Roles: [!Ref U], PolicyDocument: ${kafka()} } }`,
  ],
  [
    'of a cluster’s policy',
    `P: { Type: AWS::MSK::ClusterPolicy, Condition: Never, Properties: { ClusterArn: a, Policy: !If [C, ${kafka()}, !Ref AWS::NoValue] } }`,
  ],
])('an unknown value is not asked for if the resource is not created: %s', (_, resource) => {
  expect(refusal(() => readYaml(stack(`R: ${role(`RoleName: mine, ${own}`)}`, resource)))).toEqual({
    refused: [],
    asks: [],
  });
});

describe('what a role or a function refers to must be created', () => {
  test.each<[string, string, string]>([
    ['a managed policy', `${own}, ManagedPolicyArns: [!Ref P]`, 'ManagedPolicyArns[0].Ref'],
    [
      'a managed policy that alone has rights',
      'ManagedPolicyArns: [!GetAtt P.PolicyArn]',
      'ManagedPolicyArns[0].Fn::GetAtt',
    ],
    ['a boundary', `${own}, PermissionsBoundary: !Ref P`, 'PermissionsBoundary.Ref'],
  ])('%s', (_, properties, at) => {
    expect(refusal(() => readYaml(stack(`R: ${role(properties)}`, `P: ${managed('*', 'Never')}`))).refused).toEqual([
      `Resources.R.Properties.${at}: P is not created: its condition Never is false`,
    ]);
  });

  test('a layer', () => {
    const text = stack(`R: ${kafkaRole}`, 'L: { Type: AWS::Lambda::LayerVersion, Condition: Never }').replace(
      lambda(),
      lambda('Layers: [!Ref L]'),
    );
    expect(refusal(() => readYaml(text)).refused).toEqual([
      'Resources.F.Properties.Layers[0].Ref: L is not created: its condition Never is false',
    ]);
  });

  test('but not what another branch refers to', () => {
    const properties = `${own}, ManagedPolicyArns: [!If [Never, !Ref P, !Ref AWS::NoValue]]`;
    expect(readYaml(stack(`R: ${role(properties)}`, `P: ${managed('*', 'Never')}`)).functions).toHaveLength(1);
  });
});

describe('of two resources with the same name, the one is meant that is created', () => {
  const policies = [`A: ${managed('ReadData', 'Never')}`, `B: ${managed('WriteData', 'Always')}`];
  const arn = 'arn:aws:iam::111122223333:policy/same';

  test('managed policies', () => {
    expect(actionsOf(stack(`R: ${role(`ManagedPolicyArns: ['${arn}']`)}`, ...policies))).toEqual({
      R: ['kafka-cluster:WriteData'],
    });
  });

  test('boundaries', () => {
    const { roles } = readYaml(stack(`R: ${role(`${own}, PermissionsBoundary: '${arn}'`)}`, ...policies));
    expect(roles[0]?.permissionsBoundary?.policy?.statements.map(({ actions }) => actions)).toEqual([
      ['kafka-cluster:WriteData'],
    ]);
  });

  test('a policy from elsewhere, if neither is created', () => {
    const text = stack(`R: ${role(`${own}, ManagedPolicyArns: ['${arn}']`)}`, policies[0]!);
    expect(refusal(() => readYaml(text)).refused).toEqual([
      `Resources.R.Properties.ManagedPolicyArns[0]: ${arn} is not in the template: what it allows is unknown`,
    ]);
  });

  test('an unknown condition of a policy that a name means is asked for', () => {
    const text = stack(`R: ${role(`${own}, ManagedPolicyArns: ['${arn}']`)}`, `A: ${managed('ReadData', 'C')}`);
    expect(refusal(() => readYaml(text)).asks).toEqual(["--parameter 'U=…'"]);
    expect(readYaml(text, { parameters: { U: 'x' } }).functions).toHaveLength(1);
  });

  const named = (id: string, condition: string, action: string): string =>
    `${id}: { Type: AWS::IAM::Role, Condition: ${condition}, Properties: { RoleName: same, Policies: [{ PolicyName: p, PolicyDocument: ${kafka(action)} }] } }`;

  test('roles', () => {
    const text = stack(`R: ${kafkaRole}`, named('A', 'Never', 'ReadData'), named('B', 'Always', 'WriteData'));
    const theirs = `  G: ${lambda('', 'arn:aws:iam::111122223333:role/same')}\n`;
    expect(actionsOf(`${text}${theirs}`)).toMatchObject({ B: ['kafka-cluster:WriteData'] });
  });

  test('functions, which a mapping names', () => {
    const idle = `Idle: { Type: AWS::IAM::Role, Properties: {} }`;
    const same = (id: string, condition: string): string =>
      `${id}: ${lambda('FunctionName: same', '!GetAtt Idle.Arn').replace('{ ', `{ Condition: ${condition}, `)}`;
    const mapping = 'M: { Type: AWS::Lambda::EventSourceMapping, Properties: { FunctionName: same, Topics: [t] } }';
    const text = stack(`R: ${kafkaRole}`, idle, same('A', 'Never'), same('B', 'Always'), mapping);
    expect(readYaml(text).functions.map(({ logicalId }) => logicalId)).toEqual(['F', 'B']);
  });
});
