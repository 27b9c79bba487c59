import { expect, test } from 'vitest';
import { parseTemplate } from '../../../rehearsal/template/index.js';

test.each<[string, string, unknown]>([
  ['JSON', '{"Resources": {"A": {"Type": "B"}}}', { Resources: { A: { Type: 'B' } } }],
  ['!Ref', 'a: !Ref B', { a: { Ref: 'B' } }],
  ['!GetAtt', 'a: !GetAtt B.C', { a: { 'Fn::GetAtt': 'B.C' } }],
  ['!Condition', 'a: !Not [!Condition C]', { a: { 'Fn::Not': [{ Condition: 'C' }] } }],
  ['!Sub with variables', "a: !Sub ['${x}', {x: !Ref B}]", { a: { 'Fn::Sub': ['${x}', { x: { Ref: 'B' } }] } }],
  [
    'a nested function',
    "a: !Select [0, !Split ['/', !Ref B]]",
    { a: { 'Fn::Select': [0, { 'Fn::Split': ['/', { Ref: 'B' }] }] } },
  ],
  ['a map', 'a: !Transform {Name: T}', { a: { 'Fn::Transform': { Name: 'T' } } }],
  ['!GetAZs of nothing', "a: !GetAZs ''", { a: { 'Fn::GetAZs': '' } }],
  ['dates stay texts', 'Version: 2012-10-17', { Version: '2012-10-17' }],
  ['yes is true, as in CloudFormation', 'a: yes', { a: true }],
  ['numbers keep their text', 'a: 1.0', { a: '1.0' }],
  ['JSON after a byte order mark', '\uFEFF{"a": 1.0}', { a: '1.0' }],
])('%s', (_, text, expected) => {
  expect(parseTemplate(text, 't.yaml').value).toEqual(expected);
});

test.each<[string, string, string]>([
  ['neither JSON nor YAML', 'a: [1', 't.yaml: '],
  ['incomplete JSON', '{"Resources": {', 't.yaml: is not valid JSON: Expected'],
  [
    'a tag that CloudFormation does not have',
    'a: !Cut x',
    't.yaml: has the tag !Cut, which CloudFormation does not accept (line 1',
  ],
  ['a type that CloudFormation does not have', 'a: !!binary YQ==', 't.yaml: has the tag !!binary, which'],
  ['several documents', 'a: 1\n---\nb: 2', 't.yaml: expected a single document'],
])('%s is refused', (_, text, sentence) => {
  expect(() => parseTemplate(text, 't.yaml')).toThrow(sentence);
});
