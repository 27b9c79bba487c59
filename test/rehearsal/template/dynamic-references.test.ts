import { expect, test } from 'vitest';
import { Answers } from '../../../rehearsal/answers.js';
import { kafkaRole, lambda, readYaml, refusal } from './support/kafka-stack.js';

const parameters = `Parameters:
  Env: { Type: String, Default: test }
  B: { Type: String, Default: '{{resolve:ssm:/brokers:1}}' }
  L: { Type: CommaDelimitedList, Default: 'a, {{resolve:ssm:/l:1}}' }`;
const stack = (variables: string, more = ''): string => `${parameters}
Resources:
  F: ${lambda(`Environment: { Variables: ${variables} }`)}
  R: ${kafkaRole}
  S: { Type: AWS::SecretsManager::Secret, Properties: { Name: mine } }
  ${more}
`;
const answers = (...given: string[]): Answers => new Answers(given);

test.each<[string, string, string]>([
  ['in a string', "'a-{{resolve:ssm:/x}}-b'", 'resolve:ssm:/x'],
  ['Fn::Sub', "!Sub 'a-{{resolve:ssm:/${Env}/x}}-b'", 'resolve:ssm:/test/x'],
  ['Fn::Join', "!Join ['', ['a-{{resolve:ssm:/', !Ref Env, '/x}}-b']]", 'resolve:ssm:/test/x'],
  ['Fn::Join in Fn::Join', "!Join ['-', [a, !Join ['', ['{{resolve:ssm:/', !Ref Env, '}}']], b]]", 'resolve:ssm:/test'],
  ['Fn::Sub of a parameter', "!Sub ['a-${P}-b', { P: !Ref B }]", 'resolve:ssm:/brokers:1'],
  ['Fn::Select of a list parameter', "!Join ['', ['a-', !Select [1, !Ref L], '-b']]", 'resolve:ssm:/l:1'],
])(
  'a variable with a dynamic reference that functions write is made up, and an answer sets it: %s',
  (_, value, key) => {
    const text = stack(`{ AB: ${value} }`);
    const { functions, madeUp } = readYaml(text);
    expect(functions[0]!.environment['AB']).toMatch(/^a-made-up-resolve-.*-b$/);
    expect(madeUp).toMatchObject([{ reason: `refers to {{${key}}}, which only AWS can look up` }]);
    expect(readYaml(text, { answers: answers(`${key}=v`) }).functions[0]!.environment['AB']).toBe('a-v-b');
  },
);

test('a reference with the ARN of a secret of the stack', () => {
  const { functions, madeUp } = readYaml(
    stack("{ PASSWORD: !Join ['', ['{{resolve:secretsmanager:', !Ref S, ':SecretString:password::}}']] }"),
  );
  expect(functions[0]!.environment['PASSWORD']).not.toContain('{{');
  expect(madeUp.map(({ ask }) => ask)).toEqual([
    "--answer 'resolve:secretsmanager:arn:aws:secretsmanager:eu-west-1:111122223333:secret:mine-a1B2c3:SecretString:password::=…'",
  ]);
});

test('brokers from a parameter whose default is a reference are the rehearsal’s', () => {
  const { functions } = readYaml(stack('{ KAFKA_BROKERS: !Ref B }'), { bootstrapBrokers: 'localhost:1' });
  expect(functions[0]!.environment).toEqual({ KAFKA_BROKERS: 'localhost:1' });
});

test('each is resolved after the functions: Fn::Split sees the reference, not the value', () => {
  const text = stack("{ AB: !Select [0, !Split [',', '{{resolve:ssm:/x}}']] }");
  const { functions } = readYaml(text, { answers: answers('resolve:ssm:/x=v,w') });
  expect(functions[0]!.environment).toEqual({ AB: 'v,w' });
});

test('but before Base64, in which it could not be found any more', () => {
  const text = stack("{ AB: !Base64 '{{resolve:ssm:/x}}' }");
  const { functions } = readYaml(text, { answers: answers('resolve:ssm:/x=v') });
  expect(functions[0]!.environment).toEqual({ AB: Buffer.from('v').toString('base64') });
});

test('the name of a resource that is a reference is the same wherever it is used', () => {
  const bucket = "Bucket: { Type: AWS::S3::Bucket, Properties: { BucketName: '{{resolve:ssm:/b}}' } }";
  const { functions } = readYaml(stack('{ AB: !Ref Bucket, CD: !Sub "${Bucket}" }', bucket), {
    answers: answers('resolve:ssm:/b=v'),
  });
  expect(functions[0]!.environment).toEqual({ AB: 'v', CD: 'v' });
});

test('a policy about what a reference names asks for it, and its answer decides', () => {
  const text = `${parameters}
Resources:
  F: ${lambda()}
  R:
    Type: AWS::IAM::Role
    Properties:
      Policies:
        - PolicyName: p
          PolicyDocument:
            Statement: { Effect: Allow, Action: kafka-cluster:Connect, Resource: !Sub '{{resolve:ssm:/\${Env}/cluster-arn}}' }
`;
  expect(refusal(() => readYaml(text)).asks).toEqual(["--answer 'resolve:ssm:/test/cluster-arn=…'"]);
  const arn = 'arn:aws:kafka:eu-west-1:111122223333:cluster/c/0a1b2c3d-0000-4000-8000-000000000000-1';
  const { roles } = readYaml(text, { answers: answers(`resolve:ssm:/test/cluster-arn=${arn}`) });
  expect(roles[0]!.policies[0]!.statements[0]!.resources).toEqual([arn]);
});

test('a condition on a parameter whose default is a reference is unknown', () => {
  const text = `${parameters}
Conditions: { C: !Equals [!Ref B, x] }
Resources:
  F: { Condition: C, ${lambda().slice(1)}
  R: ${kafkaRole}
`;
  expect(refusal(() => readYaml(text)).asks).toEqual(["--answer 'resolve:ssm:/brokers:1=…'"]);
  expect(readYaml(text, { answers: answers('resolve:ssm:/brokers:1=x') }).functions).toHaveLength(1);
});
