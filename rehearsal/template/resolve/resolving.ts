import type { pubsub_error } from '../../../src/base/error.js';
import type { TemplateDocument } from '../load/document.js';
import type { Place } from '../load/place.js';
import type { ReadOptions } from '../options.js';
import type { Remarks } from '../remarks.js';
import type { Resolved } from './values.js';

/** A value that the template takes from elsewhere, or that only a deployed stack has. */
export interface Elsewhere {
  /** What it goes by in answers: an import's name, "LogicalId.Attribute", a parameter's name. */
  readonly key: string;
  readonly path: string;
  /** Why it is not known, as a sentence without its subject. */
  readonly reason: string;
  /** The option that says what it is. */
  readonly ask: string;
  /** What stands for it where it decides nothing. @default a text that says what it is */
  readonly standIn?: Resolved | undefined;
}

/** What functions, conditions and resources ask of the one who resolves. `undefined` is `AWS::NoValue`: not there. */
export interface Resolving {
  readonly document: TemplateDocument;
  readonly place: Place;
  readonly options: ReadOptions;
  readonly remarks: Remarks;
  /** Ids that stand for what is not known, with the reason. */
  readonly doubtful: Map<string, pubsub_error>;
  /**
   * The same for what decides neither who reaches the brokers nor what a role may do: what cannot be known is made up
   * there, and remarked, instead of refused.
   */
  readonly lenient: Resolving;
  readonly strict: Resolving;
  readonly isLenient: boolean;
  /** Any value of the template, its functions carried out. */
  value(value: unknown, path: string): Resolved | undefined;
  /** The same, where there must be something. */
  required(value: unknown, path: string): Resolved;
  /** `Fn::If` chosen, `AWS::NoValue` gone, all else as it stands: for looking into one part only. */
  unfolded(value: unknown, path: string): { readonly value: unknown; readonly path: string };
  reference(name: string, path: string): Resolved | undefined;
  attribute(logicalId: string, name: string, path: string): Resolved;
  condition(expression: unknown, path: string): boolean;
  /**
   * What was answered for a key, if anything was: several answers are a list.
   *
   * @returns `{ value: undefined }` where the answer is that it is not there
   */
  answer(key: string): { readonly value: Resolved | undefined } | undefined;
  /** An answer for it; else what stands for it, or a refusal that asks. */
  elsewhere(one: Elsewhere): Resolved;
}
