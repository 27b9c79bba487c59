import { refusal } from '../../refusal.js';
import { intrinsicName } from './intrinsics.js';
import type { Resolving } from './resolving.js';
import { asNumber, asText, asTexts, isRecord, kindOf, type Resolved } from './values.js';

/**
 * A part of the template that is looked into piece by piece: only what is asked for is resolved, so that what the
 * rehearsal does not use may be as it likes.
 */
export class Section {
  readonly path: string;
  readonly #raw: unknown;
  readonly #resolving: Resolving;

  constructor(resolving: Resolving, raw: unknown, path: string) {
    const unfolded = resolving.unfolded(raw, path);
    this.#resolving = resolving;
    this.#raw = unfolded.value;
    this.path = unfolded.path;
  }

  get present(): boolean {
    return this.#raw !== undefined;
  }

  get isList(): boolean {
    return Array.isArray(this.#raw) || (intrinsicName(this.#raw) !== undefined && Array.isArray(this.value()));
  }

  get(key: string): Section {
    return this.#part(this.#record()[key], key);
  }

  entries(): [string, Section][] {
    return Object.entries(this.#record())
      .map(([key, value]): [string, Section] => [key, this.#part(value, key)])
      .filter(([, { present }]) => present);
  }

  /** A list; nothing where it is absent. */
  items(): Section[] {
    if (!this.present) return [];
    const raw = this.#raw;
    if (!Array.isArray(raw)) {
      // A function that gives a list, as Ref of a parameter that is one.
      const value = this.value();
      if (Array.isArray(value))
        return value.map((item, at) => new Section(this.#resolving, item, `${this.path}[${at}]`));
      throw refusal(this.path, `should be a list, and is ${kindOf(raw)}`);
    }
    return (raw as unknown[])
      .map((item, at) => new Section(this.#resolving, item, `${this.path}[${at}]`))
      .filter(({ present }) => present);
  }

  /** Resolved; refused where it is absent. */
  value(): Resolved {
    return this.#resolving.required(this.#raw, this.path);
  }

  text(): string {
    return asText(this.value(), this.path);
  }

  optionalText(): string | undefined {
    return this.present ? this.text() : undefined;
  }

  number(): number {
    return asNumber(this.value(), this.path);
  }

  optionalNumber(): number | undefined {
    return this.present ? this.number() : undefined;
  }

  /** Texts; none where it is absent, and a single one counts as a list. */
  texts(): string[] {
    if (!this.present) return [];
    return Array.isArray(this.#raw)
      ? this.items().flatMap((item) => asTexts(item.value(), item.path))
      : asTexts(this.value(), this.path);
  }

  #part(value: unknown, key: string): Section {
    return new Section(this.#resolving, value, `${this.path}.${key}`);
  }

  #record(): Record<string, unknown> {
    if (!this.present) return {};
    if (isRecord(this.#raw) && intrinsicName(this.#raw) === undefined) return this.#raw;
    const value = this.value();
    if (isRecord(value)) return value;
    throw refusal(this.path, `should be an object, and is ${kindOf(this.#raw)}`);
  }
}
