import { type } from 'arktype';
import * as v from 'valibot';
import { describe, expect, expectTypeOf, test } from 'vitest';
import * as z from 'zod';
import { bytes_payload, create_frame, text_payload } from '../../src/frame/air-core-frame.js';
import type { standard_schema } from '../../src/frame/standard-schema.js';
import { isAboutPayloadOf, json_payload, payload_json } from '../../src/frame/json-payload.js';

const withJson = (value: unknown) => create_frame({ payloads: [json_payload(value)] });
const thrownBy = (call: () => unknown): unknown => {
  try {
    return call();
  } catch (error) {
    return error;
  }
};

const schemaThat = (validate: standard_schema['~standard']['validate']): standard_schema => ({
  '~standard': { version: 1, vendor: 'test', validate },
});

describe('payload_json', () => {
  test('returns what json_payload was given', () => {
    const value = { a: [1, 'x', null, true, { b: 0.5 }] };
    expect(payload_json(withJson(value))).toEqual(value);
    expectTypeOf(payload_json(withJson(1))).toEqualTypeOf<unknown>();
    expectTypeOf(payload_json<number>(withJson(1))).toEqualTypeOf<number>();
  });

  test.each([
    ['a JSON type with parameters, in bytes', bytes_payload(Buffer.from('{"a":1}'), 'Application/JSON; charset=utf-8')],
    ['a type that ends with +json', text_payload('{"a":1}', 'application/vnd.order+json')],
    ['no content type, as some writers leave it out', text_payload('{"a":1}', '')],
  ])('reads %s, behind a payload of another type', (_, payload) => {
    expect(payload_json(create_frame({ payloads: [text_payload('no'), payload] }))).toEqual({ a: 1 });
  });

  const schemas = {
    zod: z.object({ amount: z.number(), tag: z.string().default('none') }),
    valibot: v.object({ amount: v.number(), tag: v.optional(v.string(), 'none') }),
    arktype: type({ amount: 'number', tag: 'string = "none"' }),
  };

  test.each(Object.entries(schemas))('checks with a schema of %s, and returns its output', (_, schema) => {
    expect(payload_json(withJson({ amount: 7 }), schema)).toEqual({ amount: 7, tag: 'none' });
    const error = thrownBy(() => payload_json(withJson({ amount: '7', tag: 1 }), schema));
    expect(error).toMatchObject({ code: 'payload_invalid', stage: 'receive' });
    expect((error as Error).message).toMatch(/the payload does not fit its schema: amount: .+; tag: /);
    expect((error as { details: unknown }).details).toMatchObject({ problems: [{ path: 'amount' }, { path: 'tag' }] });
  });

  test('has the types of each schema library', () => {
    const frame = withJson({ amount: 7 });
    expectTypeOf(payload_json(frame, schemas.zod)).toEqualTypeOf<{ amount: number; tag: string }>();
    expectTypeOf(payload_json(frame, schemas.valibot)).toEqualTypeOf<{ amount: number; tag: string }>();
    expectTypeOf(payload_json(frame, schemas.arktype)).toEqualTypeOf<{ amount: number; tag: string }>();
  });

  test('names at most ten problems, and counts the others', () => {
    const error = thrownBy(() => payload_json(withJson(Array<string>(25).fill('x')), z.array(z.number())));
    expect((error as Error).message).toMatch(/^\[payload_invalid\] .*; 9: [^;]*\(and 15 more\)$/);
  });

  test.each([
    ['nothing', create_frame(), 'the frame has no JSON payload: it has no payload'],
    ['text', create_frame({ payloads: [text_payload('a')] }), 'its content types are text/plain; charset=utf-8'],
    [
      'half of it',
      create_frame({ payloads: [text_payload('{"a":', 'application/json')] }),
      'the payload is not JSON: ',
    ],
  ])('of a frame with %s says so', (_, frame, sentence) => {
    const error = thrownBy(() => payload_json(frame));
    expect(error).toMatchObject({ code: 'payload_invalid', raw_message: expect.stringContaining(sentence) as string });
    expect(isAboutPayloadOf(error, frame)).toBe(true);
    expect(isAboutPayloadOf(error, create_frame())).toBe(false);
  });

  test('refuses an asynchronous schema, whose late failure does not end the process', () => {
    const schema = schemaThat(() => Promise.reject(new Error('later')));
    expect(thrownBy(() => payload_json(withJson(1), schema))).toMatchObject({
      code: 'argument_invalid',
      raw_message: 'the schema of payload_json is asynchronous',
    });
  });

  test('a schema that throws is not the fault of the payload', () => {
    const schema = schemaThat(() => {
      throw new Error('a bug');
    });
    expect(thrownBy(() => payload_json(withJson(1), schema))).toMatchObject({
      code: 'argument_invalid',
      raw_message: 'a schema failed: a bug',
    });
  });
});

describe('json_payload names what JSON cannot represent:', () => {
  const cycle: Record<string, unknown> = {};
  cycle['self'] = cycle;
  const failing = (): never => {
    throw new Error('no JSON of mine');
  };
  test.each<[string, unknown, RegExp]>([
    ['nothing', undefined, /JSON: the value is undefined$/],
    ['a function', () => 1, /JSON: the value is a function$/],
    ['a symbol', Symbol('x'), /JSON: the value is a symbol$/],
    ['a bigint', 7n, /JSON: the value is a bigint$/],
    ['a bigint inside', { order: { lines: [{ id: 7n }] } }, /JSON: order\.lines\.0\.id is a bigint$/],
    ['an object that contains itself', cycle, /JSON: Converting circular structure/],
    ['a toJSON that throws', { toJSON: failing }, /JSON: no JSON of mine$/],
  ])('%s', (_, value, sentence) => {
    const error = thrownBy(() => json_payload(value));
    expect(error).toMatchObject({ code: 'frame_invalid', raw_message: expect.stringMatching(sentence) as string });
  });
});
