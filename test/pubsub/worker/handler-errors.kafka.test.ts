import { describe, expect, inject, test } from 'vitest';
import {
  air_core_codec,
  config,
  create_frame,
  handler_error,
  payload_json,
  requester,
  text_payload,
  worker,
  worker_frame,
  type AirCoreFrame,
  type config_ports,
  type frame_handler,
  type logger,
  type pubsub_error,
} from '../../../src/index.js';
import { produceRaw } from '../../support/produce-raw.js';
import { refusal } from '../../support/refusal.js';
import { until } from '../../support/until.js';
import { makeWorld, type World } from '../../support/world.js';

const brokers = inject('brokers');

interface Line {
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

function recording(): { lines: Line[]; log: logger } {
  const lines: Line[] = [];
  const nothing = (): void => undefined;
  const error: logger['error'] = (message, fields = {}) => void lines.push({ message, fields });
  return { lines, log: { debug: nothing, info: nothing, warn: nothing, error } };
}

/** The error that the requester gets from a worker with this handler. */
async function told(
  world: World,
  handler: frame_handler<AirCoreFrame>,
  settings: config = world.settings,
): Promise<pubsub_error> {
  await using answering = worker.create(settings, handler);
  await using asking = requester.create(world.settings);
  await Promise.all([answering.connect(), asking.connect()]);
  return await refusal(asking.request(worker_frame({ path: 1, command: 'x' }), { correlation_id: 'the request' }));
}

const failing = (error: unknown) => (): never => {
  throw error;
};

describe('an unexpected exception', () => {
  test('is sent as an id, with which its text and position are in the log', async () => {
    const { lines, log } = recording();
    const world = await makeWorld({ brokers, logger: log });
    const error = await told(world, failing(new Error('SELECT * FROM customers WHERE name = "Ann"')));
    expect(error.details['reply_code']).toBe('handler_failed');
    expect(JSON.stringify(error)).not.toContain('customers');
    expect(lines).toHaveLength(1);
    const { message, fields } = lines[0]!;
    expect(message).toBe('a handler failed');
    expect(fields).toMatchObject({
      error: 'SELECT * FROM customers WHERE name = "Ann"',
      correlation_id: 'the request',
      topic: world.settings.topics.worker,
      stack: expect.stringContaining('handler-errors.kafka.test.ts') as string,
    });
    expect(error.details['reply_message']).toBe(
      `the handler failed; the error is in the worker’s log under the id ${String(fields['id'])}`,
    );
  });

  test('is sent with its text if the worker exposes errors', async () => {
    const world = await makeWorld({ brokers, changes: { worker: { expose_errors: true } } });
    expect((await told(world, failing(new Error('it broke')))).details).toMatchObject({
      reply_code: 'handler_failed',
      reply_message: 'it broke',
    });
  });

  test('of a request to another service is hidden too', async () => {
    const world = await makeWorld({ brokers });
    // The payload of another frame: what it holds is not the business of this requester.
    const error = await told(world, () => payload_json(create_frame({ payloads: [text_payload('secret')] })));
    expect(error.details['reply_code']).toBe('handler_failed');
    expect(JSON.stringify(error)).not.toContain('content type');
  });
});

test.each([
  ['a handler_error', () => failing(new handler_error('no_account', 'account 7 does not exist'))()],
  [
    'a handler_error of another copy of this package',
    failing(Object.assign(new Error('account 7 does not exist'), { name: 'handler_error', code: 'no_account' })),
  ],
])('%s is sent unchanged', async (_, handler) => {
  const { lines, log } = recording();
  const world = await makeWorld({ brokers, logger: log });
  expect((await told(world, handler)).details).toEqual({
    reply_code: 'no_account',
    reply_message: 'account 7 does not exist',
  });
  expect(lines).toEqual([]);
});

test('payload_invalid of the request itself is sent unchanged', async () => {
  const world = await makeWorld({ brokers });
  const error = await told(world, (frame) => void payload_json(frame));
  expect(error.details).toEqual({
    reply_code: 'payload_invalid',
    reply_message: 'the frame has no JSON payload: it has no payload',
  });
});

describe('a result that is not a frame is refused, and named:', () => {
  const frames = function* () {
    yield create_frame();
  };
  test.each<[string, unknown, string]>([
    ['a text', 'hello', 'a string'],
    ['a number', 7, 'a number'],
    ['a bigint', 7n, 'a bigint'],
    ['true', true, 'a boolean'],
    ['a function', () => create_frame(), 'a function'],
    ['a Map', new Map(), 'a Map'],
    ['a Set of frames', new Set([create_frame()]), 'a Set'],
    ['a promise in an array', [Promise.resolve(create_frame())], 'a promise'],
    ['an array in an array', [[create_frame()]], 'an array'],
    ['a generator', frames(), 'an object'],
    ['an object that create_frame did not create', { payloads: [text_payload('x')] }, 'an object'],
    ['bytes', Buffer.from('x'), 'a Buffer'],
    ['null in an array', [null], 'null'],
  ])('%s', async (_, result, named) => {
    const world = await makeWorld({ brokers, workerPartitions: 1, replyPartitions: 1 });
    expect((await told(world, () => result as AirCoreFrame)).details).toEqual({
      reply_code: 'reply_refused',
      reply_message: `the reply was refused: the result of the handler is ${named}, not a frame`,
    });
  });
});

test.each<[string, unknown]>([
  ['a text', 'hello'],
  ['an object that create_frame did not create', { command: 'x' }],
])('%s is refused as a request', async (_, frame) => {
  const world = await makeWorld({ brokers });
  await using asking = requester.create(world.settings);
  await asking.connect();
  const error = await refusal(asking.request(frame as AirCoreFrame));
  expect(error).toMatchObject({ code: 'frame_invalid' });
  expect(error.raw_message).toMatch(/^what is sent is an? (string|object), not a frame$/);
});

describe('a codec', () => {
  const codec = (changes: object): config_ports<AirCoreFrame> & { frame_codec: typeof air_core_codec } => ({
    frame_codec: { ...air_core_codec, ...changes },
  });

  test('whose exception makes a reply impossible sends an id to the requester, not its text', async () => {
    const { lines, log } = recording();
    const world = await makeWorld({ brokers });
    const addressReply: typeof air_core_codec.request_reply.address_reply = (reply, request, address) => {
      if (reply.error === undefined) throw new Error('row 17 of customers');
      return air_core_codec.request_reply.address_reply(reply, request, address);
    };
    const settings = config.create(world.input, {
      logger: log,
      ...codec({ request_reply: { ...air_core_codec.request_reply, address_reply: addressReply } }),
    });
    const error = await told(world, () => create_frame(), settings);
    expect(error.details['reply_code']).toBe('reply_refused');
    expect(JSON.stringify(error)).not.toContain('customers');
    expect(JSON.stringify(lines)).toContain('row 17 of customers');
  });

  test('that decodes a record to a string does not reach the handler: the record is invalid', async () => {
    const world = await makeWorld({ brokers });
    const seen: unknown[] = [];
    const reasons: string[] = [];
    const settings = config.create(
      world.input,
      codec({ decode: (bytes: Uint8Array) => Buffer.from(bytes).toString() }),
    );
    await using answering = worker.create(settings, (frame) => void seen.push(frame), {
      on_bad_record: ({ reason }) => void reasons.push(reason),
    });
    await answering.connect();
    await produceRaw(world.connection, world.settings.topics.worker, [
      { partition: 0, key: null, value: Buffer.from('hello') },
    ]);
    await until('the record is skipped', () => answering.status.bad === 1 && reasons.length === 1);
    expect(reasons[0]).toContain('decode of the frame codec returned a string instead of an object');
    expect(seen).toEqual([]);
  });
});
