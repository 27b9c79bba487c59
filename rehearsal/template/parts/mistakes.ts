import { shown } from '../../../src/base/shape-sentence.js';
import type { pubsub_error } from '../../../src/base/error.js';
import { Answers } from '../../answers.js';
import { eachRefused, isMistake, isProblem, mistake, reasonOf, type Problems } from '../../problem.js';
import type { TemplateDocument } from '../load/document.js';
import { itemSpot, keySpot, propertiesSpot, type Spot } from '../load/spot.js';
import type { ReadOptions } from '../options.js';
import type { Remark } from '../remarks.js';
import { intrinsicName } from '../resolve/intrinsics.js';
import { parameterMistake } from '../resolve/parameters.js';
import { Resolver } from '../resolve/resolver.js';
import { unknownId } from '../resolve/resources.js';
import { isRecord } from '../resolve/values.js';
import { circlesIn, type Circle } from './circles.js';
import { ruleMistakes } from './rules.js';

/** For a search: keys and conditions that are only looked up here do not count as asked for, and no value is made up. */
function searching(document: TemplateDocument, options: ReadOptions): Resolver {
  return new Resolver(document, {
    ...options,
    conditions: undefined,
    answers: options.answers?.copy() ?? new Answers(),
  });
}

/** The circular dependencies of a template. */
export function circlesOf(document: TemplateDocument, options: ReadOptions): Circle[] {
  const resolver = searching(document, options);
  return circlesIn(document, (name) => holds(name, resolver));
}

/** Whether a condition is true; undefined if that is unknown. */
function holds(name: string, resolver: Resolver): boolean | undefined {
  try {
    return resolver.condition({ Condition: name }, `Conditions.${name}`);
  } catch (error) {
    if (!isProblem(error)) throw error;
    return undefined;
  }
}

/**
 * Refuses circular dependencies between resources that decide. If a macro may rewrite the resources, they are only
 * remarked.
 *
 * @param deciding logical ids
 */
export function refuseCircles(
  circles: readonly Circle[],
  { incomplete }: TemplateDocument,
  deciding: readonly (string | undefined)[],
  problems: Problems,
): void {
  if (incomplete === true) return;
  for (const { ids, path, reason } of circles) {
    if (deciding.some((id) => id !== undefined && ids.has(id))) problems.add(mistake(path, reason));
  }
}

/**
 * What CloudFormation would refuse in a template's functions, in any part of them. Parts that decide, and the
 * variables of a function that runs, are refused when they are read; this finds mistakes in everything that a
 * rehearsal does not read.
 */
export function mistakesIn(document: TemplateDocument, options: ReadOptions, circles: readonly Circle[]): Remark[] {
  const resolver = searching(document, options);
  const found = new Map<string, Remark>();
  const look = (work: () => unknown): readonly pubsub_error[] => {
    try {
      work();
      return [];
    } catch (error) {
      if (!isProblem(error)) throw error;
      return eachRefused(error);
    }
  };
  const note = (refused: readonly pubsub_error[]): void => {
    for (const one of refused.filter(isMistake)) {
      const path = String(one.details['path']);
      const reason = `${reasonOf(one)}: CloudFormation refuses it`;
      found.set(`${path} ${reason}`, { path, reason });
    }
  };
  const walk = (value: unknown, spot: Spot): void => {
    if (intrinsicName(value) !== undefined) {
      const refused = look(() => resolver.value(value, spot.path));
      note(refused);
      // A mistake cannot be distinguished from an unknown value.
      if (refused.length === 0 || refused.some(isMistake)) return;
    }
    if (Array.isArray(value)) value.forEach((item, at) => walk(item, itemSpot(spot, at)));
    else if (isRecord(value)) for (const [key, part] of Object.entries(value)) walk(part, keySpot(spot, key));
  };
  for (const name of Object.keys(document.Parameters)) {
    const sentence = parameterMistake(name, resolver);
    if (sentence !== undefined) note([mistake(`Parameters.${name}`, sentence)]);
  }
  for (const [id, { madeFor }] of Object.entries(document.Resources)) {
    if (/^[A-Za-z0-9]+$/.test(id) || id.startsWith('Fn::') || madeFor !== undefined) continue;
    note([mistake(`Resources.${id}`, 'its logical id has characters other than letters and digits')]);
  }
  for (const name of Object.keys(document.Conditions)) {
    note(look(() => resolver.condition({ Condition: name }, `Conditions.${name}`)));
  }
  note(ruleMistakes(resolver));
  const unless = document.incomplete === true ? ', unless a transform changes it' : '';
  for (const { path, reason } of circles) {
    found.set(`${path} ${reason}`, { path, reason: `${reason}: CloudFormation refuses it${unless}` });
  }
  for (const [id, resource] of Object.entries(document.Resources)) {
    const { Condition, DependsOn, Properties, madeFor = id } = resource;
    const path = `Resources.${madeFor}`;
    if (Condition !== undefined) note(look(() => resolver.condition({ Condition }, `${path}.Condition`)));
    for (const other of [DependsOn].flat()) note(look(() => refuseAbsent(other, `${path}.DependsOn`, document)));
    // CloudFormation evaluates no property of a resource whose condition is false.
    if (Condition === undefined || holds(Condition, resolver) !== false) {
      walk(Properties, propertiesSpot(id, resource));
    }
  }
  return [...found.values()];
}

function refuseAbsent(id: unknown, path: string, document: TemplateDocument): void {
  const { Resources, transformed, incomplete } = document;
  // A key without a value has a note of its own.
  if (id === undefined || id === null) return;
  if (typeof id !== 'string') throw mistake(path, `names a resource by its logical id, and has ${shown(id)}`);
  if (Object.hasOwn(Resources, id) || transformed === true || incomplete === true) return;
  throw mistake(path, unknownId(id, 'resource'));
}
