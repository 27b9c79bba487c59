import { expect, test } from 'vitest';
import { stackRights } from '../../../rehearsal/plan/rights.js';
import { kafkaRole, lambda, readYaml, refusal } from './support/kafka-stack.js';

const own = 'Runtime: nodejs22.x, Handler: a.b';
const table = '!GetAtt Table.Nope';

/** A SAM function `Idle`, which has no rights, beside a function that runs. */
function stack(properties: string, { globals = '', attributes = '', id = 'Idle' } = {}): string {
  return `
Transform: AWS::Serverless-2016-10-31
Globals: { Function: { ${globals} } }
Resources:
  F: ${lambda()}
  R: ${kafkaRole}
  Table: { Type: AWS::DynamoDB::Table }
  ${id}: { Type: AWS::Serverless::Function, ${attributes} Properties: { ${own}, ${properties} } }
`;
}

const pathsOf = (text: string): string[] => readYaml(text).mistakes.map(({ path }) => path);
const idle = 'Resources.Idle.Properties';

test.each<[string, string, string]>([
  [
    'a policy',
    `InlineCode: '', Policies: [{ Statement: [{ Effect: Allow, Action: 'dynamodb:*', Resource: ${table} }] }]`,
    'Policies[0].Statement[0].Resource.Fn::GetAtt',
  ],
  ['its code in a folder', `CodeUri: ${table}`, 'CodeUri.Fn::GetAtt'],
  ['its code in S3', `CodeUri: { Bucket: ${table}, Key: k }`, 'CodeUri.Bucket.Fn::GetAtt'],
  ['its inline code', `InlineCode: ${table}`, 'InlineCode.Fn::GetAtt'],
  ['its image', `PackageType: Image, ImageUri: ${table}`, 'ImageUri.Fn::GetAtt'],
  ['its boundary', `InlineCode: '', PermissionsBoundary: ${table}`, 'PermissionsBoundary.Fn::GetAtt'],
  [
    'the cluster of an event',
    `InlineCode: '', Runtime: python3.13, Events: { Orders: { Type: MSK, Properties: { Stream: ${table}, Topics: [t] } } }`,
    'Events.Orders.Properties.Stream.Fn::GetAtt',
  ],
  [
    'the brokers of an event',
    `InlineCode: '', Runtime: python3.13, Events: { Orders: { Type: SelfManagedKafka, Properties: { KafkaBootstrapServers: [${table}], Topics: [t] } } }`,
    'Events.Orders.Properties.KafkaBootstrapServers[0].Fn::GetAtt',
  ],
])('a mistake in a SAM function has its place in the file: %s', (_, properties, at) => {
  expect(pathsOf(stack(properties))).toEqual([`${idle}.${at}`]);
});

test.each<[string, string, string, ...string[]]>([
  ['a whole property', '', `KmsKeyArn: ${table}`, 'Globals.Function.KmsKeyArn.Fn::GetAtt'],
  ['a property that is read', '', `Timeout: ${table}`, 'Globals.Function.Timeout.Fn::GetAtt'],
  [
    'one of several variables',
    `Environment: { Variables: { AB: ${table} } }`,
    `Environment: { Variables: { CD: ${table} } }`,
    'Globals.Function.Environment.Variables.CD.Fn::GetAtt',
    `${idle}.Environment.Variables.AB.Fn::GetAtt`,
  ],
  [
    'an item before those of the function',
    `Layers: [a, ${table}]`,
    `Layers: [${table}]`,
    'Globals.Function.Layers[0].Fn::GetAtt',
    `${idle}.Layers[1].Fn::GetAtt`,
  ],
  ['what the role gets', '', `PermissionsBoundary: ${table}`, 'Globals.Function.PermissionsBoundary.Fn::GetAtt'],
  [
    'one of several tags of the role',
    `Tags: { a: ${table} }`,
    `Tags: { b: ${table} }`,
    'Globals.Function.Tags.b.Fn::GetAtt',
    `${idle}.Tags.a.Fn::GetAtt`,
  ],
  ['a property that the function replaces', 'Timeout: 3', `Timeout: ${table}`],
])('a mistake in Globals has its place there: %s', (_, properties, globals, ...places) => {
  const comma = properties === '' ? '' : `, ${properties}`;
  expect(pathsOf(stack(`InlineCode: ''${comma}`, { globals }))).toEqual(places);
});

test('a mistake in Globals has its place there: the code', () => {
  const globals = `CodeUri: ${table}`;
  expect(pathsOf(stack('MemorySize: 128', { globals }))).toEqual(['Globals.Function.CodeUri.Fn::GetAtt']);
});

test('what SAM makes from a function has no mistakes of its own', () => {
  const events =
    "InlineCode: '', Runtime: python3.13, Events: { Orders: { Type: MSK, Properties: { Stream: s, Topics: [t] } } }";
  expect(pathsOf(stack(events, { attributes: 'Condition: Nope,' }))).toEqual(['Resources.Idle.Condition']);
  expect(pathsOf(stack(events, { id: 'my_idle' }))).toEqual(['Resources.my_idle']);
});

test('a circular dependency through Globals has its place there', () => {
  const text = stack("InlineCode: ''", { globals: 'Environment: { Variables: { AB: !Ref Topic } }' }).concat(
    '  Topic: { Type: AWS::SNS::Topic, Properties: { DisplayName: !Ref Idle } }\n',
  );
  expect(pathsOf(text)).toEqual(['Globals.Function.Environment.Variables.AB.Ref']);
});

test('a refusal has the place of SAM’s code', () => {
  const policies = "Policies: { Statement: { Effect: Allow, Action: kafka-cluster:*, Resource: '*' } }";
  expect(refusal(() => readYaml(stack(`${policies}, CodeUri: !Ref Nope`))).refused).toEqual([
    expect.stringContaining(`${idle}.CodeUri.Ref: `) as string,
  ]);
});

test('a note about the role that SAM makes has the place of its function', () => {
  const policies =
    "Policies: [AWSLambdaMSKExecutionRoleX, { Statement: { Effect: Allow, Action: kafka-cluster:*, Resource: '*' } }]";
  const { remarks } = stackRights(readYaml(stack(`InlineCode: '', ${policies}`)));
  const paths = remarks
    .filter(({ sentence }) => sentence.includes('AWSLambdaMSKExecutionRoleX'))
    .map(({ path }) => path);
  expect(paths).toEqual(['Resources.Idle']);
});
