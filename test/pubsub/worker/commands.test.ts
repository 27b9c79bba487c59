import { describe, expect, expectTypeOf, test } from 'vitest';
import * as z from 'zod';
import {
  command,
  commands,
  type AirCoreFrame,
  type call_options,
  type frame_handler,
  type handled_command,
  type handler_context,
  type named_command,
  type requester,
} from '../../../src/index.js';

const request = z.object({ sku: z.string(), count: z.number().default(1) });
const reply = z.object({ amount: z.number(), at: z.iso.datetime().transform((text) => new Date(text)) });

describe('the types of a command', () => {
  const price = command('price', request, reply, { path: ({ sku }) => sku });

  test('reach the handler: what the schema makes of the request, and what the schema of the reply takes', () => {
    price.handle((received, context) => {
      expectTypeOf(received).toEqualTypeOf<{ sku: string; count: number }>();
      expectTypeOf(context).toEqualTypeOf<handler_context>();
      return { amount: 1, at: '2026-01-01T00:00:00Z' };
    });
    const inMap = command(request, reply, async ({ count }) => ({ amount: count, at: '2026-01-01T00:00:00Z' }));
    expectTypeOf(inMap).toEqualTypeOf<handled_command<never>>();
    // @ts-expect-error the reply has no `at`
    price.handle(() => ({ amount: 1 }));
    // @ts-expect-error a Date is what the requester gets, not what is sent
    command(request, reply, () => ({ amount: 1, at: new Date() }));
  });

  test('reach the caller: what the schema of the request takes, and what the schema makes of the reply', () => {
    const call = (caller: requester) => caller.call(price, { sku: 'A-1' }, { path: 'order-42', timeout_ms: 5 });
    expectTypeOf(call).returns.resolves.toEqualTypeOf<{ amount: number; at: Date }>();
    expectTypeOf(price).toEqualTypeOf<named_command<typeof request, typeof reply, 'price'>>();
    expectTypeOf(price).toExtend<named_command<typeof request, typeof reply>>();
    expectTypeOf<call_options>().toHaveProperty('idempotent');
    // @ts-expect-error sku is a string
    const wrong = (caller: requester) => caller.call(price, { sku: 1 });
    // @ts-expect-error the request has no skuu
    const misspelt = (caller: requester) => caller.call(price, { skuu: 'A-1' });
    // @ts-expect-error the reply has no amout
    const read = async (caller: requester) => (await caller.call(price, { sku: 'A-1' })).amout as unknown;
    expect([call, wrong, misspelt, read]).toHaveLength(4);
  });

  test('reach the map: a key is the name of its command', () => {
    const handled = price.handle(() => ({ amount: 1, at: '2026-01-01T00:00:00Z' }));
    const inMap = command(request, reply, () => ({ amount: 1, at: '2026-01-01T00:00:00Z' }));
    const nameUnknown: handled_command = handled;
    const byName: Record<string, handled_command> = { price: handled };
    expectTypeOf(price.name).toEqualTypeOf<'price'>();
    expectTypeOf(commands({ price: handled, other: inMap })).toExtend<frame_handler<AirCoreFrame>>();
    commands({ [price.name]: handled });
    commands({ price: nameUnknown });
    commands(byName);
    // @ts-expect-error the name of the command is price
    expect(() => commands({ prise: handled, other: inMap })).toThrow(/the command price has the key prise/);
    // @ts-expect-error it has no handler
    expect(() => commands({ price })).toThrow(/price has no handler/);
    const { put } = { put: command('put', request, reply).handle(() => ({ amount: 1, at: '' })) };
    // @ts-expect-error each has the key of the other
    expect(() => commands({ price: put, put: handled })).toThrow(/the command put has the key price/);
  });
});

describe('what cannot be a command is refused when it is created:', () => {
  const any = z.unknown();
  const asAny = (value: unknown) => value as never;
  test.each<[string, () => unknown, RegExp]>([
    ['an empty name', () => command('', any, any), /the name of a command is empty/],
    ['a request without a schema', () => command('a', asAny({}), any), /the request of a is not a schema/],
    ['a reply without a schema', () => command('a', any, asAny(undefined)), /the reply of a is not a schema/],
    ['no handler', () => command(any, any, asAny(undefined)), /the handler of a command is not a function/],
    [
      'another key',
      () => commands({ b: asAny(command('a', any, any).handle(() => 1)) }),
      /the command a has the key b/,
    ],
    ['a command without its handler', () => commands({ a: asAny(command('a', any, any)) }), /a has no handler/],
  ])('%s', (_, make, sentence) => {
    expect(make).toThrow(
      expect.objectContaining({ code: 'argument_invalid', raw_message: expect.stringMatching(sentence) as string }),
    );
  });
});
