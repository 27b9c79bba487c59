import { describe, expect, test } from 'vitest';
import { answerOption, Answers } from '../../rehearsal/answers.js';

describe('answers', () => {
  test('have a key and a value, which may have equals signs of its own', () => {
    const answers = new Answers(['aws:SourceVpc=vpc-1', 'Worker.Handler=a=b']);
    expect(answers.of('aws:SourceVpc')).toEqual(['vpc-1']);
    expect(answers.of('Worker.Handler')).toEqual(['a=b']);
    expect(answers.of('aws:SourceIp')).toBeUndefined();
  });

  test('condition keys are the same in any case, names of a template are not', () => {
    const answers = new Answers(['AWS:sourcevpc=vpc-1', 'Worker.Role=r']);
    expect(answers.of('aws:SourceVpc')).toEqual(['vpc-1']);
    expect(answers.of('worker.role')).toBeUndefined();
  });

  test('several are several values, an empty one says that there is none', () => {
    const answers = new Answers(['aws:PrincipalOrgPaths=a', 'aws:PrincipalOrgPaths=b', 'aws:SourceIp=']);
    expect(answers.of('aws:PrincipalOrgPaths')).toEqual(['a', 'b']);
    expect(answers.of('aws:SourceIp')).toEqual([]);
  });

  test('what nothing asked for is known, as it was written', () => {
    const answers = new Answers(['aws:SourceVpc=vpc-1', 'aws:SourceVpd=vpc-1']);
    answers.of('AWS:SOURCEVPC');
    expect(answers.unused()).toEqual(['aws:SourceVpd']);
  });

  test.each(['vpc-1', '=vpc-1', ' =x', ''])('%j is refused', (text) => {
    expect(() => new Answers([text])).toThrow('is not KEY=VALUE');
  });

  test('a value and none at once are refused', () => {
    expect(() => new Answers(['aws:SourceIp=1.2.3.4', 'aws:SourceIp='])).toThrow(
      'give aws:SourceIp both a value and no value',
    );
  });
});

test('the option that would answer can be pasted', () => {
  expect(answerOption('aws:SourceVpc', 'vpc-0123')).toBe('--answer aws:SourceVpc=vpc-0123');
  expect(answerOption('aws:PrincipalTag/team')).toBe(`--answer 'aws:PrincipalTag/team=…'`);
});
