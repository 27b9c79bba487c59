import { describe, expect, test } from 'vitest';
import { kafkaRole, lambda, readYaml, refusal } from './support/kafka-stack.js';

const stack = (condition: string, more = ''): string => `
Parameters: { U: { Type: String }, V: { Type: String } }
Conditions:
  Same: !Equals [a, a]
  Differs: !Equals [a, b]
  C: !Equals [!Ref U, x]
  D: !Equals [!Ref V, x]
  It: ${condition}
  ${more}
Resources:
  F: { Condition: It, ${lambda().slice(1)}
  R: ${kafkaRole}
`;

/** Whether a condition is true; what is refused otherwise. */
function truth(condition: string, more?: string): boolean | readonly string[] {
  const text = stack(condition, more);
  const { refused, asks } = refusal(() => readYaml(text));
  if (refused.length > 0) return asks.length > 0 ? asks : refused;
  return readYaml(text).functions.length === 1;
}

const [u, v] = ["--parameter 'U=…'", "--parameter 'V=…'"];

describe('Fn::And and Fn::Or decide if one part does, whatever the others are', () => {
  test.each<[string, boolean | readonly string[]]>([
    ['!Or [!Condition C, !Condition Same]', true],
    ['!Or [!Condition Same, !Condition C]', true],
    ['!Or [!Condition C, !Condition Differs]', [u]],
    ['!And [!Condition C, !Condition Differs]', false],
    ['!And [!Condition Differs, !Condition C]', false],
    ['!And [!Condition Same, !Condition C]', [u]],
    ['!Or [!Condition C, !Condition D]', [u, v]],
    ['!Not [!And [!Condition C, !Condition Differs]]', true],
    ['!And [!Or [!Condition D, !Condition C], !Not [!Condition Same]]', false],
    ['!Not [!Condition C]', [u]],
  ])('%s', (condition, expected) => {
    expect(truth(condition)).toEqual(expected);
  });
});

describe('a mistake is one whatever the other parts are', () => {
  test.each([
    ['!Or [!Condition Same, !Condition Nope]', 'Conditions.It.Fn::Or[1]: there is no condition Nope'],
    [
      '!And [!Condition Differs, !Equals [a]]',
      'Conditions.It.Fn::And[1].Fn::Equals: takes a list of 2, and has one of 1',
    ],
    ['!And [!Condition Differs]', 'Conditions.It.Fn::And: takes a list of 2, and has one of 1'],
    ['!Or [!Condition Same, !Condition It]', 'Conditions.It.Fn::Or[1]: Conditions.It refers to itself'],
  ])('%s', (condition, sentence) => {
    expect(truth(condition)).toEqual([sentence]);
  });

  test('a circle of two conditions', () => {
    expect(truth('!Not [!Condition A]', 'A: !Not [!Condition It]')).toEqual([
      'Conditions.A.Fn::Not[0]: Conditions.It refers to itself',
    ]);
  });
});
