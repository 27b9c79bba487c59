import { describe, expect, test } from 'vitest';
import { mergeEvents } from '../../aws/test-events/content.js';

const EXISTING = JSON.stringify({
  openapi: '3.0.0',
  info: { version: '1.0.0', title: 'Event' },
  paths: {},
  components: {
    schemas: { Event: { type: 'object', required: ['key1'] } },
    examples: { theirs: { value: { key1: 1 } }, ours: { value: { old: true } }, same: { value: { a: [1, 2] } } },
  },
});

describe('merging events with existing ones', () => {
  const merged = mergeEvents(EXISTING, { ours: { old: false }, same: { a: [1, 2] }, fresh: { b: 1 } }, '_f-schema');

  test('reports each event as new, changed, unchanged or not ours', () => {
    expect(merged).toMatchObject({ added: ['fresh'], changed: ['ours'], unchanged: ['same'], others: ['theirs'] });
  });

  test('leaves the rest of the schema unchanged', () => {
    const before = JSON.parse(EXISTING) as { components: { examples: object } };
    expect(JSON.parse(merged.content ?? '')).toEqual({
      ...before,
      components: {
        ...before.components,
        examples: { ...before.components.examples, ours: { value: { old: false } }, fresh: { value: { b: 1 } } },
      },
    });
  });

  test('writes no new version if nothing changed', () => {
    expect(mergeEvents(EXISTING, { same: { a: [1, 2] } }, '_f-schema').content).toBeUndefined();
  });
});

test('the first events of a function create a schema that the console can read', () => {
  expect(JSON.parse(mergeEvents(undefined, { one: { a: 1 } }, '_f-schema').content ?? '')).toEqual({
    openapi: '3.0.0',
    info: { version: '1.0.0', title: 'Event' },
    paths: {},
    components: { schemas: { Event: { type: 'object' } }, examples: { one: { value: { a: 1 } } } },
  });
});

test('examples are added to a schema that has none', () => {
  const { content, added } = mergeEvents('{"components":{}}', { one: 1 }, '_f-schema');
  expect(added).toEqual(['one']);
  expect(JSON.parse(content ?? '')).toEqual({ components: { examples: { one: { value: 1 } } } });
});

test.each(['not JSON', '{}', '[]', 'null'])('a schema that holds %s under this name is not changed', (content) => {
  expect(() => mergeEvents(content, { one: 1 }, '_f-schema')).toThrow('schema _f-schema exists, and is not in');
});
