import type { pubsub_error } from '../../../src/base/error.js';
import type { TemplateDocument } from '../load/document.js';
import type { Place } from '../load/place.js';
import type { ReadOptions } from '../options.js';
import type { Remarks } from '../remarks.js';
import type { Resolved } from './values.js';

/** A value that the template takes from elsewhere, or that only a deployed stack has. */
export interface Elsewhere {
  /** Its key in answers: an import's name, "LogicalId.Attribute", a parameter's name. */
  readonly key: string;
  readonly path: string;
  /** Why it is unknown, as a sentence without its subject. */
  readonly reason: string;
  /** The option that sets it. */
  readonly ask: string;
  /** The placeholder if it decides nothing. @default a string that describes it */
  readonly standIn?: Resolved | undefined;
}

/** What functions, conditions and resources need from the resolver. `undefined` is `AWS::NoValue`: absent. */
export interface Resolving {
  readonly document: TemplateDocument;
  readonly place: Place;
  readonly options: ReadOptions;
  readonly remarks: Remarks;
  /** Placeholder ids for unknown values, with the reason. */
  readonly doubtful: Map<string, pubsub_error>;
  /**
   * The same for what decides neither who reaches the brokers nor what a role may do: an unknown value is made up and
   * remarked there, instead of refused.
   */
  readonly lenient: Resolving;
  readonly strict: Resolving;
  readonly isLenient: boolean;
  /** Any value of the template, with its functions evaluated. */
  value(value: unknown, path: string): Resolved | undefined;
  /** The same for a value that must be present. */
  required(value: unknown, path: string): Resolved;
  /** Chooses `Fn::If` and removes `AWS::NoValue`, but resolves nothing else: for reading one part only. */
  unfolded(value: unknown, path: string): { readonly value: unknown; readonly path: string };
  reference(name: string, path: string): Resolved | undefined;
  attribute(logicalId: string, name: string, path: string): Resolved;
  condition(expression: unknown, path: string): boolean;
  /**
   * The answer for a key, if there is one: several answers are a list.
   *
   * @returns `{ value: undefined }` if the answer is that there is no value
   */
  answer(key: string): { readonly value: Resolved | undefined } | undefined;
  /** The answer; else the placeholder, or a refusal that asks for it. */
  elsewhere(one: Elsewhere): Resolved;
}
