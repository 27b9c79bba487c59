import { expect, test } from 'vitest';
import { kafkaRole, lambda, readYaml, refusal, unknownCondition } from './support/kafka-stack.js';

const stack = (resources: string, more = ''): string => `${more}
Resources:
${resources.replaceAll(/^(?=.)/gm, '  ')}
`;
const circle = (resources: string, more = ''): readonly string[] =>
  refusal(() => readYaml(stack(resources, more))).refused;
const topic = (more: string): string => `{ Type: AWS::SNS::Topic, ${more} }`;
const depending = (on: string): string => lambda().replace('{ ', `{ DependsOn: ${on}, `);

test.each<[string, string, string]>([
  [
    'DependsOn of two functions',
    `F: ${depending('G')}\nG: ${depending('[F]')}\nR: ${kafkaRole}`,
    'Resources.F.DependsOn: is a circular dependency: F depends on G, which depends on F (Resources.G.DependsOn)',
  ],
  [
    'variables of two functions',
    `F: ${lambda('Environment: { Variables: { OTHER: !Ref G } }')}\nG: ${lambda("Environment: { Variables: { OTHER: !Sub '${F.Arn}' } }")}\nR: ${kafkaRole}`,
    'Resources.F.Properties.Environment.Variables.OTHER.Ref: is a circular dependency: F depends on G, which depends on F (Resources.G.Properties.Environment.Variables.OTHER.Fn::Sub)',
  ],
  [
    'a function that refers to itself',
    `F: ${lambda('Environment: { Variables: { SELF: !Ref F } }')}\nR: ${kafkaRole}`,
    'Resources.F.Properties.Environment.Variables.SELF.Ref: is a circular dependency: F depends on itself',
  ],
  [
    'a role with the ARN of its function',
    `F: ${lambda()}\nR: ${kafkaRole.replace("Resource: '*'", "Resource: ['*', !GetAtt F.Arn]")}`,
    'Resources.F.Properties.Role.Fn::GetAtt: is a circular dependency: F depends on R, which depends on F (Resources.R.Properties.Policies[0].PolicyDocument.Statement[0].Resource[1].Fn::GetAtt)',
  ],
  [
    'security groups whose rules name each other',
    `F: ${lambda('VpcConfig: { SubnetIds: [subnet-1], SecurityGroupIds: [!Ref A] }')}\nR: ${kafkaRole}
A: { Type: AWS::EC2::SecurityGroup, Properties: { SecurityGroupEgress: [{ IpProtocol: '-1', DestinationSecurityGroupId: !GetAtt B.GroupId }] } }
B: { Type: AWS::EC2::SecurityGroup, Properties: { SecurityGroupIngress: [{ IpProtocol: '-1', SourceSecurityGroupId: !GetAtt A.GroupId }] } }`,
    'Resources.A.Properties.SecurityGroupEgress[0].DestinationSecurityGroupId.Fn::GetAtt: is a circular dependency: A depends on B, which depends on A (Resources.B.Properties.SecurityGroupIngress[0].SourceSecurityGroupId.Fn::GetAtt)',
  ],
  [
    'through other resources',
    `F: ${depending('T')}\nR: ${kafkaRole}\nT: ${topic('DependsOn: U')}\nU: ${topic("Properties: { DisplayName: !Join ['', [a, !Ref F]] }")}`,
    'Resources.F.DependsOn: is a circular dependency: F depends on T, which depends on U (Resources.T.DependsOn), which depends on F (Resources.U.Properties.DisplayName.Fn::Join[1][1].Ref)',
  ],
])('a circular dependency is refused: %s', (_, resources, sentence) => {
  expect(circle(resources)).toEqual([sentence]);
});

test('in the policies of a SAM function, by their place in the file', () => {
  const resources = `F:
  Type: AWS::Serverless::Function
  Properties:
    Runtime: nodejs22.x
    Handler: index.handler
    InlineCode: ''
    Policies: [{ Statement: [{ Effect: Allow, Action: kafka-cluster:*, Resource: ['*', !GetAtt F.Arn] }] }]`;
  expect(circle(resources, 'Transform: AWS::Serverless-2016-10-31')).toEqual([
    'Resources.F.Properties.Policies[0].Statement[0].Resource[1].Fn::GetAtt: is a circular dependency: FRole depends on F, which depends on FRole',
  ]);
});

test('a macro may rewrite the resources, so it is a note', () => {
  const { mistakes } = readYaml(stack(`F: ${depending('G')}\nG: ${depending('F')}\nR: ${kafkaRole}`, 'Transform: Own'));
  expect(mistakes).toEqual([
    {
      path: 'Resources.F.DependsOn',
      reason:
        'is a circular dependency: F depends on G, which depends on F (Resources.G.DependsOn): CloudFormation refuses it, unless a transform changes it',
    },
  ]);
});

test('between resources that decide nothing, it is a note', () => {
  const { mistakes } = readYaml(
    stack(`F: ${lambda()}\nR: ${kafkaRole}\nA: ${topic('DependsOn: B')}\nB: ${topic('DependsOn: [A, F]')}`),
  );
  expect(mistakes).toEqual([
    {
      path: 'Resources.A.DependsOn',
      reason:
        'is a circular dependency: A depends on B, which depends on A (Resources.B.DependsOn): CloudFormation refuses it',
    },
  ]);
});

test('a circle is reported once, and two are reported', () => {
  const { mistakes } = readYaml(
    stack(
      `A: ${topic('DependsOn: [B, C]')}\nB: ${topic('DependsOn: [A, C]')}\nC: ${topic('DependsOn: A')}\nX: ${topic('DependsOn: Y')}\nY: ${topic('DependsOn: X')}`,
    ),
  );
  expect(mistakes.map(({ path }) => path)).toEqual(['Resources.A.DependsOn', 'Resources.X.DependsOn']);
});

test.each<[string, string, string?]>([
  ['a resource whose condition is false', `F: ${depending('A')}\nA: ${topic('Condition: Differs, DependsOn: F')}`],
  [
    'a branch that is not chosen',
    `F: ${depending('A')}\nA: ${topic('Properties: { DisplayName: !If [Differs, !Ref F, a] }')}`,
  ],
  [
    'a branch of an unknown condition',
    `F: ${depending('A')}\nA: ${topic('Properties: { DisplayName: !If [C, !Ref F, a] }')}`,
  ],
  [
    'variables of Fn::Sub, and its literal text',
    `F: ${depending('A')}\nA: ${topic("Properties: { DisplayName: !Sub ['${F}${!F}', { F: a }] }")}`,
  ],
  ['a module', `F: ${depending('A')}\nA: { Type: My::Own::Thing::MODULE, Properties: { Name: !Ref F } }`],
  ['a diamond', `F: ${depending('[A, B]')}\nA: ${topic('DependsOn: B')}\nB: ${topic('Properties: {}')}`],
])('no circle: %s', (_, resources) => {
  const conditions = `${unknownCondition}  Differs: !Equals [a, b]`;
  const { functions, mistakes } = readYaml(stack(`${resources}\nR: ${kafkaRole}`, conditions));
  expect(functions).toHaveLength(1);
  expect(mistakes).toEqual([]);
});
