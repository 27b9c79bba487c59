import { expect, test } from 'vitest';
import { parseTemplate } from '../../../../local/rehearsal/template/index.js';

test.each<[string, string, unknown]>([
  ['JSON', '{"Resources": {"A": {"Type": "B"}}}', { Resources: { A: { Type: 'B' } } }],
  ['!Ref', 'a: !Ref B', { a: { Ref: 'B' } }],
  ['!GetAtt', 'a: !GetAtt B.C', { a: { 'Fn::GetAtt': 'B.C' } }],
  ['!Condition', 'a: !Not [!Condition C]', { a: { 'Fn::Not': [{ Condition: 'C' }] } }],
  ['!Sub with variables', "a: !Sub ['${x}', {x: !Ref B}]", { a: { 'Fn::Sub': ['${x}', { x: { Ref: 'B' } }] } }],
  [
    'one in another',
    "a: !Select [0, !Split ['/', !Ref B]]",
    { a: { 'Fn::Select': [0, { 'Fn::Split': ['/', { Ref: 'B' }] }] } },
  ],
  ['a map', 'a: !Transform {Name: T}', { a: { 'Fn::Transform': { Name: 'T' } } }],
  ['!GetAZs of nothing', "a: !GetAZs ''", { a: { 'Fn::GetAZs': '' } }],
  ['dates stay texts', 'Version: 2012-10-17', { Version: '2012-10-17' }],
  ['yes and on stay texts', 'a: yes', { a: 'yes' }],
])('%s', (_, text, expected) => {
  expect(parseTemplate(text, 't.yaml')).toEqual(expected);
});

test.each<[string, string, string]>([
  ['what is neither', 'a: [1', 't.yaml: '],
  ['JSON that breaks off', '{"Resources": {', 't.yaml: is no JSON: Expected'],
  ['a key twice', 'a: 1\na: 2', 't.yaml: Map keys must be unique'],
  ['a tag that CloudFormation does not know', 'a: !Cut x', 't.yaml: Unresolved tag: !Cut'],
  ['an alias', 'a: &x {y: 1}\nb: *x', 't.yaml: uses the YAML alias *x'],
])('%s is refused', (_, text, sentence) => {
  expect(() => parseTemplate(text, 't.yaml')).toThrow(sentence);
});
