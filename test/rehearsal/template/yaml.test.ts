import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { decodeText } from '../../../rehearsal/decode-text.js';
import { parseYaml } from '../../../rehearsal/template/load/yaml.js';
import { skipFor } from '../../support/skips.js';

const FOLDER = join(import.meta.dirname, 'yaml');
const TEXT = readFileSync(join(FOLDER, 'documents.txt'), 'utf8');
const documents = TEXT.split('=== ')
  .slice(1)
  .map((part): [string, string] => [part.slice(0, part.indexOf('\n')), part.slice(part.indexOf('\n') + 1)]);
const expected = JSON.parse(readFileSync(join(FOLDER, 'expected.json'), 'utf8')) as Record<string, unknown>;

/** A number is compared as a number only if its text follows from it. */
function texts(value: unknown): unknown {
  if (typeof value === 'number') return String(value);
  if (Array.isArray(value)) return value.map(texts);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, texts(part)]));
}

describe('the same result as PyYAML, with all scalars but booleans and null as their text', () => {
  test.each(documents)('%s', (name, content) => {
    expect(texts(parseYaml(content).value)).toEqual(expected[name]);
  });
});

test('the expected values are PyYAML’s', (context) => {
  const { status } = spawnSync('python3', ['-c', 'import yaml'], { stdio: 'ignore' });
  skipFor(context, status === 0 ? undefined : 'no-pyyaml');
  const made = execFileSync('python3', [join(FOLDER, 'pyyaml.py')], { input: TEXT, encoding: 'utf8' });
  expect(JSON.parse(made)).toEqual(expected);
});

describe('byte order marks and line endings', () => {
  const utf16 = Buffer.from('\uFEFFa: yes\r\nb: 012\r\n', 'utf16le');
  test.each<[string, Uint8Array]>([
    ['UTF-8', Buffer.from('a: yes\nb: 012\n')],
    ['UTF-8 with a mark', Buffer.from('\uFEFFa: yes\r\nb: 012\r\n')],
    ['UTF-16, little-endian', utf16],
    ['UTF-16, big-endian', Buffer.from(utf16).swap16()],
  ])('%s', (_, bytes) => {
    expect(parseYaml(decodeText(bytes)).value).toEqual({ a: true, b: '012' });
  });
});

describe('remarks about the text of a template', () => {
  test.each<[string, string, string]>([
    ['an alias', 'a: &x {y: 1}\nb: *x', 'has YAML aliases'],
    ['a scalar’s alias', 'a: &x text\nb: [*x]', 'has YAML aliases'],
  ])('%s', (_, content, sentence) => {
    expect(parseYaml(content).remarks).toEqual([expect.stringContaining(sentence) as unknown]);
  });

  test.each(['a: b & c\nd: "*c"', 'a: &x 1', 'a: x*y'])('no remark about %j', (content) => {
    expect(parseYaml(content).remarks).toEqual([]);
  });
});

describe('keys that appear twice in one object: all are named, and the last one counts', () => {
  test.each<[string, string, unknown, [path: string, ...lines: number[]][]]>([
    ['YAML', 'a:\n  b: 1\n  b: 2\n', { a: { b: 2 } }, [['a.b', 3]]],
    ['a section', 'a: 1\nc: 2\na: 3\n', { a: 3, c: 2 }, [['a', 3]]],
    ['three times', 'a: {b: 1, b: 2,\n b: 3}\n', { a: { b: 3 } }, [['a.b', 1, 2]]],
    [
      'several, in lists and objects',
      'a:\n- b: 1\n  b: 2\n- c: {d: 1, d: 2}\na: []\n',
      { a: [] },
      [
        ['a', 5],
        ['a[0].b', 3],
        ['a[1].c.d', 4],
      ],
    ],
    ['in a list', 'x: [{b: 1, b: 2}, {c: 1}]', { x: [{ b: 2 }, { c: 1 }] }, [['x[0].b', 1]]],
    [
      'within each other',
      'a:\n  b: 1\n  c: {d: 1, d: 2}\n  b: 3',
      { a: { b: 3, c: { d: 2 } } },
      [
        ['a.b', 4],
        ['a.c.d', 3],
      ],
    ],
    ['JSON', '{"a": {"b": 1,\n "b": [1, 2]}}', { a: { b: [1, 2] } }, [['a.b', 2]]],
    ['JSON, a section', '{"a": 1,\n  "a": {"b": 2}}', { a: { b: 2 } }, [['a', 2]]],
    ['quoted and not', 'a:\n  b: 1\n  "b": 2\n  \'b\': 3\n', { a: { b: 3 } }, [['a.b', 3, 4]]],
    ['a key like a number', '1: a\n1: b', { 1: 'b' }, [['1', 2]]],
    ['with its own line', '? a\n: 1\n? a\n: 2\n', { a: 2 }, [['a', 3]]],
    ['with an anchor', 'a: 1\n&x a: 2\nb: *x', { a: 2, b: 'a' }, [['', 2]]],
  ])('%s', (_, content, value, repeated) => {
    const parsed = parseYaml(content);
    expect(parsed.value).toEqual(value);
    const found = parsed.repeated.map(({ path, lines }) => [path, ...lines]);
    expect(found.sort()).toEqual(repeated.sort());
  });

  test('an error after them has its own place', () => {
    expect(() => parseYaml('a: {b: 1, b: 2}\nc: [1')).toThrow('(line 3, column 1)');
    expect(() => parseYaml('a: {b: 1, b: 2, c: !Cut x}')).toThrow('(line 1, column 26)');
  });

  test('more of them than can be named', () => {
    const many = Array.from({ length: 100 }, (_, i) => `k${i}: 1\nk${i}: 2`).join('\n');
    const { value, repeated } = parseYaml(many);
    expect(Object.values(value as object)).toEqual(Array.from({ length: 100 }, () => 2));
    expect(repeated).toEqual([{ path: '', lines: [2] }]);
  });
});

test('an alias is a copy: a change in one place does not change the other', () => {
  const { a, b } = parseYaml('a: &x {y: 1}\nb: *x').value as { a: object; b: object };
  expect(a).toEqual(b);
  expect(a).not.toBe(b);
});

test('aliases of aliases that would fill the memory are refused', () => {
  const levels = Array.from({ length: 12 }, (_, i) => `l${i + 1}: &l${i + 1} [${`*l${i},`.repeat(9)}]`);
  expect(() => parseYaml(['l0: &l0 [x]', ...levels].join('\n'))).toThrow('expands to more than 1000000 values');
});
