import { inspect } from 'node:util';
import { clipped, jsonSafe } from './json-safe.js';
import { thrownError, thrownText } from './thrown.js';

/**
 * Every way in which this project can fail. The list is closed: programs may switch over it, and docs/errors.md has a
 * paragraph for each code.
 */
export const pubsub_error_codes = [
  // the caller's input
  'config_invalid',
  'argument_invalid',
  'event_invalid',
  'frame_invalid',
  'frame_too_large',
  'payload_invalid',
  'partition_unknown',
  'topic_unknown',
  'topic_not_allowed',
  // the connection to a broker
  'host_not_found',
  'connection_refused',
  'connection_timeout',
  'connection_closed',
  'not_kafka',
  'tls_failed',
  'broker_unavailable',
  'broker_refused',
  // identity and rights
  'credentials_missing',
  'authentication_failed',
  'not_authorized',
  // group membership
  'group_refused',
  'no_partition',
  'partition_lost',
  // records
  'records_unreadable',
  // the life of a call
  'deadline_exceeded',
  'aborted',
  'disposed',
  'overloaded',
  // requests and replies
  'reply_error',
  // things around the library
  'kafka_unavailable',
  'run_refused',
  'aws_refused',
  'not_aws',
  'template_refused',
  'internal',
] as const;

/** One code of the closed list. */
export type pubsub_error_code = (typeof pubsub_error_codes)[number];

// Together less than 8 KB, however long the strings of other programs are: the error goes into logs and Lambda results.
const MESSAGE_BYTES = 3_000;
const DETAILS_BYTES = 3_000;
const HINT_BYTES = 700;
const CAUSE_BYTES = 900;

/** The part of an operation that failed. */
export type pubsub_stage =
  | 'config'
  | 'event'
  | 'connect'
  | 'authenticate'
  | 'metadata'
  | 'join'
  | 'positions'
  | 'encode'
  | 'send'
  | 'receive'
  | 'handle'
  | 'reply'
  | 'commit'
  | 'cleanup'
  | 'dispose'
  | 'local_kafka'
  | 'aws'
  | 'rehearsal';

/** What an error has besides its code, its stage and its sentence. */
export interface pubsub_error_options {
  /** What the caller can do next, as one sentence. @default none */
  hint?: string | undefined;
  /** Whether the same call may succeed later without any change. @default false */
  retryable?: boolean;
  /** The error that caused this one. @default none */
  cause?: unknown;
  /** Evidence for people and programs: host, port, topic, partition, milliseconds, a broker's own code… @default none */
  details?: Readonly<Record<string, unknown>>;
}

/**
 * The only error that public operations throw or reject with.
 *
 * `message` is prefixed with the code, so that a terminal shows the important part first; `raw_message` is the
 * sentence alone.
 */
export class pubsub_error extends Error {
  // Lambda logs the name of an error's class, and a minified bundle renames the class.
  static {
    Object.defineProperty(this, 'name', { value: 'pubsub_error' });
  }

  /** What failed, for programs: docs/errors.md has a paragraph for each code. */
  readonly code: pubsub_error_code;
  /** The part of the operation that failed. */
  readonly stage: pubsub_stage;
  /** True if the same call may succeed later without any change. */
  readonly retryable: boolean;
  /** What the caller can do next, as one sentence. */
  readonly hint: string | undefined;
  /** The sentence without the code. */
  readonly raw_message: string;
  /** Evidence: host, port, topic, partition, milliseconds, the code of a broker. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: pubsub_error_code, stage: pubsub_stage, sentence: string, options: pubsub_error_options = {}) {
    super(`[${code}] ${sentence}`, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'pubsub_error';
    this.code = code;
    this.stage = stage;
    this.retryable = options.retryable ?? false;
    this.hint = options.hint;
    this.raw_message = sentence;
    this.details = options.details ?? {};
  }

  /** True for an error of this class, also when it comes from another copy of this package. */
  static is(value: unknown): value is pubsub_error {
    try {
      return value instanceof Error && value.name === 'pubsub_error' && 'code' in value && 'stage' in value;
    } catch {
      // A value that throws when it is read is not a `pubsub_error`.
      return false;
    }
  }

  /**
   * Turns any thrown value into a `pubsub_error`; a `pubsub_error` is returned unchanged. The errors of an
   * `AbortSignal` become `aborted` or `deadline_exceeded`, all others `internal`.
   */
  static from(value: unknown, stage: pubsub_stage, sentence?: string): pubsub_error {
    if (pubsub_error.is(value)) return value;
    const text = thrownText(value);
    const code = signalCodes.get(thrownError(value).name) ?? 'internal';
    return new pubsub_error(code, stage, sentence === undefined ? text : `${sentence}: ${text}`, {
      cause: value,
      retryable: code === 'deadline_exceeded',
    });
  }

  /**
   * For logs and reports: all fields except the stack, causes as sentences. Never throws, and is less than 8 KB as
   * JSON.
   */
  toJSON(): Record<string, unknown> {
    return {
      code: this.code,
      stage: this.stage,
      message: clipped(this.raw_message, MESSAGE_BYTES),
      retryable: this.retryable,
      ...(this.hint === undefined ? {} : { hint: clipped(this.hint, HINT_BYTES) }),
      ...(Object.keys(this.details).length === 0 ? {} : { details: jsonSafe(this.details, DETAILS_BYTES) }),
      ...(this.cause === undefined ? {} : { cause: clipped(describeCause(this.cause), CAUSE_BYTES) }),
    };
  }
}

/** The fields with which an error is logged: its sentence and its hint. */
export function logFields({ raw_message, hint }: pubsub_error): { readonly error: string; readonly hint?: string } {
  return { error: raw_message, ...(hint === undefined ? {} : { hint }) };
}

/** Names of the errors that an `AbortSignal` throws. */
const signalCodes: ReadonlyMap<string, pubsub_error_code> = new Map([
  ['AbortError', 'aborted'],
  ['TimeoutError', 'deadline_exceeded'],
]);

function inspectSafely(value: unknown): string {
  return typeof value === 'string' ? inspect(value) : thrownText(value);
}

/** A chain of causes as one line, outermost first. */
export function describeCause(cause: unknown): string {
  const parts: string[] = [];
  let current: unknown = cause;
  while (current !== undefined && parts.length < 5) {
    const text: string = current instanceof Error ? `${current.name}: ${thrownText(current)}` : inspectSafely(current);
    if (parts.at(-1) !== text) parts.push(text);
    current = current instanceof Error ? current.cause : undefined;
  }
  return parts.join(' ← ');
}
