import { describe, expect, test } from 'vitest';
import { Answers } from '../../../rehearsal/answers.js';
import { kafkaRole, lambda, readYaml, refusal } from './support/kafka-stack.js';

const plain = `F: ${lambda()}\n  R: ${kafkaRole}`;
const stack = (transform: string, resources: string, more = ''): string => `${transform}
${more}
Resources:
  ${resources}
`;
const SAM = 'Transform: AWS::Serverless-2016-10-31';
const EXTENSIONS = 'Transform: AWS::LanguageExtensions';

describe('what CloudFormation does not have without a transform is refused', () => {
  test.each<[string, string, string, string]>([
    [
      'a SAM function',
      `F: { Type: AWS::Serverless::Function, Properties: { Runtime: nodejs22.x, Handler: a.b, InlineCode: '', Policies: { Statement: { Effect: Allow, Action: kafka-cluster:*, Resource: '*' } } } }`,
      SAM,
      'Transform: does not name AWS::Serverless-2016-10-31, without which CloudFormation does not have AWS::Serverless::Function (Resources.F.Type)',
    ],
    [
      'a loop',
      `${plain}\n  Fn::ForEach::L: [N, [a, b], { 'T\${N}': { Type: AWS::SNS::Topic } }]`,
      EXTENSIONS,
      'Transform: does not name AWS::LanguageExtensions, without which CloudFormation does not have Fn::ForEach (Resources.Fn::ForEach::L)',
    ],
    [
      'Fn::Length',
      `F: ${lambda('Environment: { Variables: { AB: !Length [1, 2] } }')}\n  R: ${kafkaRole}`,
      EXTENSIONS,
      'Transform: does not name AWS::LanguageExtensions, without which CloudFormation does not have Fn::Length (Resources.F.Properties.Environment.Variables.AB.Fn::Length)',
    ],
    [
      'Fn::ToJsonString',
      `F: ${lambda('Environment: { Variables: { AB: { Fn::ToJsonString: { a: b } } } }')}\n  R: ${kafkaRole}`,
      EXTENSIONS,
      'Transform: does not name AWS::LanguageExtensions, without which CloudFormation does not have Fn::ToJsonString (Resources.F.Properties.Environment.Variables.AB.Fn::ToJsonString)',
    ],
    [
      'a default of Fn::FindInMap',
      `F: ${lambda('Environment: { Variables: { AB: !FindInMap [M, a, c, { DefaultValue: d }] } }')}\n  R: ${kafkaRole}`,
      EXTENSIONS,
      'Transform: does not name AWS::LanguageExtensions, without which CloudFormation does not have DefaultValue of Fn::FindInMap (Resources.F.Properties.Environment.Variables.AB.Fn::FindInMap)',
    ],
  ])('%s', (_, resources, transform, sentence) => {
    const mappings = 'Mappings: { M: { a: { b: c } } }';
    expect(refusal(() => readYaml(stack('', resources, mappings))).refused).toEqual([sentence]);
    expect(readYaml(stack(transform, resources, mappings)).functions).toHaveLength(1);
    // A macro may replace it.
    expect(readYaml(stack('Transform: OurMacro', resources, mappings)).functions).toHaveLength(1);
  });

  test('but not in metadata, which CloudFormation does not evaluate', () => {
    const metadata = 'Metadata: { It: { Fn::Length: [1] } }';
    expect(readYaml(stack('', plain, metadata)).functions).toHaveLength(1);
  });
});

describe('AWS::LanguageExtensions', () => {
  test('creates no resources: a name that the template does not have is a mistake', () => {
    const resources = `F: ${lambda('Environment: { Variables: { AB: !GetAtt Rol.Arn } }')}\n  R: ${kafkaRole}`;
    const sentence =
      'Resources.F.Properties.Environment.Variables.AB.Fn::GetAtt: there is no resource or parameter Rol';
    expect(refusal(() => readYaml(stack(EXTENSIONS, resources))).refused).toEqual([sentence]);
    expect(readYaml(stack(SAM, resources)).functions).toHaveLength(1);
    expect(readYaml(stack('Transform: OurMacro', resources)).functions).toHaveLength(1);
  });

  test('code of such a template is not called SAM’s', () => {
    const seen: boolean[] = [];
    for (const transform of ['', EXTENSIONS, SAM, `Transform: [AWS::LanguageExtensions, AWS::Serverless-2016-10-31]`]) {
      readYaml(stack(transform, plain), {
        inspectCode: ({ isSam }) => {
          seen.push(isSam);
          return [];
        },
      });
    }
    expect(seen).toEqual([false, false, true, true]);
  });

  test('functions may write the names in Ref and Fn::GetAtt', () => {
    const role = '!GetAtt [!Ref N, Arn]';
    const variables =
      "Environment: { Variables: { AB: { Ref: { Fn::Sub: '${N}' } }, CD: !GetAtt [!Sub '${N}', Arn] } }";
    const resources = `F: ${lambda(variables, role)}\n  R: ${kafkaRole.replace('Properties: {', 'Properties: { RoleName: mine, ')}`;
    const parameters = 'Parameters: { N: { Type: String, Default: R } }';
    const { functions } = readYaml(stack(EXTENSIONS, resources, parameters));
    expect(functions).toMatchObject([
      { role: 'R', environment: { AB: 'mine', CD: 'arn:aws:iam::111122223333:role/mine' } },
    ]);
    expect(refusal(() => readYaml(stack('', resources, parameters))).refused).toContain(
      'Resources.F.Properties.Environment.Variables.AB.Ref: must be a string, and is an object',
    );
  });
});

describe('SAM', () => {
  const own = "Runtime: nodejs22.x, Handler: a.b, InlineCode: ''";
  const policies = "Policies: { Statement: { Effect: Allow, Action: kafka-cluster:*, Resource: '*' } }";
  const sam = (properties: string, attributes = ''): string =>
    `F: { Type: AWS::Serverless::Function, ${attributes} Properties: { ${own}, ${properties} } }`;

  test.each([
    ['first', '!If [Has, !Ref RoleArn, !Ref AWS::NoValue]', 'x'],
    ['second', '!If [HasNot, !Ref AWS::NoValue, !Ref RoleArn]', 'x'],
  ])('makes the role of a function in the branch of Fn::If that has none: the %s', (_, role) => {
    const more = `Parameters: { RoleArn: { Type: String, Default: '' } }
Conditions:
  HasNot: !Equals [!Ref RoleArn, '']
  Has: !Not [!Condition HasNot]`;
    const text = stack(SAM, sam(`Role: ${role}, ${policies}`), more);
    expect(readYaml(text).functions).toMatchObject([{ role: 'FRole' }]);
    const given = { parameters: { RoleArn: 'arn:aws:iam::111122223333:role/theirs' } };
    expect(readYaml(text, given).setAside).toMatchObject([
      { path: 'Resources.F', reason: expect.stringContaining('role/theirs is not a role of the template') as unknown },
    ]);
  });

  const globals = `Globals: { Function: { Timeout: 20, MemorySize: 512, AutoPublishAlias: live, Environment: { Variables: { AB: c } } } }`;
  test.each<[string, string, object, number]>([
    ['without it', '', { timeoutSeconds: 20, memoryMb: 512, environment: { AB: 'c' } }, 1],
    ['all', "IgnoreGlobals: '*',", { timeoutSeconds: 3, memoryMb: 128, environment: {} }, 0],
    [
      'some',
      'IgnoreGlobals: [Timeout, AutoPublishAlias],',
      { timeoutSeconds: 3, memoryMb: 512, environment: { AB: 'c' } },
      0,
    ],
  ])('ignores Globals where IgnoreGlobals says so: %s', (_, attribute, expected, aliases) => {
    const { functions, notModelled } = readYaml(stack(SAM, sam(policies, attribute), globals));
    expect(functions).toMatchObject([expected]);
    expect(notModelled.filter(({ path }) => path.endsWith('AutoPublishAlias'))).toHaveLength(aliases);
  });

  test('does not accept in Globals what each function has of its own', () => {
    const wrong = 'Globals: { Function: { Role: a, Policies: [b], FunctionName: c, Events: {}, Timeout: 5 } }';
    expect(refusal(() => readYaml(stack(SAM, sam(policies), wrong))).refused).toEqual(
      ['Events', 'FunctionName', 'Policies', 'Role'].map(
        (key) => `Globals.Function.${key}: is not a property that SAM accepts in Globals`,
      ),
    );
  });

  const settings: Readonly<Record<string, string>> = {
    CapacityProviderConfig: '{ LambdaManagedInstancesCapacityProviderConfig: { CapacityProviderArn: a } }',
    CodeSigningConfigArn: 'a',
    DurableConfig: '{ ExecutionTimeout: 1 }',
    EphemeralStorage: '{ Size: 1024 }',
    FileSystemConfigs: '[{ Arn: a, LocalMountPath: /mnt/x }]',
    ReservedConcurrentExecutions: '0',
    SnapStart: '{ ApplyOn: PublishedVersions }',
    TenancyConfig: '{ TenantIsolationMode: PER_TENANT }',
  };
  const set = Object.entries(settings).map(([key, value]) => `${key}: ${value}`);

  test('lists the settings of a function that have no effect here, at their places', () => {
    const pathsOf = (text: string): string[] => readYaml(text).notModelled.map(({ path }) => path);
    const keys = Object.keys(settings);
    expect(pathsOf(stack(SAM, sam([policies, ...set].join(', '))))).toEqual(
      keys.map((key) => `Resources.F.Properties.${key}`),
    );
    const general = `Globals: { Function: { ${set.join(', ')} } }`;
    expect(pathsOf(stack(SAM, sam(policies), general))).toEqual(keys.map((key) => `Globals.Function.${key}`));
    expect(pathsOf(stack(SAM, sam(policies, 'IgnoreGlobals: [SnapStart],'), general))).not.toContain(
      'Globals.Function.SnapStart',
    );
    const both = `Globals: { Function: { EphemeralStorage: { Size: 512 } } }`;
    expect(pathsOf(stack(SAM, sam(`${policies}, EphemeralStorage: { Size: 1024 }`), both))).toEqual([
      'Resources.F.Properties.EphemeralStorage',
    ]);
    expect(readYaml(stack(SAM, sam([policies, ...set].join(', ')))).notModelled).toContainEqual({
      path: 'Resources.F.Properties.ReservedConcurrentExecutions',
      reason: 'is 0: in AWS every invocation is throttled, here it runs',
    });
  });

  test('answers set what a function has from Globals, for this function', () => {
    const general = 'Globals: { Function: { MemorySize: 256, Timeout: 20 } }';
    const { functions } = readYaml(stack(SAM, sam(policies), general), { answers: new Answers(['F.Timeout=30']) });
    expect(functions).toMatchObject([{ memoryMb: 256, timeoutSeconds: 30 }]);
  });

  const connectors = 'Connectors: { C: { Properties: { Destination: { Id: T }, Permissions: [Write] } } },';
  const listed = (id: string): object => ({
    path: `Resources.${id}.Connectors`,
    reason: 'creates policies for other services, which a rehearsal does not have',
  });

  test('makes policies for connectors, which are listed', () => {
    expect(readYaml(stack(SAM, sam(policies, connectors))).notModelled).toEqual([listed('F')]);
    const rule = `Rule: { Type: AWS::Events::Rule, ${connectors} Properties: {} }`;
    expect(readYaml(stack(SAM, `${sam(policies)}\n  ${rule}`)).notModelled).toContainEqual(listed('Rule'));
  });

  const conditions = `Parameters: { U: { Type: String } }
Conditions: { Never: !Equals [a, b], Always: !Equals [a, a], C: !Equals [!Ref U, x] }`;

  test('makes nothing for what is not created', () => {
    const idle = `Idle: { Type: AWS::Serverless::Function, Condition: Never, ${connectors} Properties: { ${own}, AutoPublishAlias: live, Events: { A: { Type: Api } } } }`;
    const rule = `Rule: { Type: AWS::Events::Rule, Condition: Never, ${connectors} Properties: {} }`;
    const text = stack(SAM, `${sam(policies)}\n  ${idle}\n  ${rule}`, conditions);
    expect(readYaml(text).notModelled).toEqual([]);
    const made = readYaml(text.replaceAll('Condition: Never', 'Condition: Always')).notModelled;
    expect(made.map(({ path }) => path)).toEqual([
      'Resources.Idle.Connectors',
      'Resources.Idle.Properties.AutoPublishAlias',
      'Resources.Idle.Properties.Events.A',
      'Resources.Rule.Connectors',
      'Resources',
    ]);
  });

  const reason = 'SAM ignores it, because the function has a Role';
  test.each<[string, string, ...string[]]>([
    ['its policies', policies, 'Policies'],
    ['its policies, of which a condition is unknown', 'Policies: !If [C, [a], !Ref AWS::NoValue]', 'Policies'],
    [
      'other properties of the role',
      'AssumeRolePolicyDocument: {}, PermissionsBoundary: a, RolePath: /x/',
      'AssumeRolePolicyDocument',
      'PermissionsBoundary',
      'RolePath',
    ],
    ['no policies', 'Policies: !Ref AWS::NoValue'],
  ])('ignores what is about the role that it makes, if a function has a Role: %s', (_, properties, ...keys) => {
    const text = stack(SAM, `${sam(`Role: !GetAtt R.Arn, ${properties}`)}\n  R: ${kafkaRole}`, conditions);
    const notes = keys.map((key) => ({ path: `Resources.F.Properties.${key}`, reason }));
    expect(readYaml(text).mistakes).toEqual(notes);
  });

  test.each<[string, string, number]>([
    ['the role', '!If [Always, !GetAtt R.Arn, !Ref AWS::NoValue]', 1],
    ['none', '!If [Never, !GetAtt R.Arn, !Ref AWS::NoValue]', 0],
  ])('ignores Policies where a condition chooses %s', (_, role, notes) => {
    const text = stack(SAM, `${sam(`Role: ${role}, ${policies}`)}\n  R: ${kafkaRole}`, conditions);
    expect(readYaml(text).mistakes).toHaveLength(notes);
  });

  test('does not ignore Policies beside a Role of a function that is not created, or a boundary in Globals', () => {
    const idle = `Idle: { Type: AWS::Serverless::Function, Condition: Never, Properties: { ${own}, Role: !GetAtt R.Arn, ${policies} } }`;
    const text = stack(
      SAM,
      `${sam('Role: !GetAtt R.Arn')}\n  R: ${kafkaRole}\n  ${idle}`,
      `${conditions}
Globals: { Function: { PermissionsBoundary: a } }`,
    );
    expect(readYaml(text).mistakes).toEqual([]);
  });
});
