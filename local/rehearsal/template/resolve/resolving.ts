import type { TemplateDocument } from '../load/document.js';
import type { ReadOptions } from '../options.js';
import type { Place } from '../load/place.js';
import type { Resolved } from './values.js';

/** What functions, conditions and resources ask of the one who resolves. `undefined` is `AWS::NoValue`: not there. */
export interface Resolving {
  readonly document: TemplateDocument;
  readonly place: Place;
  readonly options: ReadOptions;
  /** Any value of the template, its functions carried out. */
  value(value: unknown, path: string): Resolved | undefined;
  /** The same, where there must be something. */
  required(value: unknown, path: string): Resolved;
  /** `Fn::If` chosen, `AWS::NoValue` gone, all else as it stands: for looking into one part only. */
  unfolded(value: unknown, path: string): { readonly value: unknown; readonly path: string };
  reference(name: string, path: string): Resolved | undefined;
  attribute(logicalId: string, name: string, path: string): Resolved;
  condition(expression: unknown, path: string): boolean;
}
