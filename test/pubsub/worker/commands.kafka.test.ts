import { type } from 'arktype';
import * as v from 'valibot';
import { describe, expect, inject, test } from 'vitest';
import * as z from 'zod';
import {
  command,
  commands,
  create_frame,
  json_payload,
  path_numbers,
  requester,
  text_payload,
  worker,
  worker_frame,
  type AirCoreFrame,
  type frame_handler,
  type logger,
  type standard_schema,
} from '../../../src/index.js';
import { refusal } from '../../support/refusal.js';
import { makeWorld, type World } from '../../support/world.js';

const brokers = inject('brokers');

const price = command(
  'price',
  z.object({ sku: z.string(), count: z.number().int().min(1).default(1) }),
  z.object({ amount: z.number(), at: z.iso.datetime().transform((text) => new Date(text)) }),
  { path: ({ sku }) => sku },
);
const stock = command('stock', v.object({ sku: v.string() }), v.object({ left: v.number() }));
const sizes = command('sizes', type({ sku: 'string' }), type('string[]'));

const schemaThat = (validate: standard_schema['~standard']['validate']): standard_schema => ({
  '~standard': { version: 1, vendor: 'test', validate },
});

async function serving(world: World, handler: frame_handler<AirCoreFrame>) {
  const answering = worker.create(world.settings, handler);
  const caller = requester.create(world.settings);
  await Promise.all([answering.connect(), caller.connect()]);
  return {
    caller,
    async [Symbol.asyncDispose]() {
      await Promise.all([caller.dispose(), answering.dispose()]);
    },
  };
}

const paths: (readonly bigint[] | undefined)[] = [];
const map = {
  price: price.handle(({ sku, count }, { path }) => {
    paths.push(path);
    return { amount: count * sku.length, at: '2026-01-01T00:00:00Z' };
  }),
  stock: stock.handle(async ({ sku }) => ({ left: sku === 'A-1' ? 3 : ('none' as unknown as number) })),
  sizes: sizes.handle(() => ['S', 'M']),
  named: command(z.string(), z.string(), (text, _, frame) => `${frame.command} ${text}`),
};

describe('a map of commands', () => {
  test('answers each call with the schemas of zod, valibot and arktype at both ends', async () => {
    const world = await makeWorld({ brokers });
    await using both = await serving(world, commands(map));
    expect(await both.caller.call(price, { sku: 'A-1' })).toEqual({ amount: 3, at: new Date('2026-01-01') });
    expect(await both.caller.call(stock, { sku: 'A-1' })).toEqual({ left: 3 });
    expect(await both.caller.call(sizes, { sku: 'A-1' })).toEqual(['S', 'M']);
    const named = command('named', z.string(), z.string());
    expect(await both.caller.call(named, 'it is')).toBe('named it is');
  });

  test('has the path of the call, or of its command, or a random one', async () => {
    const world = await makeWorld({ brokers });
    paths.length = 0;
    await using both = await serving(world, commands(map));
    await both.caller.call(price, { sku: 'A-1' });
    await both.caller.call(price, { sku: 'A-1' }, { path: ['other', 1] });
    expect(paths).toEqual([path_numbers('A-1'), path_numbers(['other', 1])]);
    const plain = command('price', price.request, price.reply);
    await Promise.all(Array.from({ length: 8 }, () => both.caller.call(plain, { sku: 'A-1' })));
    expect(new Set(paths.slice(2).map(String)).size).toBe(8);
  });

  test('answers a request that does not fit with payload_invalid, and an unknown command with unknown_command', async () => {
    const world = await makeWorld({ brokers });
    await using both = await serving(world, commands(map));
    const told = async (init: { command: string; payloads?: ReturnType<typeof json_payload>[] }) => {
      const error = await refusal(both.caller.request(worker_frame({ path: 1, ...init })));
      return [error.code, error.details['reply_code'], error.details['reply_message']];
    };
    expect(await told({ command: 'price', payloads: [json_payload({ sku: 1, count: 0 })] })).toEqual([
      'reply_error',
      'payload_invalid',
      expect.stringMatching(/^the payload does not fit its schema: sku: .*string.*; count: /),
    ]);
    expect(await told({ command: 'price' })).toEqual([
      'reply_error',
      'payload_invalid',
      'the frame has no JSON payload: it has no payload',
    ]);
    expect(await told({ command: 'prise' })).toEqual([
      'reply_error',
      'unknown_command',
      `"prise" is not a command of this worker; did you mean price?; each worker of group ${world.settings.groups.worker} gets a share of the requests, so all of them must know the same commands`,
    ]);
    expect((await told({ command: 'constructor' }))[1]).toBe('unknown_command');
  });

  test('a result that does not fit is the fault of the worker: its log says so, and the requester gets an id', async () => {
    const lines: [string, unknown][] = [];
    const log: logger = {
      debug: () => {},
      info: () => {},
      warn: () => {},
      error: (...line) => void lines.push(line as never),
    };
    const world = await makeWorld({ brokers, logger: log });
    await using both = await serving(world, commands(map));
    const error = await refusal(both.caller.call(stock, { sku: 'B-2' }));
    expect(error.details['reply_code']).toBe('handler_failed');
    expect(lines).toEqual([
      [
        'a handler failed',
        expect.objectContaining({ error: expect.stringContaining('the result of the handler') as unknown }),
      ],
    ]);
  });

  test('can leave other commands to a plain handler', async () => {
    const world = await makeWorld({ brokers });
    const rest: frame_handler<AirCoreFrame> = () => create_frame({ payloads: [text_payload('plain')] });
    await using both = await serving(world, commands(map, rest));
    expect((await both.caller.request(worker_frame({ path: 1, command: 'x' }))).payloads[0]?.content.value).toBe(
      'plain',
    );
    expect(await both.caller.call(sizes, { sku: 'x' })).toEqual(['S', 'M']);
  });
});

describe('a call', () => {
  test('whose request does not fit is not sent; a reply that does not fit is its error', async () => {
    const world = await makeWorld({ brokers });
    await using both = await serving(world, () => create_frame({ payloads: [json_payload({ amount: 'much' })] }));
    const wrong = await refusal(both.caller.call(price, { sku: 1 as unknown as string }));
    expect(wrong).toMatchObject({ code: 'payload_invalid', stage: 'encode' });
    expect(both.caller.counts.requests).toBe(0);
    const reply = await refusal(both.caller.call(price, { sku: 'A-1' }));
    expect(reply).toMatchObject({ code: 'payload_invalid', stage: 'reply' });
    expect(reply.raw_message).toMatch(/^the reply of price does not fit its schema: amount: /);
  });

  test('rejects with a pubsub_error if its path or its schema fails', async () => {
    const world = await makeWorld({ brokers });
    const caller = requester.create(world.settings);
    const fails = (): never => {
      throw new Error('a bug');
    };
    const path = command('a', z.unknown(), z.unknown(), { path: fails });
    expect(await refusal(caller.call(path, 1))).toMatchObject({
      code: 'argument_invalid',
      raw_message: 'the path of a failed: a bug',
    });
    const thrown = command('a', schemaThat(fails), z.unknown());
    expect(await refusal(caller.call(thrown, 1))).toMatchObject({
      code: 'argument_invalid',
      raw_message: 'a schema failed: a bug',
    });
    const rejecting = command(
      'a',
      schemaThat(() => Promise.reject(new Error('later'))),
      z.unknown(),
    );
    expect(await refusal(caller.call(rejecting, 1))).toMatchObject({
      code: 'argument_invalid',
      raw_message: 'a schema failed: later',
    });
  });
});
