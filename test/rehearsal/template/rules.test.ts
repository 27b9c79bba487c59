import { expect, test } from 'vitest';
import { readTemplate, type StackModel } from '../../../rehearsal/template/index.js';
import { pubsub_error } from '../../../src/base/error.js';

const own = {
  Parameters: {
    Env: { Type: 'String', Default: 'dev' },
    Open: { Type: 'String' },
    Zones: { Type: 'CommaDelimitedList', Default: 'a,b' },
    Vpc: { Type: 'AWS::EC2::VPC::Id', Default: 'vpc-1' },
    Other: { Type: 'AWS::EC2::VPC::Id', Default: 'vpc-2' },
  },
  Resources: {},
};

function read(rules: unknown): StackModel {
  const options = { stackName: 'Demo', region: 'eu-west-1', account: '111122223333' };
  return readTemplate({ ...own, Rules: rules }, options);
}

/** "holds", what the refusal says, or what the list says. */
function said(assert: unknown, condition?: unknown): string {
  const rule = { Assertions: [{ Assert: assert, AssertDescription: 'why' }] };
  try {
    const { notModelled, mistakes } = read({
      R: { ...rule, ...(condition === undefined ? {} : { RuleCondition: condition }) },
    });
    const all = [...notModelled, ...mistakes].map(({ path, reason }) => `${path}: ${reason}`);
    return all.length === 0 ? 'holds' : all.join();
  } catch (error) {
    if (pubsub_error.is(error)) return error.raw_message;
    throw error;
  }
}

const REFUSED = 'Rules.R.Assertions[0]: does not hold, and CloudFormation would not create the stack: why';
const UNKNOWN =
  'Rules.R.Assertions[0]: is not checked, because Parameters.Open: has no default, and no value was given';
const yes = { 'Fn::Equals': [{ Ref: 'Env' }, 'dev'] };
const no = { 'Fn::Equals': [{ Ref: 'Env' }, 'prod'] };
const open = { 'Fn::Equals': [{ Ref: 'Open' }, 'x'] };

test.each<[string, unknown, string]>([
  ['Equals', yes, 'holds'],
  ['Equals, violated', no, REFUSED],
  ['Not', { 'Fn::Not': [no] }, 'holds'],
  ['And', { 'Fn::And': [yes, no] }, REFUSED],
  ['And with an unknown part', { 'Fn::And': [yes, open] }, UNKNOWN],
  ['And that is false whatever a part is', { 'Fn::And': [open, no] }, REFUSED],
  ['Or', { 'Fn::Or': [no, yes] }, 'holds'],
  ['Or that is true whatever a part is', { 'Fn::Or': [open, yes] }, 'holds'],
  ['Or with an unknown part', { 'Fn::Or': [no, open] }, UNKNOWN],
  ['Not of an unknown part', { 'Fn::Not': [open] }, UNKNOWN],
  ['Contains', { 'Fn::Contains': [['dev', 'prod'], { Ref: 'Env' }] }, 'holds'],
  ['Contains, violated', { 'Fn::Contains': [['prod'], { Ref: 'Env' }] }, REFUSED],
  ['Contains of a list parameter', { 'Fn::Contains': [{ Ref: 'Zones' }, 'b'] }, 'holds'],
  ['EachMemberEquals', { 'Fn::EachMemberEquals': [['dev', 'dev'], { Ref: 'Env' }] }, 'holds'],
  ['EachMemberEquals, violated', { 'Fn::EachMemberEquals': [{ Ref: 'Zones' }, 'a'] }, REFUSED],
  ['EachMemberIn', { 'Fn::EachMemberIn': [{ Ref: 'Zones' }, ['a', 'b', 'c']] }, 'holds'],
  ['EachMemberIn, violated', { 'Fn::EachMemberIn': [{ Ref: 'Zones' }, ['a']] }, REFUSED],
  ['RefAll', { 'Fn::EachMemberIn': [{ 'Fn::RefAll': 'AWS::EC2::VPC::Id' }, ['vpc-1', 'vpc-2']] }, 'holds'],
  ['RefAll, violated', { 'Fn::EachMemberIn': [{ 'Fn::RefAll': 'AWS::EC2::VPC::Id' }, ['vpc-1']] }, REFUSED],
  ['a place', { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'eu-west-1'] }, 'holds'],
  [
    'an attribute that only AWS knows',
    { 'Fn::Equals': [{ 'Fn::ValueOf': ['Vpc', 'Tags.Env'] }, 'dev'] },
    'Rules.R.Assertions[0]: is not checked, because Rules.R.Assertions[0].Assert.Fn::Equals[0].Fn::ValueOf: it is an attribute of something that only AWS knows',
  ],
  [
    'a function that rules do not have',
    { 'Fn::Same': ['a', 'a'] },
    'Rules.R.Assertions[0].Assert: is not a known function of rules (Fn::Same): CloudFormation refuses it',
  ],
  [
    'a parameter that does not exist',
    { 'Fn::Equals': [{ Ref: 'Envv' }, 'dev'] },
    'Rules.R.Assertions[0].Assert.Fn::Equals[0].Ref: there is no resource or parameter Envv: CloudFormation refuses it',
  ],
])('%s', (_, assert, expected) => {
  expect(said(assert)).toBe(expected);
});

test('a rule applies if its condition is true', () => {
  expect(said(no, yes)).toBe(REFUSED);
  expect(said(no, no)).toBe('holds');
  expect(said(no, open)).toBe(UNKNOWN);
  expect(said(yes, open)).toBe('holds');
});

test('all rules that do not hold are refused at once', () => {
  const assertions = [{ Assert: no, AssertDescription: 'first' }, { Assert: yes }, { Assert: no }];
  expect(() => read({ A: { Assertions: assertions }, B: { Assertions: [{ Assert: no }] } })).toThrow(
    /Rules\.A\.Assertions\[0\].*first; Rules\.A\.Assertions\[2\].*; Rules\.B\.Assertions\[0\]/,
  );
});

test.each<[string, unknown]>([
  ['no object', 'x'],
  ['no assertions', {}],
  ['an assertion that is no object', { Assertions: ['x'] }],
])('a rule that CloudFormation does not accept: %s', (_, rule) => {
  expect(read({ R: rule }).mistakes.map(({ reason }) => reason)).toEqual([
    expect.stringContaining('CloudFormation refuses it') as unknown,
  ]);
});

test('CDK’s own rule is about a parameter of AWS, and is not remarked', () => {
  const rule = { Assertions: [{ Assert: { 'Fn::Not': [{ 'Fn::Contains': [['1', '2'], { Ref: 'Open' }] }] } }] };
  expect(read({ CheckBootstrapVersion: rule }).notModelled).toEqual([]);
});
