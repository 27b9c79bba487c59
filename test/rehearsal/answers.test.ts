import { describe, expect, test } from 'vitest';
import { answerOption, Answers } from '../../rehearsal/answers.js';

describe('answers', () => {
  test('have a key and a value, and the value may contain equals signs', () => {
    const answers = new Answers(['aws:SourceVpc=vpc-1', 'Worker.Handler=a=b']);
    expect(answers.of('aws:SourceVpc')).toEqual(['vpc-1']);
    expect(answers.of('Worker.Handler')).toEqual(['a=b']);
    expect(answers.of('aws:SourceIp')).toBeUndefined();
  });

  test('condition keys are case-insensitive, names of a template are not', () => {
    const answers = new Answers(['AWS:sourcevpc=vpc-1', 'Worker.Role=r']);
    expect(answers.of('aws:SourceVpc')).toEqual(['vpc-1']);
    expect(answers.of('worker.role')).toBeUndefined();
  });

  test('several answers are several values, an empty answer means no value', () => {
    const answers = new Answers(['aws:PrincipalOrgPaths=a', 'aws:PrincipalOrgPaths=b', 'aws:SourceIp=']);
    expect(answers.of('aws:PrincipalOrgPaths')).toEqual(['a', 'b']);
    expect(answers.of('aws:SourceIp')).toEqual([]);
  });

  test('unused answers are returned as written', () => {
    const answers = new Answers(['aws:SourceVpc=vpc-1', 'aws:SourceVpd=vpc-1']);
    answers.of('AWS:SOURCEVPC');
    expect(answers.unused()).toEqual(['aws:SourceVpd']);
  });

  test.each(['vpc-1', '=vpc-1', ' =x', ''])('%j is refused', (text) => {
    expect(() => new Answers([text])).toThrow('is not KEY=VALUE');
  });

  test('a value and an empty value for one key are refused', () => {
    expect(() => new Answers(['aws:SourceIp=1.2.3.4', 'aws:SourceIp='])).toThrow(
      'give aws:SourceIp both a value and no value',
    );
  });
});

test('the option that would answer can be pasted into a shell', () => {
  expect(answerOption('aws:SourceVpc', 'vpc-0123')).toBe('--answer aws:SourceVpc=vpc-0123');
  expect(answerOption('aws:PrincipalTag/team')).toBe(`--answer 'aws:PrincipalTag/team=…'`);
});
