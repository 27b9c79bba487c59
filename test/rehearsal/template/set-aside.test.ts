import { describe, expect, test } from 'vitest';
import { kafkaRole, lambda, readYaml, refusal } from './support/kafka-stack.js';

/** Beside a function `F` that runs. `Never` is false, `Always` is true, `C` is unknown. */
function stack(...resources: string[]): string {
  return `
Parameters: { U: { Type: String } }
Conditions: { Never: !Equals [a, b], Always: !Equals [a, a], C: !Equals [!Ref U, x] }
Resources:
${[`F: ${lambda()}`, `R: ${kafkaRole}`, ...resources].map((line) => `  ${line}\n`).join('')}`;
}

const under = (condition: string, resource: string): string => resource.replace('{ ', `{ Condition: ${condition}, `);
const idle = '{ Type: AWS::IAM::Role, Properties: {} }';
const python = lambda().replace('nodejs22.x', 'python3.13');
const ask = ["--parameter 'U=…'"];

describe('a function whose condition is unknown is set aside if it would not run', () => {
  const mapping = '{ Type: AWS::Lambda::EventSourceMapping, Properties: { FunctionName: !Ref G, Topics: [t] } }';
  test.each<[string, string, ...string[]]>([
    ['another runtime', 'python3.13 is not Node.js', `G: ${under('C', python)}`],
    [
      'another runtime with a mapping',
      'python3.13 is not Node.js',
      `G: ${under('C', python)}`,
      `M: ${under('C', mapping)}`,
    ],
    [
      'a role without rights',
      'its role may do nothing',
      `G: ${under('C', lambda('', '!GetAtt Idle.Arn'))}`,
      `Idle: ${idle}`,
    ],
    [
      'a role with the same condition',
      'its role may do nothing',
      `G: ${under('C', lambda('', '!GetAtt Idle.Arn'))}`,
      `Idle: ${under('C', idle)}`,
    ],
    [
      'a role from elsewhere',
      'is not a role of the template',
      `G: ${under('C', lambda('', 'arn:aws:iam::111122223333:role/x'))}`,
    ],
  ])('%s', (_, reason, ...resources) => {
    const { functions, setAside, madeUp } = readYaml(stack(...resources));
    expect(functions.map(({ logicalId }) => logicalId)).toEqual(['F']);
    expect(setAside).toEqual([{ path: 'Resources.G', reason: expect.stringContaining(reason) as unknown }]);
    expect(madeUp).toEqual([]);
  });

  test.each<[string, ...string[]]>([
    ['it would run', `G: ${under('C', lambda())}`],
    [
      'it would run with the same condition as its role',
      `G: ${under('C', lambda('', '!GetAtt S.Arn'))}`,
      `S: ${under('C', kafkaRole)}`,
    ],
    [
      'it would run because of its mapping',
      `G: ${under('C', lambda('', '!GetAtt Idle.Arn'))}`,
      `Idle: ${idle}`,
      `M: ${under('C', mapping)}`,
    ],
    ['CloudFormation would refuse it', `G: ${under('C', lambda('', '!GetAtt Nope.Arn'))}`],
  ])('but is asked for if %s', (_, ...resources) => {
    expect(refusal(() => readYaml(stack(...resources))).asks).toEqual(ask);
    const { functions } = readYaml(stack(...resources), { parameters: { U: 'y' } });
    expect(functions.map(({ logicalId }) => logicalId)).toEqual(['F']);
  });

  test('asked for by name, it is refused with the reason why it does not run', () => {
    const text = stack(`G: ${under('C', python)}`);
    expect(refusal(() => readYaml(text, { functions: ['F', 'G'] })).refused).toEqual([
      'Resources.G.Properties.Runtime: python3.13 is not Node.js, and a rehearsal runs functions only with Node.js',
    ]);
  });
});

describe('--function', () => {
  const never = { path: 'Resources.Gone', reason: 'the stack does not have it: its condition is false' };
  const text = stack(
    `G: ${lambda()}`,
    `Unsure: ${under('C', lambda())}`,
    `Gone: ${under('Never', lambda('FunctionName: same'))}`,
    `Same: ${under('Always', lambda('FunctionName: same'))}`,
  );

  test('sets aside all functions that it does not name, with that reason', () => {
    const { functions, setAside } = readYaml(text, { functions: ['F', 'same'] });
    expect(functions.map(({ logicalId }) => logicalId)).toEqual(['F', 'Same']);
    const reason = 'is not named in --function';
    expect(setAside).toEqual([{ path: 'Resources.G', reason }, { path: 'Resources.Unsure', reason }, never]);
  });

  test('refuses a function that is not created', () => {
    expect(refusal(() => readYaml(text, { functions: ['F', 'Gone'] })).refused).toEqual([
      `${never.path}: ${never.reason}`,
    ]);
  });
});

describe('rights on resources of other services are not rights on a cluster', () => {
  const roleWith = (resource: string): string =>
    `{ Type: AWS::IAM::Role, Properties: { Policies: [{ PolicyName: p, PolicyDocument: { Statement: [{ Effect: Allow, Action: '*', Resource: ${resource} }] } }] } }`;
  const running = (resource: string): (string | undefined)[] =>
    readYaml(stack(`G: ${lambda('', '!GetAtt S.Arn')}`, `S: ${roleWith(resource)}`), {
      parameters: { U: 'x' },
    }).functions.map(({ logicalId }) => logicalId);

  test.each([
    "'arn:aws:s3:::assets/*'",
    "!Sub 'arn:${AWS::Partition}:sqs:*:*:jobs'",
    "['arn:aws:s3:::assets', 'arn:aws-cn:dynamodb:*:*:table/t']",
  ])('%s', (resource) => {
    expect(running(resource)).toEqual(['F']);
  });

  test.each(["'*'", "'arn:aws:kafka:*:*:topic/*'", "['arn:aws:s3:::assets/*', 'arn:aws:kafka:*:*:topic/*']"])(
    'but they may be with %s',
    (resource) => {
      expect(running(resource)).toEqual(['F', 'G']);
    },
  );
});
