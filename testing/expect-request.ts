import { Deadline } from '../src/base/deadline.js';
import {
  handler_error,
  payload_json,
  pubsub_error,
  type AirCoreFrame,
  type command_function,
  type config,
  type frame_handler,
  type handler_result,
  type named_command,
  type schema_input,
  type schema_output,
  type standard_schema,
  type wait_options,
} from '../src/index.js';
import { StandIn, type Wanted } from './stand-in.js';

/**
 * The answer to an expected request: what a handler returns, or a handler, or a `handler_error` for an error reply.
 */
export type expected_reply<F> = handler_result<F> | frame_handler<F> | handler_error;

/** Which request is expected, and its answer. */
export interface expect_request_options<F> extends wait_options {
  /** Milliseconds to the acknowledged reply: less than vitest and jest give a test. @default 4 000 */
  timeout_ms?: number | undefined;
  /** The command of the request. @default any */
  command?: string | undefined;
  /** Chooses the request: true for the one to answer. @default any */
  where?: ((frame: F) => boolean) | undefined;
  /** The answer. @default an empty reply */
  reply?: expected_reply<F>;
}

/** Which call of a command is expected, and its answer. */
export interface expect_call_options<Req extends standard_schema, Rep extends standard_schema> extends wait_options {
  /** Milliseconds to the acknowledged reply: less than vitest and jest give a test. @default 4 000 */
  timeout_ms?: number | undefined;
  /** Chooses the call by its checked request: true for the one to answer. @default any */
  where?: ((request: schema_output<Req>) => boolean) | undefined;
  /** The answer: a value that the reply's schema takes, a function that returns one, or a `handler_error`. */
  reply: schema_input<Rep> | command_function<Req, Rep> | handler_error;
}

const TIMEOUT_MS = 4_000;

/**
 * Stands in for a worker in the test of a requester: waits for one request, answers it, and returns it once the brokers
 * have the reply. Several may wait at the same time, also for the same command: the first that fits gets a request. A
 * request that fits none stays unanswered until one does. Call it before the code under test, and await it after.
 *
 * @example
 * const asked = expect_request(settings, { command: 'price', reply: create_frame({ payloads: [json_payload(7)] }) });
 * expect(await total(caller, ['A-1'])).toBe(7);
 * expect(payload_json(await asked)).toEqual({ sku: 'A-1' });
 *
 * @param settings those of the code under test: `kafka.settings()`
 * @throws pubsub_error `deadline_exceeded` with what arrived instead; `aborted`; `disposed` if the Kafka of the test is
 *   stopped; why the topic cannot be read. What `where` or `reply` throws, but a `handler_error`
 */
export function expect_request<F>(settings: config<F>, options?: expect_request_options<F>): Promise<F>;
/**
 * The same for a call of a command, whose request and reply are checked with its schemas.
 *
 * @example
 * const asked = expect_request(settings, price, { reply: { amount: 7 } });
 * expect(await total(caller, ['A-1'])).toBe(7);
 * expect(await asked).toEqual({ sku: 'A-1', count: 1 });
 *
 * @returns the request, as its schema makes it
 */
export function expect_request<Req extends standard_schema, Rep extends standard_schema>(
  settings: config,
  command: named_command<Req, Rep>,
  options: expect_call_options<Req, Rep>,
): Promise<schema_output<Req>>;
export function expect_request<F>(
  settings: config<F>,
  first: expect_request_options<F> | named_command<standard_schema, standard_schema> = {},
  second?: expect_call_options<standard_schema, standard_schema>,
): Promise<unknown> {
  const expected = isCommand(first) ? expectCall(settings, first, second) : expectFrame(settings, first);
  // A test that fails before it awaits this shows its own error.
  expected.catch(() => undefined);
  return expected;
}

function isCommand(value: object): value is named_command<standard_schema, standard_schema> {
  return 'handle' in value;
}

async function expectFrame<F>(
  settings: config<F>,
  { command, where, reply, ...wait }: expect_request_options<F>,
): Promise<F> {
  const wanted: Wanted<F> = {
    matches: (frame) => (command === undefined || commandOf(frame) === command) && (where?.(frame) ?? true),
    answer: (frame, context) => {
      if (handler_error.is(reply)) throw reply;
      return typeof reply === 'function' ? (reply as frame_handler<F>)(frame, context) : reply;
    },
  };
  const what = command === undefined ? 'a request' : `a request "${command}"`;
  return StandIn.of(settings).take(wanted, Deadline.of(wait, TIMEOUT_MS), what);
}

/** The overloads give it only with frames of AirCoreFrame. */
async function expectCall<F>(
  settings: config<F>,
  command: named_command<standard_schema, standard_schema>,
  options: expect_call_options<standard_schema, standard_schema> | undefined,
): Promise<unknown> {
  if (options === undefined || !('reply' in options)) {
    throw new pubsub_error('argument_invalid', 'config', `expect_request has no reply for ${command.name}`, {
      hint: `Give it one: expect_request(settings, ${command.name}, { reply: … })`,
      details: { field: 'reply' },
    });
  }
  const { where, reply, ...wait } = options;
  let request: unknown;
  const handled = command.handle((checked, context, frame) => {
    request = checked;
    if (handler_error.is(reply)) throw reply;
    return typeof reply === 'function' ? (reply as AnyFunction)(checked, context, frame) : reply;
  });
  const wanted: Wanted<AirCoreFrame> = {
    matches: (frame) => frame.command === command.name && (where?.(payload_json(frame, command.request)) ?? true),
    answer: (frame, context) => handled.handle_frame(frame, context),
  };
  const standIn = StandIn.of(settings as unknown as config);
  await standIn.take(wanted, Deadline.of(wait, TIMEOUT_MS), `a call of ${command.name}`);
  return request;
}

type AnyFunction = command_function<standard_schema, standard_schema>;

function commandOf(frame: unknown): unknown {
  return typeof frame === 'object' && frame !== null && 'command' in frame ? frame.command : undefined;
}
