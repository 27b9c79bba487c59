import { describe, expect, test } from 'vitest';
import { mergeEvents } from '../../aws/test-events/content.js';

const existing = JSON.stringify({
  openapi: '3.0.0',
  info: { version: '1.0.0', title: 'Event' },
  paths: {},
  components: {
    schemas: { Event: { type: 'object', required: ['key1'] } },
    examples: { theirs: { value: { key1: 1 } }, ours: { value: { old: true } }, same: { value: { a: [1, 2] } } },
  },
});

describe('events beside existing ones', () => {
  const merged = mergeEvents(existing, { ours: { old: false }, same: { a: [1, 2] }, fresh: { b: 1 } }, '_f-schema');

  test('are new, changed, unchanged or not ours', () => {
    expect(merged).toMatchObject({ added: ['fresh'], changed: ['ours'], unchanged: ['same'], others: ['theirs'] });
  });

  test('do not change the rest', () => {
    const before = JSON.parse(existing) as { components: { examples: object } };
    expect(JSON.parse(merged.content ?? '')).toEqual({
      ...before,
      components: {
        ...before.components,
        examples: { ...before.components.examples, ours: { value: { old: false } }, fresh: { value: { b: 1 } } },
      },
    });
  });

  test('make no new version when nothing is new', () => {
    expect(mergeEvents(existing, { same: { a: [1, 2] } }, '_f-schema').content).toBeUndefined();
  });
});

test('the first events of a function make a schema that the console reads', () => {
  expect(JSON.parse(mergeEvents(undefined, { one: { a: 1 } }, '_f-schema').content ?? '')).toEqual({
    openapi: '3.0.0',
    info: { version: '1.0.0', title: 'Event' },
    paths: {},
    components: { schemas: { Event: { type: 'object' } }, examples: { one: { value: { a: 1 } } } },
  });
});

test('a schema without examples gets some', () => {
  const { content, added } = mergeEvents('{"components":{}}', { one: 1 }, '_f-schema');
  expect(added).toEqual(['one']);
  expect(JSON.parse(content ?? '')).toEqual({ components: { examples: { one: { value: 1 } } } });
});

test.each(['no JSON', '{}', '[]', 'null'])('%s under this name is not changed', (content) => {
  expect(() => mergeEvents(content, { one: 1 }, '_f-schema')).toThrow('schema _f-schema exists, and is not in');
});
