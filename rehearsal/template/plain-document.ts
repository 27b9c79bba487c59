import { Problems } from '../problem.js';
import { templateDocument, type TemplateDocument } from './load/document.js';
import { withoutIncludes } from './load/includes.js';
import { withoutLoops } from './load/loops.js';
import { refuseMissingTransforms } from './load/missing-transforms.js';
import type { ReadOptions } from './options.js';
import type { Remark } from './remarks.js';
import { Resolver } from './resolve/resolver.js';
import { asList, asTexts, isRecord } from './resolve/values.js';
import { refuseGlobals } from './sam/globals.js';
import { withoutSam } from './sam/without-sam.js';

/** A template as plain CloudFormation. */
export interface PlainDocument {
  readonly document: TemplateDocument;
  /** The same with the resources of SAM, and with the template's `Transform`. */
  readonly source: TemplateDocument;
  /** The transforms that could not be carried out. */
  readonly leftOut: readonly Remark[];
}

/**
 * A template of any kind as plain CloudFormation: loops are expanded, SAM's functions are translated, and what other
 * transforms would add is left out.
 *
 * @param problems gets loops over unknown collections
 * @throws pubsub_error `template_refused` for what is not a template at all
 */
export function plainDocument(template: unknown, options: ReadOptions, problems: Problems): PlainDocument {
  refuseMissingTransforms(template, problems);
  const { template: whole, leftOut } = withoutIncludes(template);
  const loops = new Problems();
  const collected = (collection: unknown, path: string): string[] => {
    const resolver = new Resolver(sectionsBefore(whole, loops), options);
    return asTexts(asList(resolver.required(collection, path), path), path);
  };
  const unrolled = withoutLoops(whole, collected, loops);
  problems.try(() => loops.throwIfAny());
  const read = templateDocument(unrolled, problems);
  // The rest may refer to what is left out.
  const isWhole = leftOut.length === 0 && loops.isEmpty;
  refuseGlobals(read, problems);
  const document = withoutSam(read);
  return {
    document: isWhole ? document : { ...document, incomplete: true },
    source: read,
    leftOut,
  };
}

/** The sections that a loop may refer to: not the resources. */
function sectionsBefore(template: unknown, problems: Problems): TemplateDocument {
  const { Parameters, Mappings } = isRecord(template) ? template : {};
  return { ...templateDocument({ Parameters, Mappings, Resources: {} }, problems), extended: true };
}
