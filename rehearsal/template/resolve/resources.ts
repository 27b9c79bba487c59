import { answerOption } from '../../answers.js';
import { isProblem, mistake } from '../../problem.js';
import type { TemplateResource } from '../load/document.js';
import { noSuchAttribute } from './attributes.js';
import { customAttribute, otherListener } from './custom-resources.js';
import { kinds, type Thing } from './kinds.js';
import { otherAttribute, otherReference } from './other-kinds.js';
import type { Resolving } from './resolving.js';
import { Section } from './section.js';
import type { Resolved } from './values.js';

/** What is wrong where the template names a logical id that it does not have. */
export function unknownId(logicalId: string, what: 'resource' | 'resource or parameter'): string {
  return `there is no ${what} ${logicalId}`;
}

/** A resource that the stack creates: not one whose condition is false. */
function resourceOf(logicalId: string, path: string, resolving: Resolving): TemplateResource | undefined {
  const { Resources, misshapen, transformed, incomplete } = resolving.document;
  const resource = Object.hasOwn(Resources, logicalId) ? Resources[logicalId] : undefined;
  const refused = misshapen?.get(`Resources.${logicalId}`);
  if (refused !== undefined) throw refused;
  if (resource === undefined) {
    // SAM and macros create resources of their own.
    if (transformed === true || incomplete === true) return undefined;
    const ofParameters = misshapen?.get('Parameters');
    if (ofParameters !== undefined) throw ofParameters;
    throw mistake(path, unknownId(logicalId, 'resource or parameter'));
  }
  if (!isMade(logicalId, resource, resolving)) {
    throw mistake(path, `${logicalId} is not created: its condition ${String(resource.Condition)} is false`);
  }
  return resource;
}

function isMade(logicalId: string, { Condition, madeFor }: TemplateResource, resolving: Resolving): boolean {
  return Condition === undefined || resolving.condition({ Condition }, `Resources.${madeFor ?? logicalId}.Condition`);
}

/** A resource as readers see it. */
export interface Resource extends Thing {
  /** "Resources.<logical id>"; for a resource that SAM makes, that of the one in the file. */
  readonly path: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  /**
   * Whether the stack creates it.
   * @throws pubsub_error `template_refused` if its condition is unknown
   */
  isMade(): boolean;
}

/** All resources of these types, in the template's order, whether or not the stack creates them. */
export function declaredOf(resolving: Resolving, ...types: readonly string[]): Resource[] {
  return Object.entries(resolving.document.Resources)
    .filter(([, { Type }]) => types.includes(Type))
    .map(([logicalId, resource]) =>
      Object.assign(thingOf(logicalId, resource, resolving), {
        path: `Resources.${resource.madeFor ?? logicalId}`,
        metadata: resource.Metadata ?? {},
        isMade: () => isMade(logicalId, resource, resolving),
      }),
    );
}

/**
 * Resources that the stack creates, or for which that is unknown. CloudFormation evaluates no property of the others:
 * they may refer to resources that are not created either.
 */
export function possiblyOf(resolving: Resolving, ...types: readonly string[]): Resource[] {
  return declaredOf(resolving, ...types).filter(canBeMade);
}

/** Whether the stack creates it, or that is unknown. */
export function canBeMade(resource: Pick<Resource, 'isMade'>): boolean {
  try {
    return resource.isMade();
  } catch (error) {
    if (!isProblem(error)) throw error;
    return true;
  }
}

/** The value of `Ref` of a resource. */
export function resourceReference(logicalId: string, path: string, resolving: Resolving): Resolved {
  const resource = resourceOf(logicalId, path, resolving);
  const answered = resolving.answer(logicalId)?.value;
  if (answered !== undefined) return answered;
  const thing = resource === undefined ? undefined : thingOf(logicalId, resource, resolving);
  const kind = resource === undefined ? undefined : kinds[resource.Type];
  if (kind !== undefined && thing !== undefined) return kind.ref(thing);
  return unknown(`Ref of ${logicalId}`, logicalId, path, thing, resolving);
}

/** The value of `Fn::GetAtt` of a resource. */
export function resourceAttribute(logicalId: string, name: string, path: string, resolving: Resolving): Resolved {
  const resource = resourceOf(logicalId, path, resolving);
  const key = `${logicalId}.${name}`;
  const answered = resolving.answer(key)?.value;
  if (answered !== undefined) return answered;
  const thing = resource === undefined ? undefined : thingOf(logicalId, resource, resolving);
  const mistaken = thing === undefined ? undefined : noSuchAttribute(thing.type, name);
  if (mistaken !== undefined) throw mistake(path, mistaken);
  const known =
    thing === undefined
      ? undefined
      : (kinds[thing.type]?.attributes?.[name]?.(thing) ??
        customAttribute(name, thing, path) ??
        otherAttribute(thing, name, path, resolving.remarks));
  const listener = thing === undefined ? undefined : otherListener(name, thing);
  if (listener !== undefined) return resolving.elsewhere({ key, path, reason: listener, ask: answerOption(key) });
  return known ?? unknown(key, key, path, thing, resolving);
}

function thingOf(logicalId: string, { Type, Properties = {}, origins }: TemplateResource, resolving: Resolving): Thing {
  return {
    logicalId,
    type: Type,
    place: resolving.place,
    options: resolving.options,
    // Evaluated only when it is read: a condition that chooses the properties may be unknown.
    get properties() {
      return new Section(resolving, Properties, `Resources.${logicalId}.Properties`, origins);
    },
  };
}

function unknown(what: string, key: string, path: string, thing: Thing | undefined, resolving: Resolving): Resolved {
  const reason =
    thing === undefined
      ? `there is no ${key} in the template, and what its transform creates is unknown`
      : `${what} (${thing.type}) is known only after the deployment`;
  const isReference = thing !== undefined && key === thing.logicalId;
  return resolving.elsewhere({
    key,
    path,
    reason,
    ask: answerOption(key),
    standIn: isReference ? otherReference(thing) : undefined,
  });
}
