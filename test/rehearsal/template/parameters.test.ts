import { describe, expect, test } from 'vitest';
import { readYaml, refusal } from './support/kafka-stack.js';

/** The value of a parameter `P`, from an output; what is refused or noted otherwise. */
function valueOf(parameter: string, given?: string): unknown {
  const text = `Parameters: { P: ${parameter} }
Resources: {}
Outputs: { It: { Value: !Sub ['\${V}', { V: ${/List/.test(parameter) ? "!Join ['|', !Ref P]" : '!Ref P'} }] } }
`;
  const options = given === undefined ? {} : { parameters: { P: given } };
  const { refused } = refusal(() => readYaml(text, options));
  if (refused.length > 0) return refused[0];
  const { outputs, mistakes, notModelled, setAside } = readYaml(text, options);
  return [...mistakes, ...notModelled, ...setAside].map(({ reason }) => reason)[0] ?? outputs['It'];
}

test.each<[string, string, string | undefined, string]>([
  [
    'AllowedValues of a list: each item',
    '{ Type: CommaDelimitedList, AllowedValues: [a, b, c], Default: a }',
    'a, c',
    'a|c',
  ],
  [
    'an item that is not allowed',
    '{ Type: CommaDelimitedList, AllowedValues: [a, b], Default: a }',
    'a, c',
    'Parameters.P: "c" is not one of a, b',
  ],
  [
    'an item of the default',
    '{ Type: CommaDelimitedList, AllowedValues: [a, b], Default: "b, c" }',
    undefined,
    'its default "c" is not one of a, b: CloudFormation refuses it',
  ],
  [
    'AllowedPattern: each item',
    "{ Type: CommaDelimitedList, AllowedPattern: '[a-z]+', Default: 'a, b' }",
    undefined,
    'a|b',
  ],
  [
    'an item that does not match',
    "{ Type: CommaDelimitedList, AllowedPattern: '[a-z]+', Default: a }",
    'a, 1',
    'Parameters.P: "1" does not match [a-z]+',
  ],
  ['numbers', '{ Type: List<Number>, AllowedValues: [1, 2, 3], Default: "1,2" }', '3, 1', '3|1'],
  ['no number', '{ Type: List<Number>, Default: "1,2" }', '3, x', 'Parameters.P: "x" is not a number'],
])('a list parameter: %s', (_, parameter, given, expected) => {
  expect(valueOf(parameter, given)).toBe(expected);
});

describe('the Parameter Store', () => {
  test('the name of a parameter is a name, and is not looked up', () => {
    expect(valueOf('{ Type: AWS::SSM::Parameter::Name, Default: /my/name }')).toBe('/my/name');
  });

  test('constraints apply to the name, and not to the given value', () => {
    const type = 'AWS::SSM::Parameter::Value<String>';
    const parameter = `{ Type: ${type}, Default: /a, AllowedValues: [/a, /b], AllowedPattern: '/.*' }`;
    expect(valueOf(parameter, 'the value')).toBe('the value');
    expect(valueOf(parameter)).toContain('its value is in the Parameter Store (/a)');
  });

  test('a name that is given, as for a deployment, is not the value', () => {
    const parameter = '{ Type: AWS::SSM::Parameter::Value<String>, Default: /a }';
    expect(valueOf(parameter, '/msk/arn')).toContain('its value is in the Parameter Store (/msk/arn)');
  });

  test('a default that is not an allowed name', () => {
    const parameter = '{ Type: AWS::SSM::Parameter::Value<String>, Default: /c, AllowedValues: [/a, /b] }';
    expect(valueOf(parameter)).toBe('its default "/c" is not one of /a, /b: CloudFormation refuses it');
  });

  test.each(['List<String>', 'CommaDelimitedList'])('a value that is a %s', (type) => {
    expect(valueOf(`{ Type: AWS::SSM::Parameter::Value<${type}>, Default: /a }`, 'a, b')).toBe('a|b');
  });
});

describe('a pattern', () => {
  test.each([
    '\\p{Alpha}+',
    '\\P{Digit}+',
    '\\A[a-z]+',
    '[a-z]+\\z',
    '[a-z]+\\Z',
    '\\Qabc\\E',
    '\\h+',
    '[a-z&&[^x]]+',
    '[[:alpha:]]+',
    '[a-c[x-z]]+',
    'a++',
  ])('of Java, which JavaScript reads otherwise or not at all, is not checked: %s', (pattern) => {
    expect(valueOf(`{ Type: String, AllowedPattern: '${pattern}', Default: abc }`, '?')).toBe(
      `its AllowedPattern ${pattern} cannot be read here, and is not checked`,
    );
  });

  test.each(['\\w+', '[\\w\\-./]+', '^\\d{3}$|abc', '(?:a|b)c?', '[^\\[\\]]+', '\\\\?[A-Z]+'])(
    'that both read in the same way is checked: %s',
    (pattern) => {
      expect(valueOf(`{ Type: String, AllowedPattern: '${pattern}' }`, '[?]')).toBe(
        `Parameters.P: "[?]" does not match ${pattern}`,
      );
    },
  );
});
