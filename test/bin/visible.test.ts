import { expect, test } from 'vitest';
import { table } from '../../bin/table.js';
import { visible } from '../../bin/visible.js';

test('control characters are written as in JSON, and nothing else changes', () => {
  expect(visible('a\u001b[2Jb\u0007\u009b\u202e\u007f\n')).toBe('a\\u001b[2Jb\\u0007\\u009b\\u202e\\u007f\\u000a');
  expect(visible('Grüße → 👋 مرحبا')).toBe('Grüße → 👋 مرحبا');
  expect(visible('one\n\ttwo\r', '\n\t')).toBe('one\n\ttwo\\u000d');
});

test('JSON keeps its content', () => {
  const value = { 'k\u009b': '\\\u0085\u2028"' };
  expect(JSON.parse(visible(JSON.stringify(value)))).toEqual(value);
});

test('the cells of a table are one line each', () => {
  expect(table(['group'], [['a\nb\u001b[31m']])).toBe('group\na\\u000ab\\u001b[31m');
});
