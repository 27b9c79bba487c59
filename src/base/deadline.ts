import { setTimeout as sleep } from 'node:timers/promises';
import { onAbort } from './abort.js';
import { pubsub_error, type pubsub_stage } from './error.js';
import type { OptionNames } from './known-options.js';
import { thrownError } from './thrown.js';
import { quotedValue } from './value-kind.js';

/** How long a caller waits. Every operation that waits takes these. */
export interface wait_options {
  /** Milliseconds from the call, 0 or more. @default each operation documents its own */
  timeout_ms?: number | undefined;
  /** Ends the wait at once; the operation rejects with code `aborted`. @default none */
  signal?: AbortSignal | undefined;
}

export const waitOptionNames: OptionNames<wait_options> = { timeout_ms: true, signal: true };

/** What the caller was waiting for, for the sentence of the error. */
export interface WaitSubject {
  stage: pubsub_stage;
  /** Completes the sentence "timed out after … ms waiting for …": "a broker's answer". */
  what: string;
  /** What kept it from coming, if this is known when the time is over. It follows the sentence, after a colon. */
  because?: () => string | undefined;
  hint?: string | (() => string | undefined);
  details?: () => Readonly<Record<string, unknown>>;
  /** The failure that was retried meanwhile: callers need to see it rather than that the time is over. */
  cause?: () => pubsub_error | undefined;
}

/** A point in time that all steps of one operation share, and the caller's signal. */
export class Deadline {
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
  /** Monotonic milliseconds. */
  readonly endsAt: number;

  constructor(timeoutMs: number, signal?: AbortSignal) {
    this.timeoutMs = timeoutMs;
    this.signal = signal;
    this.endsAt = performance.now() + timeoutMs;
  }

  /** @throws pubsub_error `argument_invalid` */
  static of(options: wait_options | undefined, defaultTimeoutMs: number): Deadline {
    return new Deadline(timeoutOf(options, defaultTimeoutMs), options?.signal);
  }

  remainingMs(): number {
    return Math.max(0, this.endsAt - performance.now());
  }

  get over(): boolean {
    return this.remainingMs() === 0 || this.signal?.aborted === true;
  }

  /** Throws if the deadline has passed or the signal was aborted. */
  check(subject: WaitSubject): void {
    if (this.signal?.aborted) throw abortedError(subject, this.signal);
    if (this.remainingMs() === 0) throw this.#timeout(subject);
  }

  /**
   * Waits for a promise, but no longer than this deadline. The promise itself continues. If it rejects after the
   * deadline, the rejection is handled here.
   */
  race<T>(promise: Promise<T>, subject: WaitSubject): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const { signal } = this;
      let forget: () => void = () => undefined;
      const settle = (act: () => void): void => {
        clearTimeout(timer);
        forget();
        act();
      };
      // A timer of 2^31 ms or more would fire at once.
      const timer = setTimeout(
        () => settle(() => reject(this.#timeout(subject))),
        Math.min(this.remainingMs(), 2 ** 31 - 1),
      );
      promise.then(
        (value) => settle(() => resolve(value)),
        (error: unknown) => settle(() => reject(thrownError(error))),
      );
      forget = onAbort(signal, () => settle(() => reject(abortedError(subject, signal))));
    });
  }

  /** Waits for a time, at most until this deadline; rejects only if the signal is aborted. */
  async pause(ms: number, subject: WaitSubject): Promise<void> {
    try {
      await sleep(
        Math.min(ms, this.remainingMs()),
        undefined,
        this.signal === undefined ? {} : { signal: this.signal },
      );
    } catch {
      throw abortedError(subject, this.signal);
    }
  }

  #timeout(subject: WaitSubject): pubsub_error {
    const cause = subject.cause?.();
    if (cause !== undefined) {
      return new pubsub_error(
        cause.code,
        cause.stage,
        `${cause.raw_message} (tried for ${Math.round(this.timeoutMs)} ms)`,
        {
          cause,
          retryable: cause.retryable,
          details: { timeout_ms: Math.round(this.timeoutMs), ...cause.details },
          hint: cause.hint,
        },
      );
    }
    const hint = typeof subject.hint === 'function' ? subject.hint() : subject.hint;
    const sentence = timedOutSentence(this.timeoutMs, subject.what, subject.because?.());
    return new pubsub_error('deadline_exceeded', subject.stage, sentence, {
      retryable: true,
      details: { timeout_ms: Math.round(this.timeoutMs), ...subject.details?.() },
      hint,
    });
  }
}

/**
 * @param what what the operation was waiting for
 * @param because what kept it from coming, if this is known
 */
export function timedOutSentence(timeoutMs: number, what: string, because?: string): string {
  return `timed out after ${Math.round(timeoutMs)} ms waiting for ${what}${because === undefined ? '' : `: ${because}`}`;
}

/**
 * In JavaScript, a controller is easily given instead of its signal, or null.
 *
 * @throws pubsub_error `argument_invalid`
 */
export function requireSignal(signal: unknown): void {
  if (signal === undefined) return;
  const { aborted, addEventListener } = (signal ?? {}) as Partial<AbortSignal>;
  if (typeof aborted === 'boolean' && typeof addEventListener === 'function') return;
  throw new pubsub_error('argument_invalid', 'config', 'signal is not an AbortSignal', {
    hint: 'Give the signal of an AbortController, or leave it out.',
    details: { field: 'signal' },
  });
}

/**
 * How long the caller of an operation waits, in milliseconds.
 *
 * @throws pubsub_error `argument_invalid` if the time-out is not a valid number, or the signal is not an AbortSignal
 */
export function timeoutOf(options: wait_options | undefined, defaultMs: number): number {
  requireSignal(options?.signal);
  const ms = options?.timeout_ms ?? defaultMs;
  if (typeof ms === 'number' && ms >= 0 && ms <= Number.MAX_SAFE_INTEGER) return ms;
  throw new pubsub_error(
    'argument_invalid',
    'config',
    `timeout_ms is ${quotedValue(ms)}; it must be a number of milliseconds, from 0 to 2^53 - 1`,
    {
      hint: 'Leave timeout_ms out to use the default of the configuration.',
      details: { field: 'timeout_ms' },
    },
  );
}

export function abortedError(subject: WaitSubject, signal: AbortSignal | undefined): pubsub_error {
  return new pubsub_error('aborted', subject.stage, `the caller aborted the wait for ${subject.what}`, {
    cause: signal?.reason,
  });
}
