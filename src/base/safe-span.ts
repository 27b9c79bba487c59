import { guarded } from './hook.js';
import type { span_outcome, trace_span } from './ports.js';
import { isThenable } from './thenable.js';

type Headers = Readonly<Record<string, string>>;
type Failed = (thrown: unknown) => void;

/** @param returned by a port that began a span; undefined: none */
export function safeSpan(returned: unknown, failed: Failed): trace_span | undefined {
  if (returned === undefined) return undefined;
  if (guarded(() => isSpan(returned), failed) === true) return new SafeSpan(returned as trace_span, failed);
  failed(new TypeError('start_span returned something else than a span'));
  return undefined;
}

function isSpan(value: unknown): boolean {
  const { headers, run, end } = value as Record<keyof trace_span, unknown>;
  return typeof headers === 'function' && typeof run === 'function' && typeof end === 'function';
}

/** A span of a port: what it throws changes neither the work that runs in it nor what is sent. */
class SafeSpan implements trace_span {
  readonly #span: trace_span;
  readonly #failed: Failed;

  constructor(span: trace_span, failed: Failed) {
    this.#span = span;
    this.#failed = failed;
  }

  headers(): Headers {
    const headers: unknown = guarded(() => this.#span.headers(), this.#failed);
    if (headers === undefined) return {};
    return guarded(() => texts(headers), this.#failed) ?? {};
  }

  /** The work runs exactly once, whatever the port does with it, and its own result or exception is that of this call. */
  run<T>(work: () => T): T {
    const once = new Once(work);
    guarded(() => this.#span.run(() => once.start()), this.#failed);
    // A port that did not call it.
    once.start();
    return once.outcome();
  }

  end(outcome: span_outcome): void {
    guarded(() => this.#span.end(outcome), this.#failed);
  }
}

function texts(headers: unknown): Headers {
  if (typeof headers === 'object' && headers !== null && !isThenable(headers)) {
    if (Object.values(headers).every((value) => typeof value === 'string')) return headers as Headers;
  }
  throw new TypeError('the headers of a span are not texts');
}

class Once<T> {
  readonly #work: () => T;
  #state: 'new' | 'returned' | 'threw' = 'new';
  #value: unknown;

  constructor(work: () => T) {
    this.#work = work;
  }

  start(): void {
    if (this.#state !== 'new') return;
    // What the work starts cannot start it again.
    this.#state = 'returned';
    try {
      this.#value = this.#work();
    } catch (thrown) {
      this.#state = 'threw';
      this.#value = thrown;
    }
  }

  outcome(): T {
    if (this.#state === 'threw') throw this.#value;
    return this.#value as T;
  }
}
