import type { ContextKey } from './context-keys.js';

/** Takes context values one by one, and collects what is wrong with them. `-c` gives texts, cdk.json also numbers. */
export class Fields {
  readonly problems: string[] = [];
  readonly #context: Readonly<Record<string, unknown>>;

  constructor(context: Readonly<Record<string, unknown>>) {
    this.#context = context;
  }

  problem(key: string, message: string, suggestion?: string): void {
    this.problems.push(`${key} ${message}${suggestion === undefined ? '' : ` (${suggestion})`}`);
  }

  given(key: ContextKey): boolean {
    return this.#read(key) !== undefined;
  }

  /** @param refuse the reason, where a text is not taken */
  text(key: ContextKey, fallback: string, refuse: (text: string) => string | undefined): string {
    const value = this.#read(key) ?? fallback;
    const reason = refuse(value);
    if (reason !== undefined) this.problem(key, `is ${JSON.stringify(value)}: ${reason}`);
    return value;
  }

  integer(key: ContextKey, fallback: number, least: number, most: number): number {
    const value = this.#read(key);
    if (value === undefined) return fallback;
    const number = Number(value);
    if (/^-?\d+$/.test(value) && number >= least && number <= most) return number;
    this.problem(key, `is ${JSON.stringify(value)}; it takes ${least} to ${most}`);
    return fallback;
  }

  choice<T extends string>(key: ContextKey, fallback: T, choices: readonly T[]): T {
    const value = this.#read(key) ?? fallback;
    const found = choices.find((choice) => choice === value);
    if (found === undefined) this.problem(key, `is ${JSON.stringify(value)}; it takes ${choices.join(' or ')}`);
    return found ?? fallback;
  }

  list(key: ContextKey): readonly string[] | undefined {
    const value = this.#read(key);
    if (value === undefined) return undefined;
    return value
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== '');
  }

  /** A value that must be there. */
  required(key: ContextKey, shape: RegExp, like: string): string {
    const value = this.#read(key);
    if (value === undefined) this.problem(key, `is missing (like ${like})`);
    else if (!shape.test(value)) this.problem(key, `is ${JSON.stringify(value)}, and should look like ${like}`);
    return value ?? '';
  }

  #read(key: ContextKey): string | undefined {
    const value = this.#context[key];
    if (value === undefined || value === null) return undefined;
    if (Array.isArray(value)) return value.join(',');
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
      return String(value).trim();
    }
    return JSON.stringify(value);
  }
}
