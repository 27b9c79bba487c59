import { expect, test } from 'vitest';
import { lambda, readYaml, refusal, unknownCondition } from './support/kafka-stack.js';

const kafka = "{ Effect: Allow, Action: kafka-cluster:*, Resource: '*' }";
const s3 = "{ Effect: Allow, Action: s3:*, Resource: '*' }";
const document = (...statements: string[]): string => `{ Version: 2012-10-17, Statement: [${statements.join(', ')}] }`;
const policy = (...statements: string[]): string => `{ PolicyName: p, PolicyDocument: ${document(...statements)} }`;
const role = (properties: string): string => `R: { Type: AWS::IAM::Role, Properties: { ${properties} } }`;
const ask = ["--parameter 'U=…'"];

/** A function `F` that certainly has rights beside `Idle`, which has none: the rest would run without it. */
function stack(...resources: string[]): string {
  const own = [`F: ${lambda()}`, `Other: ${lambda('', '!GetAtt OtherRole.Arn')}`];
  const other = `OtherRole: { Type: AWS::IAM::Role, Properties: { Policies: [${policy(kafka)}] } }`;
  return `${unknownCondition}\nResources:\n${[...own, other, ...resources].map((line) => `  ${line}\n`).join('')}`;
}

test.each<[string, ...string[]]>([
  ['a statement', role(`Policies: [${policy(kafka, `!If [C, ${s3}, !Ref AWS::NoValue]`)}]`)],
  ['a statement before it', role(`Policies: [${policy(`!If [C, ${s3}, !Ref AWS::NoValue]`, kafka)}]`)],
  ['an inline policy', role(`Policies: [${policy(kafka)}, !If [C, ${policy(s3)}, !Ref AWS::NoValue]]`)],
  [
    'an action',
    role(
      `Policies: [${policy("{ Effect: Allow, Action: [kafka-cluster:*, !If [C, s3:*, !Ref AWS::NoValue]], Resource: '*' }")}]`,
    ),
  ],
  [
    'its effect',
    role(`Policies: [${policy("{ Effect: !If [C, Allow, Allow], Action: kafka-cluster:*, Resource: '*' }")}]`),
  ],
  [
    'a managed policy beside a separate policy',
    role('ManagedPolicyArns: [!If [C, arn:aws:iam::aws:policy/AWSXrayWriteOnlyAccess, !Ref AWS::NoValue]]'),
    `P: { Type: AWS::IAM::Policy, Properties: { PolicyName: p, Roles: [!Ref R], PolicyDocument: ${document(kafka)} } }`,
  ],
  [
    'a managed policy beside one of the template',
    role('ManagedPolicyArns: [!If [C, arn:aws:iam::aws:policy/AWSXrayWriteOnlyAccess, !Ref AWS::NoValue], !Ref P]'),
    `P: { Type: AWS::IAM::ManagedPolicy, Properties: { PolicyDocument: ${document(kafka)} } }`,
  ],
  [
    'the owners of another policy about Kafka',
    role(`Policies: [${policy(kafka)}]`),
    `P: { Type: AWS::IAM::Policy, Properties: { PolicyName: p, Roles: !If [C, [!Ref R], [!Ref OtherRole]], PolicyDocument: ${document(kafka)} } }`,
  ],
])('a function that certainly has rights is not set aside because something else is unknown: %s', (_, ...resources) => {
  const { refused, asks } = refusal(() => readYaml(stack(...resources)));
  expect(refused).toEqual(['Parameters.U: has no default, and no value was given']);
  expect(asks).toEqual(ask);
  for (const value of ['x', 'y']) {
    const { functions } = readYaml(stack(...resources), { parameters: { U: value } });
    expect(functions.map(({ logicalId }) => logicalId)).toEqual(['F', 'Other']);
  }
});

test('the same for SAM’s policies', () => {
  const text = `Transform: AWS::Serverless-2016-10-31
${unknownCondition}
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: nodejs22.x
      Handler: index.handler
      InlineCode: ''
      Policies: [!If [C, AWSXrayWriteOnlyAccess, !Ref AWS::NoValue], { Statement: [${kafka}] }]
  Other: ${lambda('', '!GetAtt OtherRole.Arn')}
  OtherRole: { Type: AWS::IAM::Role, Properties: { Policies: [${policy(kafka)}] } }
`;
  expect(refusal(() => readYaml(text)).asks).toEqual(ask);
  expect(readYaml(text, { parameters: { U: 'x' } }).roles[0]!.managedPolicies).toContain(
    'arn:aws:iam::aws:policy/AWSXrayWriteOnlyAccess',
  );
});

test('all conditions that choose items of a list are asked for at once', () => {
  const text = `
Parameters: { U: { Type: String }, V: { Type: String } }
Conditions: { C: !Equals [!Ref U, x], D: !Equals [!Ref V, x] }
Resources:
  F: ${lambda()}
  ${role(`Policies: [${policy(kafka, `!If [C, ${s3}, !Ref AWS::NoValue]`, `!If [D, ${s3}, !Ref AWS::NoValue]`)}]`)}
`;
  expect(refusal(() => readYaml(text)).asks).toEqual(["--parameter 'U=…'", "--parameter 'V=…'"]);
});

test('a policy about other services need not be known', () => {
  const separate = (more: string): string =>
    `P: { Type: AWS::IAM::Policy, ${more}, PolicyDocument: ${document(s3)} } }`;
  for (const more of [
    'Properties: { PolicyName: p, Roles: !If [C, [!Ref R], [!Ref OtherRole]]',
    'Condition: C, Properties: { PolicyName: p, Roles: [!Ref R]',
  ]) {
    const { functions } = readYaml(stack(role(`Policies: [${policy(kafka)}]`), separate(more)));
    expect(functions.map(({ logicalId }) => logicalId)).toEqual(['F', 'Other']);
  }
});

const ofRoles = (roles: string): string =>
  `P: { Type: AWS::IAM::Policy, Properties: { PolicyName: p, ${roles}, PolicyDocument: ${document(kafka)} } }`;
const unused = ['A', 'B'].map((id) => `${id}: { Type: AWS::IAM::Role, Properties: {} }`);

test.each<[string, string]>([
  ['other roles by a condition', 'Roles: [!If [C, !Ref A, !Ref B]]'],
  ['lists of other roles by a condition', 'Roles: !If [C, [!Ref A], [!Ref B, !Ref AWS::NoValue]]'],
  ['another role or none', 'Roles: [!Ref A], RoleName: !If [C, !Ref B, !Ref AWS::NoValue]'],
  ['a name, and the template does not name the role', 'Roles: [!Ref U]'],
  ['a list of names, and the template does not name the role', 'Roles: !Ref U'],
  ['an import, and the template does not name the role', 'Roles: [!ImportValue role]'],
])('the owners of a policy are not asked for if they cannot be a role that runs: %s', (_, roles) => {
  const { roles: read } = readYaml(stack(role(`Policies: [${policy(kafka)}]`), ...unused, ofRoles(roles)));
  expect(read.map(({ policies }) => policies.length)).toEqual([1, 1]);
});

test.each<[string, string, string]>([
  ['in the other branch', 'RoleName: other', 'Roles: [!If [C, !Ref A, !Ref R]]'],
  ['in a branch within a branch', '', 'Roles: [!If [C, !Ref A, !If [C, !Ref B, !Ref R]]]'],
  ['within another function', '', "Roles: [!Join ['', [!Ref R, !Ref U]]]"],
  ['by its name', 'RoleName: orders', 'Roles: [!If [C, !Ref A, orders]]'],
  ['by a parameter that may be its name', 'RoleName: orders', 'Roles: [!Ref U]'],
  ['by a list that may have its name', 'RoleName: orders', 'Roles: !Ref U'],
])('the owners of a policy are asked for if they may be a role that runs: %s', (_, name, roles) => {
  const own = role(`Policies: [${policy(kafka)}]${name === '' ? '' : `, ${name}`}`);
  expect(refusal(() => readYaml(stack(own, ...unused, ofRoles(roles)))).asks).toEqual(ask);
});

test('a policy whose only statement is unknown is not reported as one without statements', () => {
  const only = role(`Policies: [${policy(`!If [C, ${kafka}, !Ref AWS::NoValue]`)}]`);
  expect(refusal(() => readYaml(stack(only), { functions: ['F'] })).refused).toEqual([
    'Parameters.U: has no default, and no value was given',
  ]);
});

test('a policy whose only statement is left out has none', () => {
  const own = role(`Policies: [${policy(kafka)}, ${policy('!Ref AWS::NoValue')}]`);
  expect(refusal(() => readYaml(stack(own))).refused.join()).toContain('Statement: has no statement; IAM refuses it');
});

test('the statement with the same Sid is counted as in the file', () => {
  const named = "{ Sid: Same, Effect: Allow, Action: kafka-cluster:*, Resource: '*' }";
  const own = role(`Policies: [${policy('!Ref AWS::NoValue', named, named)}]`);
  expect(refusal(() => readYaml(stack(own))).refused.join()).toMatch(
    /Statement\[2\]\.Sid: "Same" is also that of Statement\[1\];/,
  );
});
