import { randomInt } from 'node:crypto';
import { pubsub_error } from '../../base/error.js';
import { requireKnownOptions, type OptionNames } from '../../base/known-options.js';
import { suggestionFor } from '../../base/suggestion.js';
import { isThenable } from '../../base/thenable.js';
import { thrownText } from '../../base/thrown.js';
import { quotedValue } from '../../base/value-kind.js';
import { create_frame, worker_frame, type AirCoreFrame } from '../../frame/air-core-frame.js';
import { json_payload, outputOf, parsedJson, schemaFailed, validate } from '../../frame/json-payload.js';
import type { frame_path } from '../../frame/path.js';
import type { schema_input, schema_output, schema_result, standard_schema } from '../../frame/standard-schema.js';
import { UnknownCommand } from './unknown-command.js';
import type { frame_handler, handler_context } from './worker-options.js';

/**
 * Handles the request of one command. The request has been checked; the result is checked, and is sent as JSON.
 *
 * @param frame the whole request
 */
export type command_function<Req extends standard_schema, Rep extends standard_schema> = (
  request: schema_output<Req>,
  context: handler_context,
  frame: AirCoreFrame,
) => schema_input<Rep> | Promise<schema_input<Rep>>;

/**
 * A command with its handler, for `commands`.
 *
 * @typeParam Name its name, which must be its key in `commands`; `never` if it has none
 */
export interface handled_command<Name extends string = string> {
  /** Undefined: it is called as its key in `commands`. */
  readonly name: Name | undefined;
  /** Checks a request, handles it, and checks the reply. */
  readonly handle_frame: (frame: AirCoreFrame, context: handler_context) => Promise<AirCoreFrame>;
}

/**
 * A command that requester and worker share: its name, and the schemas of its request and its reply. They describe the
 * JSON on the wire: a sender's value is checked and sent as it is, and a receiver gets what the schema makes of it.
 */
export interface named_command<Req extends standard_schema, Rep extends standard_schema, Name extends string = string> {
  /** What a request has as its `command`. */
  readonly name: Name;
  /** Checks requests, at both ends. */
  readonly request: Req;
  /** Checks replies, at both ends. */
  readonly reply: Rep;
  /** The path of a request that is called without one. */
  readonly path: ((request: schema_input<Req>) => frame_path) | undefined;
  /** The same command with its handler, for `commands`. */
  handle(handler: command_function<Req, Rep>): handled_command<Name>;
}

/** Commands under their names, for `commands`: one that has a name fits only the key that equals it. */
export type command_map<M extends Readonly<Record<string, handled_command>>> = {
  readonly [Key in keyof M]: M[Key] extends handled_command<infer Name>
    ? string extends Name // a name that the compiler does not know
      ? M[Key]
      : [Name] extends [Key]
        ? M[Key]
        : handled_command<Key & string>
    : never;
};

/** The options of a command. */
export interface command_options<Req extends standard_schema> {
  /**
   * The path of a request, from its content: `(request) => request.order_id`.
   *
   * @default a random path: such requests keep no order, and are spread over all partitions
   */
  path?: (request: schema_input<Req>) => frame_path;
}

/**
 * A command: with a name to be shared by requester and worker, or with a handler, named by its key in `commands`.
 *
 * @example
 * export const price = command('price', PriceRequest, PriceReply, { path: (request) => request.sku });
 *
 * const { amount } = await caller.call(price, { sku: 'A-1' });
 * worker.create(settings, commands({ price: price.handle(({ sku }) => ({ amount: priceOf(sku) })) }));
 */
export function command<Req extends standard_schema, Rep extends standard_schema, Name extends string>(
  name: Name,
  request: Req,
  reply: Rep,
  options?: command_options<Req>,
): named_command<Req, Rep, Name>;
export function command<Req extends standard_schema, Rep extends standard_schema>(
  request: Req,
  reply: Rep,
  handler: command_function<Req, Rep>,
): handled_command<never>;
export function command(...args: readonly unknown[]): unknown {
  // The overloads say what there is; what callers in JavaScript give is checked.
  if (typeof args[0] !== 'string') {
    const [request, reply, handler] = args as Parameters<typeof handled> extends [unknown, ...infer Rest]
      ? Rest
      : never;
    return handled(undefined, request, reply, handler);
  }
  const [name, request, reply, options] = args as NamedArguments;
  if (name === '') throw wrong('the name of a command is empty');
  checkSchema(request, `the request of ${name}`);
  checkSchema(reply, `the reply of ${name}`);
  if (options !== undefined) requireKnownOptions(options, commandOptionNames);
  const named: named_command<standard_schema, standard_schema> = {
    name,
    request,
    reply,
    path: options?.path,
    handle: (handler) => handled(name, request, reply, handler),
  };
  return named;
}

const commandOptionNames: OptionNames<command_options<standard_schema>> = { path: true };

type NamedArguments = [string, standard_schema, standard_schema, command_options<standard_schema>?];

function handled<Req extends standard_schema, Rep extends standard_schema>(
  name: string | undefined,
  request: Req,
  reply: Rep,
  handler: command_function<Req, Rep>,
): handled_command {
  checkSchema(request, 'the request of a command');
  checkSchema(reply, 'the reply of a command');
  if (typeof handler !== 'function') throw wrong(`the handler of ${name ?? 'a command'} is not a function`);
  return {
    name,
    async handle_frame(frame, context) {
      const value = outputOf(await validated(request, parsedJson(frame)), frame, 'the payload');
      const result = await handler(value, context, frame);
      outputOf(await validated(reply, result), undefined, 'the result of the handler', 'handle');
      return create_frame({ payloads: [json_payload(result)] });
    },
  };
}

/**
 * A handler that chooses by the command of a frame. A request whose payload does not fit gets the error reply
 * `payload_invalid`, one with another command `unknown_command`, unless `otherwise` handles it.
 *
 * @example
 * worker.create(settings, commands({ price: command(PriceRequest, PriceReply, ({ sku }) => ({ amount: 7 })) }));
 *
 * @param map commands by their names; for the compiler too, a key that is not the name of its command is an error
 * @param otherwise handles frames with other commands. @default the error reply `unknown_command`
 * @throws pubsub_error `argument_invalid` if a command has a name other than its key
 */
export function commands<const M extends Readonly<Record<string, handled_command>>>(
  map: M & command_map<M>,
  otherwise?: frame_handler<AirCoreFrame>,
): frame_handler<AirCoreFrame> {
  const byName = new Map(Object.entries(map));
  for (const [key, { name, handle_frame }] of byName) {
    if (typeof handle_frame !== 'function') throw wrong(`${key} has no handler`, 'Give it one with handle().');
    if (name !== undefined && name !== key)
      throw wrong(
        `the command ${name} has the key ${key}`,
        `Requests name ${name}: write ${name}: … instead of ${key}: …`,
      );
  }
  const names = [...byName.keys()];
  const unknown: frame_handler<AirCoreFrame> = ({ command: asked }) => {
    const near = suggestionFor(asked, names);
    const sentence = `${JSON.stringify(asked)} is not a command of this worker`;
    throw new UnknownCommand(near === undefined ? sentence : `${sentence}; ${near}`);
  };
  return (frame, context) => {
    const found = byName.get(frame.command);
    return found === undefined ? (otherwise ?? unknown)(frame, context) : found.handle_frame(frame, context);
  };
}

/** A random path is one number below this: two calls rarely share one, and its key is short. */
const MAX_RANDOM_PATH = 2 ** 42;

/** The frame of a call, checked as the worker will check it. */
export async function requestFrame<Req extends standard_schema, Rep extends standard_schema>(
  asked: named_command<Req, Rep>,
  value: schema_input<Req>,
  path: frame_path | undefined,
): Promise<AirCoreFrame> {
  requireCommand(asked);
  const { name, request, path: pathOf } = asked;
  outputOf(await validated(request, value), undefined, `the request of ${name}`, 'encode');
  const payloads = [json_payload(value)];
  return worker_frame({
    command: name,
    payloads,
    path: path ?? ownPath(name, pathOf, value) ?? randomInt(MAX_RANDOM_PATH),
  });
}

function ownPath<V>(name: string, pathOf: ((request: V) => frame_path) | undefined, value: V): frame_path | undefined {
  try {
    return pathOf?.(value);
  } catch (error) {
    throw new pubsub_error('argument_invalid', 'encode', `the path of ${name} failed: ${thrownText(error)}`, {
      cause: error,
    });
  }
}

/** The value of the reply to a call. */
export async function checkedReply<Req extends standard_schema, Rep extends standard_schema>(
  { name, reply }: named_command<Req, Rep>,
  frame: AirCoreFrame,
): Promise<schema_output<Rep>> {
  return outputOf(await validated(reply, parsedJson(frame)), frame, `the reply of ${name}`, 'reply');
}

async function validated<S extends standard_schema>(
  schema: S,
  value: unknown,
): Promise<schema_result<schema_output<S>>> {
  const result = validate(schema, value);
  if (!isThenable(result)) return result;
  return result.catch((error: unknown) => {
    throw schemaFailed(error);
  });
}

/** JavaScript easily gives the name of a command, or one that already has its handler. */
function requireCommand(given: unknown): void {
  const { name, request, reply } = (given ?? {}) as Partial<named_command<standard_schema, standard_schema>>;
  if (typeof name === 'string' && isSchema(request) && isSchema(reply)) return;
  throw new pubsub_error(
    'argument_invalid',
    'encode',
    `the command of a call is ${quotedValue(given)}, and not a command with a name and its schemas`,
    {
      hint: 'Give what command(name, request, reply) returned, without its handler.',
      details: { field: 'command' },
    },
  );
}

function isSchema(value: unknown): boolean {
  return (typeof value === 'object' || typeof value === 'function') && value !== null && '~standard' in value;
}

function checkSchema(schema: unknown, what: string): void {
  if (!isSchema(schema))
    throw wrong(`${what} is not a schema`, 'Give a Standard Schema: of zod, valibot, arktype or another.');
}

function wrong(sentence: string, hint?: string): pubsub_error {
  return new pubsub_error('argument_invalid', 'config', sentence, { hint });
}
