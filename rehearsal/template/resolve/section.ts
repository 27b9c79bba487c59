import { shown } from '../../../src/base/shape-sentence.js';
import type { pubsub_error } from '../../../src/base/error.js';
import { answerOption } from '../../answers.js';
import { refuseRepeatedKeys } from '../../policy/document/policy-text.js';
import { asksOf, eachOf, isMistake, isProblem, mistake, reasonOf } from '../../problem.js';
import { answerKey } from './answer-keys.js';
import { intrinsicName, nameOf, noFunction } from './intrinsics.js';
import type { Resolving } from './resolving.js';
import { asNumber, asText, asTexts, isRecord, type Resolved } from './values.js';

/**
 * A part of the template that is read piece by piece: only what is read is resolved, so that what the rehearsal does
 * not use need not be valid.
 */
export class Section {
  readonly path: string;
  readonly #raw: unknown;
  readonly #resolving: Resolving;
  /** The original value, to read it again with the other resolver. */
  readonly #given: { readonly raw: unknown; readonly path: string };
  readonly #origins: Readonly<Record<string, string>>;

  /** @param origins the places in the file of parts that were moved, also of parts of a part ("Code.LocalPath") */
  constructor(resolving: Resolving, raw: unknown, path: string, origins: Readonly<Record<string, string>> = {}) {
    const unfolded = resolving.unfolded(raw, path);
    this.#given = { raw, path };
    this.#resolving = resolving;
    this.#origins = origins;
    this.#raw = unfolded.value;
    this.path = unfolded.path;
  }

  /** The same for what decides nothing: unknown values in it are made up, and remarked. */
  get lenient(): Section {
    if (this.#resolving.isLenient) return this;
    return new Section(this.#resolving.lenient, this.#given.raw, this.#given.path, this.#origins);
  }

  /**
   * The same, for an object or a list that decides: parts of it may be unknown, but not which one it is.
   *
   * @throws pubsub_error `template_refused` if the function that chooses it is unknown
   */
  chosen(): this {
    const strict = this.#strictly();
    if (intrinsicName(strict.#raw) !== undefined) strict.value();
    return this;
  }

  get present(): boolean {
    return this.#raw !== undefined;
  }

  get isList(): boolean {
    return Array.isArray(this.#raw) || (intrinsicName(this.#raw) !== undefined && Array.isArray(this.value()));
  }

  /** Whether the unresolved value is an object: not a string, a list, or a function. */
  get isObject(): boolean {
    return isRecord(this.#raw) && intrinsicName(this.#raw) === undefined;
  }

  /** The unresolved keys; none if it is not an object. */
  get keys(): string[] {
    return this.isObject ? Object.keys(this.#raw as object) : [];
  }

  get(key: string): Section {
    return this.#part(this.#record()[key], key);
  }

  entries(): [string, Section][] {
    const own = this.#resolving.isLenient ? this.#withoutTransform() : this.#record();
    return eachOf(Object.entries(own), ([key, value]): [string, Section] => [key, this.#part(value, key)]).filter(
      ([, { present }]) => present,
    );
  }

  /** The items of a list; empty if it is absent. */
  items(): Section[] {
    return eachOf(this.itemsLazily(), (item) => item()).filter(({ present }) => present);
  }

  /**
   * The same, each read on its own: a condition that chooses one item may be unknown. An item may turn out to be
   * absent.
   */
  itemsLazily(): (() => Section)[] {
    if (!this.present) return [];
    const raw = this.#raw;
    // Or a function that returns a list, such as Ref of a list parameter.
    const list: unknown = Array.isArray(raw) ? raw : this.value();
    if (Array.isArray(list)) return (list as unknown[]).map((item, at) => () => this.#item(item, at));
    const value = this.#result();
    if (value === undefined) return [];
    throw mistake(this.path, `must be a list, and is ${shown(value)}`);
  }

  /** The items of a list, or a single value as a list; empty if it is absent. */
  each(): Section[] {
    if (!this.present) return [];
    return this.isList ? this.items() : [this];
  }

  /** The same, each read on its own. */
  eachLazily(): (() => Section)[] {
    if (!this.present) return [];
    return this.isList ? this.itemsLazily() : [() => this];
  }

  /**
   * The values that it may have, those in lists too, if it is known which function chooses them or not: those of all
   * branches of an `Fn::If` with an unknown condition. None if it is absent.
   */
  alternatives(): Section[] {
    const { lenient } = this;
    const raw = lenient.#raw;
    if (Array.isArray(raw)) return (raw as unknown[]).flatMap((item, at) => lenient.#item(item, at).alternatives());
    const argument: unknown = intrinsicName(raw) === 'Fn::If' ? (raw as Record<string, unknown>)['Fn::If'] : undefined;
    if (!Array.isArray(argument)) return lenient.present ? [lenient] : [];
    const [, ...branches] = argument as unknown[];
    return branches.flatMap((branch, at) =>
      new Section(lenient.#resolving, branch, `${this.path}.Fn::If[${at + 1}]`).alternatives(),
    );
  }

  /** Whether its unresolved value is a function that may return something of this resource. */
  canMention(logicalId: string): boolean {
    if (intrinsicName(this.#raw) === undefined) return false;
    const words = JSON.stringify(this.#raw).split(/[^A-Za-z0-9]+/);
    // What a macro returns is unknown.
    return words.includes(logicalId) || words.includes('Transform');
  }

  /**
   * An object that may be written as a string with JSON, as CloudFormation accepts for policies.
   *
   * @throws pubsub_error `template_refused` for a string that is not valid JSON
   */
  document(): Section {
    if (!this.present || this.isObject) return this;
    const value = this.value();
    if (isRecord(value)) return new Section(this.#resolving, value, this.path);
    const text = asText(value, this.path).replace(/^\uFEFF/, '');
    let parsed: unknown;
    try {
      parsed = JSON.parse(text);
    } catch (error) {
      throw mistake(this.path, `is not valid JSON: ${error instanceof Error ? error.message : String(error)}`);
    }
    refuseRepeatedKeys(text, this.path);
    if (isRecord(parsed)) return new Section(this.#resolving, parsed, this.path);
    throw mistake(this.path, `must be an object, and is ${shown(parsed)}`);
  }

  /** The resolved value; refused if it is absent. */
  value(): Resolved {
    return this.#resolving.required(this.#raw, this.path);
  }

  text(): string {
    return asText(this.value(), this.path);
  }

  optionalText(): string | undefined {
    return this.present ? this.text() : undefined;
  }

  /** The text; undefined if it is absent or unknown. */
  known(): string | undefined {
    return this.#attempt(() => this.#strictly().optionalText()).value;
  }

  /** The text; this one if it is absent or unknown. An unknown value is remarked. */
  textOr(fallback: string): string {
    if (!this.present) return fallback;
    return this.#or(() => this.#strictly().text(), fallback, fallback);
  }

  number(): number {
    return asNumber(this.value(), this.path);
  }

  optionalNumber(): number | undefined {
    return this.present ? this.number() : undefined;
  }

  /** The number; this one if it is absent or unknown. An unknown value is remarked. */
  numberOr(fallback: number): number {
    if (!this.present) return fallback;
    return this.#or(() => this.#strictly().number(), fallback, String(fallback));
  }

  /** Texts; none if it is absent. A single one counts as a list. */
  texts(): string[] {
    if (!this.present) return [];
    return Array.isArray(this.#raw)
      ? this.items().flatMap((item) => asTexts(item.value(), item.path))
      : asTexts(this.value(), this.path);
  }

  /** Ids. An unknown one gets a placeholder, the same for the same source, and is marked as doubtful. */
  ids(): string[] {
    if (!this.present) return [];
    const parts = Array.isArray(this.#raw) ? this.items() : [this];
    return parts.flatMap((part) => {
      const { value, doubt } = part.#attempt(() => asTexts(part.#strictly().value(), part.path));
      const ids = value ?? asTexts(part.lenient.value(), part.path);
      if (doubt !== undefined) for (const id of ids) this.#resolving.doubtful.set(id, doubt);
      return ids;
    });
  }

  /** The logical id that it refers to, if it is only the `Ref` or an attribute of that resource. */
  refersTo(): string | undefined {
    const name = intrinsicName(this.#raw);
    const argument: unknown = name === undefined ? undefined : (this.#raw as Record<string, unknown>)[name];
    if (name === 'Ref') return this.#named(argument);
    if (name === 'Fn::GetAtt') {
      return this.#named(Array.isArray(argument) ? (argument as unknown[])[0] : String(argument).split('.')[0]);
    }
    if (name === 'Fn::Sub' && typeof argument === 'string') {
      return /^\$\{([A-Za-z0-9]+)(?:\.[\w.]+)?\}$/.exec(argument)?.[1];
    }
    return undefined;
  }

  /** @throws pubsub_error `template_refused` for a value that CloudFormation refuses, but not for an unknown one */
  refuseMistake(): void {
    const { doubt } = this.#attempt(() => this.#strictly().value());
    if (doubt !== undefined && isMistake(doubt)) throw doubt;
  }

  /** The name that a function refers to; undefined if it is unknown. */
  #named(argument: unknown): string | undefined {
    return this.#attempt(() => nameOf(argument, this.path, this.#resolving)).value;
  }

  /** @throws pubsub_error `template_refused` if a condition that chooses it is unknown */
  #strictly(): Section {
    if (!this.#resolving.isLenient) return this;
    return new Section(this.#resolving.strict, this.#given.raw, this.#given.path, this.#origins);
  }

  /** The result of a function. If it decides nothing and is unknown, that is remarked, and it counts as absent. */
  #result(): Resolved | undefined {
    const { value, doubt } = this.#attempt(() => this.#strictly().value());
    if (doubt === undefined) return value;
    if (!this.#resolving.isLenient || isMistake(doubt)) throw doubt;
    this.#remark(doubt, 'nothing');
    return undefined;
  }

  #or<T>(work: () => T, fallback: T, shown: string): T {
    const { value, doubt } = this.#attempt(work);
    if (doubt === undefined) return value as T;
    if (isMistake(doubt) || this.#isLiteral()) throw doubt;
    this.#remark(doubt, shown);
    return fallback;
  }

  /** Remarks that this value is unknown, and what is used instead. */
  #remark(doubt: pubsub_error, value: string): void {
    const ask = asksOf(doubt)[0] ?? answerOption(answerKey(this.path) ?? this.path);
    this.#resolving.remarks.madeUp({ path: this.path, value, reason: doubt.raw_message, ask });
  }

  #attempt<T>(work: () => T): { readonly value?: T; readonly doubt?: pubsub_error } {
    try {
      return { value: work() };
    } catch (error) {
      if (!isProblem(error)) throw error;
      return { doubt: error };
    }
  }

  /** Whether it is a literal: if it is wrong, it is known to be wrong. */
  #isLiteral(): boolean {
    const raw = this.#raw;
    return intrinsicName(raw) === undefined && !(typeof raw === 'string' && raw.includes('{{resolve:'));
  }

  #item(value: unknown, at: number): Section {
    return new Section(this.#resolving, value, `${this.path}[${at}]`);
  }

  #part(value: unknown, key: string): Section {
    const before = `${key}.`;
    const within = Object.entries(this.#origins).flatMap(([at, origin]) =>
      at.startsWith(before) ? [[at.slice(before.length), origin] as const] : [],
    );
    const path = this.#origins[key] ?? `${this.path}.${key}`;
    return new Section(this.#resolving, value, path, Object.fromEntries(within));
  }

  /** What a transform adds beside the other keys is missing. */
  #withoutTransform(): Record<string, unknown> {
    const { 'Fn::Transform': transform, ...own } = this.#record();
    if (transform !== undefined) {
      const reason = reasonOf(noFunction('Fn::Transform', transform, this.path));
      this.#resolving.remarks.notModelled(`${this.path}.Fn::Transform`, reason);
    }
    return own;
  }

  #record(): Record<string, unknown> {
    if (!this.present) return {};
    if (isRecord(this.#raw) && intrinsicName(this.#raw) === undefined) return this.#raw;
    const value = this.#result();
    if (value === undefined) return {};
    if (isRecord(value)) return value;
    throw mistake(this.path, `must be an object, and is ${shown(value)}`);
  }
}
