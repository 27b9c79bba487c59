import { pubsub_error, type pubsub_stage } from '../base/error.js';
import { isThenable } from '../base/thenable.js';
import { thrownText } from '../base/thrown.js';
import type { AirCoreFrame, Payload } from './gen/air_core/v1/frame_pb.js';
import type { schema_issue, schema_output, schema_result, standard_schema } from './standard-schema.js';
import { valueKind } from '../base/value-kind.js';

const JSON_TYPE = 'application/json';
/** How many problems an error's sentence names; `details.problems` has as many. */
const MAX_PROBLEMS = 10;

/**
 * A value as JSON text, content type `application/json`.
 *
 * @throws pubsub_error `frame_invalid` for a value that JSON cannot represent: undefined, a function, a symbol, a
 *   bigint, or an object that contains itself
 */
export function json_payload(value: unknown): Payload {
  let text: unknown;
  try {
    text = JSON.stringify(value);
  } catch (error) {
    throw notJson(bigintIn(value) ?? thrownText(error));
  }
  if (typeof text !== 'string') throw notJson(`the value is ${valueKind(value)}`);
  return { $typeName: 'air_core.v1.Payload', contentType: JSON_TYPE, content: { case: 'text', value: text } };
}

function notJson(reason: string): pubsub_error {
  return new pubsub_error('frame_invalid', 'encode', `json_payload cannot represent the value as JSON: ${reason}`, {
    hint: 'Give plain objects, lists, strings, finite numbers, true, false or null; a bigint as a string.',
  });
}

/** Where a value has the bigint that JSON refuses, as a sentence. */
function bigintIn(value: unknown, path = 'the value', seen = new Set<unknown>()): string | undefined {
  if (typeof value === 'bigint') return `${path} is a bigint`;
  if (typeof value !== 'object' || value === null || seen.has(value)) return undefined;
  seen.add(value);
  for (const [key, inner] of Object.entries(value)) {
    const found = bigintIn(inner, path === 'the value' ? key : `${path}.${key}`, seen);
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * The value of a frame's first JSON payload: one of content type `application/json` or `…+json`, or without any.
 *
 * @example
 * const order = payload_json(frame, z.object({ id: z.string(), amount: z.number() }));
 *
 * @param schema checks the value, and its output is returned; any Standard Schema (zod, valibot, arktype), without
 *   asynchronous checks. @default none: the type is not checked
 * @throws pubsub_error `payload_invalid` if the frame has no such payload, if it is not JSON, or if the schema refuses
 *   it. Thrown in a handler for its own request, it becomes an error reply of that code
 */
export function payload_json<T = unknown>(frame: AirCoreFrame): T;
export function payload_json<S extends standard_schema>(frame: AirCoreFrame, schema: S): schema_output<S>;
export function payload_json(frame: AirCoreFrame, schema?: standard_schema): unknown {
  const value = parsedJson(frame);
  if (schema === undefined) return value;
  const result = validate(schema, value);
  if (isThenable(result)) {
    Promise.resolve(result).then(undefined, () => undefined);
    throw new pubsub_error('argument_invalid', 'receive', 'the schema of payload_json is asynchronous', {
      hint: 'Leave its asynchronous checks out, or use `commands`, which waits for them.',
    });
  }
  return outputOf(result, frame, 'the payload');
}

/** @throws pubsub_error `argument_invalid` if the schema itself fails */
export function validate(
  schema: standard_schema,
  value: unknown,
): ReturnType<standard_schema['~standard']['validate']> {
  try {
    return schema['~standard'].validate(value);
  } catch (error) {
    throw schemaFailed(error);
  }
}

export function schemaFailed(error: unknown): pubsub_error {
  return new pubsub_error('argument_invalid', 'handle', `a schema failed: ${thrownText(error)}`, { cause: error });
}

/** @throws pubsub_error `payload_invalid` */
export function parsedJson(frame: AirCoreFrame): unknown {
  const text = jsonText(frame);
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw invalid(frame, `the payload is not JSON: ${thrownText(error)}`, 'receive');
  }
}

function jsonText(frame: AirCoreFrame): string {
  for (const { contentType, content } of frame.payloads) {
    if (!isJsonType(contentType)) continue;
    if (content.case === 'text') return content.value;
    if (content.case === 'bytes') return Buffer.from(content.value).toString('utf8');
  }
  const types = frame.payloads.map(({ contentType }) => contentType).join(', ');
  const found = types === '' ? 'it has no payload' : `its content types are ${types}`;
  throw invalid(frame, `the frame has no JSON payload: ${found}`, 'receive', { content_types: types });
}

function isJsonType(contentType: string): boolean {
  const [type = ''] = contentType.toLowerCase().split(';', 1);
  return type.trim() === JSON_TYPE || type.trim() === '' || type.trim().endsWith('+json');
}

/** @throws pubsub_error `payload_invalid`, with every issue of the schema */
export function outputOf<O>(
  result: schema_result<O>,
  frame: AirCoreFrame | undefined,
  what: string,
  stage: pubsub_stage = 'receive',
): O {
  if (result.issues === undefined) return result.value;
  const problems = Array.from(result.issues)
    .slice(0, MAX_PROBLEMS)
    .map((issue) => ({ path: pathOf(issue), message: issue.message }));
  const shown = problems.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('; ');
  const more = result.issues.length - problems.length;
  throw invalid(frame, `${what} does not fit its schema: ${shown}${more > 0 ? ` (and ${more} more)` : ''}`, stage, {
    problems,
  });
}

function pathOf({ path = [] }: schema_issue): string {
  return path.map((part) => String(typeof part === 'object' ? part.key : part)).join('.');
}

/** Which frame an error of a payload is about. */
const subjects = new WeakMap<Error, AirCoreFrame>();

/** Whether this is an error about a payload of this very frame, so that the error may be sent to its sender. */
export function isAboutPayloadOf(error: unknown, frame: unknown): error is pubsub_error {
  return pubsub_error.is(error) && frame !== undefined && subjects.get(error) === frame;
}

function invalid(
  frame: AirCoreFrame | undefined,
  sentence: string,
  stage: pubsub_stage,
  details: Readonly<Record<string, unknown>> = {},
): pubsub_error {
  const error = new pubsub_error('payload_invalid', stage, sentence, { details });
  if (frame !== undefined) subjects.set(error, frame);
  return error;
}
