import { refusal } from '../../refusal.js';
import { evaluateCondition } from './conditions.js';
import type { TemplateDocument } from '../load/document.js';
import { choose, intrinsicName, intrinsics } from './intrinsics.js';
import type { ReadOptions } from '../options.js';
import { checkGivenParameters, parameterValue } from './parameters.js';
import { placeOf, type Place } from '../load/place.js';
import { pseudoParameter } from './pseudo-parameters.js';
import { resourceAttribute, resourceReference } from './resources.js';
import type { Resolving } from './resolving.js';
import { isRecord, type Resolved } from './values.js';

/**
 * Carries out the template's functions against what the stack creates. What it cannot know it refuses by name, and
 * only when somebody asks.
 */
export class Resolver implements Resolving {
  readonly document: TemplateDocument;
  readonly place: Place;
  readonly options: ReadOptions;
  /** What is being resolved: a template may go in circles. */
  readonly #open = new Set<string>();

  constructor(document: TemplateDocument, options: ReadOptions) {
    this.document = document;
    this.place = placeOf(options);
    this.options = options;
    checkGivenParameters(document, options.parameters ?? {});
  }

  value(value: unknown, path: string): Resolved | undefined {
    if (Array.isArray(value)) {
      return value
        .map((item, index) => this.value(item, `${path}[${index}]`))
        .filter((item): item is Resolved => item !== undefined);
    }
    const name = intrinsicName(value);
    if (name !== undefined) return this.#call(name, (value as Record<string, unknown>)[name], `${path}.${name}`);
    if (isRecord(value)) {
      return Object.fromEntries(
        Object.entries(value).flatMap(([key, part]) => {
          const resolved = this.value(part, `${path}.${key}`);
          return resolved === undefined ? [] : [[key, resolved] as const];
        }),
      );
    }
    if (typeof value === 'string') return this.#text(value, path);
    if (typeof value === 'number' || typeof value === 'boolean' || value === null || value === undefined) return value;
    throw refusal(path, `cannot hold a ${typeof value}`);
  }

  required(value: unknown, path: string): Resolved {
    const resolved = this.value(value, path);
    if (resolved === undefined) throw refusal(path, 'is missing');
    return resolved;
  }

  unfolded(value: unknown, path: string): { value: unknown; path: string } {
    const name = intrinsicName(value);
    const argument = name === undefined ? undefined : (value as Record<string, unknown>)[name];
    if (name === 'Ref' && argument === 'AWS::NoValue') return { value: undefined, path };
    if (name !== 'Fn::If') return { value, path };
    const chosen = choose(argument, `${path}.${name}`, this);
    return this.unfolded(chosen.value, chosen.path);
  }

  reference(name: string, path: string): Resolved | undefined {
    if (name === 'AWS::NoValue') return undefined;
    const known = pseudoParameter(name, this.place) ?? this.#parameter(name);
    if (known !== undefined) return typeof known === 'string' ? known : [...known];
    return this.#guarded(name, path, () => resourceReference(name, path, this));
  }

  attribute(logicalId: string, name: string, path: string): Resolved {
    return this.#guarded(`${logicalId}.${name}`, path, () => resourceAttribute(logicalId, name, path, this));
  }

  condition(expression: unknown, path: string): boolean {
    const name = isRecord(expression) && typeof expression['Condition'] === 'string' ? expression['Condition'] : '';
    if (!Object.hasOwn(this.document.Conditions, name)) throw refusal(path, `there is no condition ${name}`);
    return this.#guarded(`Conditions.${name}`, path, () =>
      evaluateCondition(this.document.Conditions[name], `Conditions.${name}`, this),
    );
  }

  #call(name: string, argument: unknown, path: string): Resolved | undefined {
    const intrinsic = Object.hasOwn(intrinsics, name) ? intrinsics[name] : undefined;
    if (intrinsic !== undefined) return intrinsic(argument, path, this);
    throw refusal(path, `${name} is not carried out by a rehearsal`);
  }

  #parameter(name: string): string | readonly string[] | undefined {
    const { Parameters } = this.document;
    const parameter = Object.hasOwn(Parameters, name) ? Parameters[name] : undefined;
    return parameter === undefined ? undefined : parameterValue(name, parameter, this.options.parameters?.[name]);
  }

  #text(text: string, path: string): string {
    const secret = /\{\{resolve:[^}]*\}\}/.exec(text)?.[0];
    if (secret === undefined) return text;
    throw refusal(
      path,
      `refers to ${secret}, which only AWS can look up`,
      'Replace it by a parameter, whose value a rehearsal can be given.',
    );
  }

  #guarded<T>(what: string, path: string, work: () => T): T {
    if (this.#open.has(what)) throw refusal(path, `${what} refers to itself`);
    this.#open.add(what);
    try {
      return work();
    } finally {
      this.#open.delete(what);
    }
  }
}
