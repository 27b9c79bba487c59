import type { pubsub_error } from '../../../src/base/error.js';
import { Answers, answerOption } from '../../answers.js';
import { eachOf, isMistake, isProblem, mistake, problem } from '../../problem.js';
import type { TemplateDocument } from '../load/document.js';
import { placeOf, type Place } from '../load/place.js';
import type { ReadOptions } from '../options.js';
import { Remarks } from '../remarks.js';
import { answerKey } from './answer-keys.js';
import { evaluateCondition } from './conditions.js';
import { choose, findInMap, intrinsicName, intrinsics, noFunction } from './intrinsics.js';
import { parameterOf } from './parameters.js';
import { pseudoParameter } from './pseudo-parameters.js';
import { resourceAttribute, resourceReference } from './resources.js';
import type { Elsewhere, Resolving } from './resolving.js';
import { asText, isRecord, structured, type Resolved } from './values.js';

/**
 * Evaluates the template's functions against what the stack creates. An unknown value is refused by name, and only if
 * it is used. The lenient resolver makes up a value instead, for parts that decide nothing.
 */
export class Resolver implements Resolving {
  readonly document: TemplateDocument;
  readonly place: Place;
  readonly options: ReadOptions;
  readonly remarks: Remarks;
  readonly doubtful: Map<string, pubsub_error>;
  readonly isLenient: boolean;
  readonly #answers: Answers;
  /** The values that are being resolved: a template may contain a cycle. */
  readonly #open: Set<string>;
  /** The number of calls around the value that is being resolved. */
  readonly #calls: { depth: number };
  /** Paths of answered properties whose values in the template were looked at. */
  #covered = new Set<string>();
  #twin: Resolver | undefined;
  readonly strict: Resolver;

  constructor(document: TemplateDocument, options: ReadOptions, strict?: Resolver) {
    this.document = document;
    this.options = options;
    this.isLenient = strict !== undefined;
    this.strict = strict ?? this;
    this.place = strict?.place ?? placeOf(options);
    this.remarks = strict?.remarks ?? new Remarks();
    this.doubtful = strict?.doubtful ?? new Map<string, pubsub_error>();
    if (strict !== undefined) this.#covered = strict.#covered;
    this.#answers = strict === undefined ? (options.answers ?? new Answers()) : strict.#answers;
    this.#open = strict === undefined ? new Set() : strict.#open;
    this.#calls = strict === undefined ? { depth: 0 } : strict.#calls;
  }

  get lenient(): Resolver {
    if (this.isLenient) return this;
    return (this.#twin ??= new Resolver(this.document, this.options, this));
  }

  value(value: unknown, path: string): Resolved | undefined {
    const answered = this.#answeredAt(path, value);
    if (answered !== undefined) return answered.value;
    if (Array.isArray(value)) {
      return eachOf(value as unknown[], (item, index) => this.value(item, `${path}[${index}]`)).filter(
        (item): item is Resolved => item !== undefined,
      );
    }
    const name = intrinsicName(value);
    if (name !== undefined) {
      const result = this.#call(name, (value as Record<string, unknown>)[name], path);
      return result === undefined ? undefined : this.#withoutReferences(result, path);
    }
    if (isRecord(value)) {
      return Object.fromEntries(
        eachOf(Object.entries(value), ([key, part]) => [key, this.value(part, `${path}.${key}`)] as const).flatMap(
          ([key, resolved]) => (resolved === undefined ? [] : [[key, resolved] as const]),
        ),
      );
    }
    if (typeof value === 'string') return this.#withoutReferences(value, path);
    if (typeof value === 'number' || typeof value === 'boolean' || value === null || value === undefined) return value;
    throw problem(path, `cannot hold a ${typeof value}`);
  }

  required(value: unknown, path: string): Resolved {
    const resolved = this.value(value, path);
    if (resolved === undefined) throw mistake(path, 'is missing');
    return resolved;
  }

  unfolded(value: unknown, path: string): { value: unknown; path: string } {
    const answered = this.#answeredAt(path, value);
    if (answered !== undefined) return { value: answered.value, path };
    const name = intrinsicName(value);
    const argument = name === undefined ? undefined : (value as Record<string, unknown>)[name];
    if (name === 'Ref' && argument === 'AWS::NoValue') return { value: undefined, path };
    const chooses = name === 'Fn::If' ? choose : name === 'Fn::FindInMap' ? findInMap : undefined;
    if (chooses === undefined) return { value, path };
    try {
      const chosen = chooses(argument, `${path}.${name}`, this);
      return this.unfolded(chosen.value, chosen.path);
    } catch (error) {
      if (!this.isLenient || !isProblem(error)) throw error;
      return { value, path };
    }
  }

  reference(name: string, path: string): Resolved | undefined {
    if (name === 'AWS::NoValue') return undefined;
    const known = pseudoParameter(name, this.place);
    if (known !== undefined) return typeof known === 'string' ? known : [...known];
    if (Object.hasOwn(this.document.Parameters, name)) return parameterOf(name, this);
    this.#refuseMisshapen(`Parameters.${name}`);
    return this.#guarded(name, path, () => this.#atDepth(0, () => resourceReference(name, path, this)));
  }

  attribute(logicalId: string, name: string, path: string): Resolved {
    return this.#guarded(`${logicalId}.${name}`, path, () =>
      this.#atDepth(0, () => resourceAttribute(logicalId, name, path, this)),
    );
  }

  condition(expression: unknown, path: string): boolean {
    const named = isRecord(expression) ? expression['Condition'] : undefined;
    const name = typeof named === 'string' || typeof named === 'boolean' ? String(named) : '';
    if (!Object.hasOwn(this.document.Conditions, name)) {
      this.#refuseMisshapen('Conditions');
      const sentence = `there is no condition ${name}`;
      throw this.document.incomplete === true ? problem(path, sentence) : mistake(path, sentence);
    }
    // A made-up value must not decide: conditions are always evaluated strictly.
    const evaluate = (): boolean =>
      this.#guarded(`Conditions.${name}`, path, () =>
        this.#atDepth(0, () => evaluateCondition(this.document.Conditions[name], `Conditions.${name}`, this.strict)),
      );
    return this.options.conditions?.decide(name, evaluate) ?? evaluate();
  }

  answer(key: string): { value: Resolved | undefined } | undefined {
    const values = this.#answers.of(key);
    if (values === undefined) return undefined;
    const [first, ...others] = values.map(structured);
    return { value: others.length === 0 ? first : values.map(structured) };
  }

  elsewhere({ key, path, reason, ask, standIn }: Elsewhere): Resolved {
    const answered = this.answer(key)?.value;
    if (answered !== undefined) return answered;
    if (!this.isLenient) throw problem(path, reason, undefined, [ask]);
    const value = standIn ?? `made-up-${key.replaceAll(/[^\w.-]+/g, '-').replaceAll(/^-+|-+$/g, '')}`;
    const shown = typeof value === 'string' ? value : JSON.stringify(value);
    this.remarks.madeUp({ path, value: shown, reason, ask });
    return value;
  }

  #call(name: string, argument: unknown, at: string): Resolved | undefined {
    const path = `${at}.${name}`;
    const intrinsic = Object.hasOwn(intrinsics, name) ? intrinsics[name] : undefined;
    try {
      if (intrinsic !== undefined) {
        const { depth } = this.#calls;
        // Nothing can be found in Base64 afterwards.
        return this.#atDepth(name === 'Fn::Base64' ? 0 : depth + 1, () => intrinsic(argument, path, this));
      }
      throw noFunction(name, argument, at);
    } catch (error) {
      if (!this.isLenient || !isProblem(error)) throw error;
      const doubt = isMistake(error) ? this.#doubtAbout(name, argument, at) : error;
      if (doubt === undefined) throw error;
      const key = answerKey(at) ?? at;
      return this.elsewhere({ key, path: at, reason: doubt.raw_message, ask: answerOption(key) });
    }
  }

  /** The unknown value in a call that looks like a mistake: a made-up value may be the one that does not fit. */
  #doubtAbout(name: string, argument: unknown, at: string): pubsub_error | undefined {
    try {
      this.strict.#call(name, argument, at);
      return undefined;
    } catch (error) {
      if (!isProblem(error)) throw error;
      return isMistake(error) ? undefined : error;
    }
  }

  /** @throws pubsub_error `template_refused` with the reason of the part, if it does not have the expected shape */
  #refuseMisshapen(part: string): void {
    const refused = this.document.misshapen?.get(part);
    if (refused !== undefined) throw refused;
  }

  #answeredAt(path: string, instead: unknown): { value: Resolved | undefined } | undefined {
    const key = answerKey(path);
    const answered = key === undefined ? undefined : this.answer(key);
    if (answered !== undefined) this.#askWithin(instead, path);
    return answered;
  }

  /** Answers to questions within a property that is answered itself are not needed any more: they count as used. */
  #askWithin(value: unknown, path: string): void {
    if (this.#covered.has(path)) return;
    this.#covered.add(path);
    const apart = new Resolver(this.document, this.options);
    apart.#covered = this.#covered;
    const { lenient } = apart;
    const ask = (work: () => unknown): void => {
      try {
        work();
      } catch (error) {
        if (!isProblem(error)) throw error;
      }
    };
    const name = intrinsicName(value);
    if (name !== undefined) ask(() => lenient.#call(name, (value as Record<string, unknown>)[name], path));
    else if (Array.isArray(value)) value.forEach((item, at) => ask(() => lenient.value(item, `${path}[${at}]`)));
    else if (isRecord(value))
      for (const [key, part] of Object.entries(value)) ask(() => lenient.value(part, `${path}.${key}`));
    else if (typeof value === 'string') ask(() => lenient.#withoutReferences(value, path));
  }

  /**
   * A value with the dynamic references in its strings resolved. CloudFormation resolves them after all functions,
   * because functions may write them.
   */
  #withoutReferences(value: Resolved, path: string): Resolved {
    if (this.#calls.depth > 0) return value;
    if (typeof value === 'string') return this.#text(value, path);
    if (Array.isArray(value)) return eachOf(value, (item) => this.#withoutReferences(item, path));
    if (!isRecord(value)) return value;
    return Object.fromEntries(
      eachOf(Object.entries(value), ([key, part]) => [key, this.#withoutReferences(part, path)] as const),
    );
  }

  #atDepth<T>(depth: number, work: () => T): T {
    const before = this.#calls.depth;
    this.#calls.depth = depth;
    try {
      return work();
    } finally {
      this.#calls.depth = before;
    }
  }

  #text(text: string, path: string): string {
    return text.replaceAll(/\{\{(resolve:[^}]*)\}\}/g, (_, key: string) =>
      asText(
        this.elsewhere({
          key,
          path,
          reason: `refers to {{${key}}}, which only AWS can look up`,
          ask: answerOption(key),
        }),
        path,
      ),
    );
  }

  #guarded<T>(what: string, path: string, work: () => T): T {
    if (this.#open.has(what)) throw mistake(path, `${what} refers to itself`);
    this.#open.add(what);
    try {
      return work();
    } finally {
      this.#open.delete(what);
    }
  }
}
