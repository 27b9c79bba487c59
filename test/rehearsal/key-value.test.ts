import { expect, test } from 'vitest';
import { comparedKey, keyValue } from '../../rehearsal/key-value.js';

test.each([
  ['a=b', { key: 'a', value: 'b' }],
  ['a=', { key: 'a', value: '' }],
  ['a=b=c', { key: 'a', value: 'b=c' }],
  ['a', undefined],
  ['=b', undefined],
  [' =b', undefined],
  ['', undefined],
])('%j is %j', (text, expected) => {
  expect(keyValue(text)).toEqual(expected);
});

test('keys of conditions are compared without case, and those of a template as they are', () => {
  expect(['aws:SourceVpc', 'Worker.Role'].map(comparedKey)).toEqual(['aws:sourcevpc', 'Worker.Role']);
});
