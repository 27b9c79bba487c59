import { refusal } from '../../refusal.js';
import { customAttribute } from './custom-resources.js';
import type { TemplateResource } from '../load/document.js';
import { kinds, type Thing } from './kinds.js';
import type { Resolving } from './resolving.js';
import { Section } from './section.js';
import type { Resolved } from './values.js';

/** A resource that the stack makes: not one whose condition is false. */
export function resourceOf(logicalId: string, path: string, resolving: Resolving): TemplateResource {
  const { Resources } = resolving.document;
  const resource = Object.hasOwn(Resources, logicalId) ? Resources[logicalId] : undefined;
  if (resource === undefined) throw refusal(path, `there is no resource or parameter ${logicalId}`);
  if (!isMade(logicalId, resource, resolving)) {
    throw refusal(path, `${logicalId} is not made: its condition ${String(resource.Condition)} is false`);
  }
  return resource;
}

function isMade(logicalId: string, { Condition }: TemplateResource, resolving: Resolving): boolean {
  return Condition === undefined || resolving.condition({ Condition }, `Resources.${logicalId}.Condition`);
}

/** A resource as readers see it. */
export interface Resource extends Thing {
  /** "Resources.<logical id>" */
  readonly path: string;
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** All resources of these types that the stack makes, in the template's order. */
export function resourcesOf(resolving: Resolving, ...types: readonly string[]): Resource[] {
  return Object.entries(resolving.document.Resources)
    .filter(([logicalId, resource]) => types.includes(resource.Type) && isMade(logicalId, resource, resolving))
    .map(([logicalId, resource]) => ({
      ...thingOf(logicalId, resource, resolving),
      path: `Resources.${logicalId}`,
      metadata: resource.Metadata ?? {},
    }));
}

/** What `Ref` of a resource stands for. */
export function resourceReference(logicalId: string, path: string, resolving: Resolving): Resolved {
  const resource = resourceOf(logicalId, path, resolving);
  const answer = resolving.options.answers?.[logicalId];
  if (answer !== undefined) return answer;
  const kind = kinds[resource.Type];
  if (kind === undefined) throw unknown(`Ref of ${logicalId}`, logicalId, resource, path);
  return kind.ref(thingOf(logicalId, resource, resolving));
}

/** What `Fn::GetAtt` of a resource stands for. */
export function resourceAttribute(logicalId: string, name: string, path: string, resolving: Resolving): Resolved {
  const resource = resourceOf(logicalId, path, resolving);
  const answer = resolving.options.answers?.[`${logicalId}.${name}`];
  if (answer !== undefined) return answer;
  const thing = thingOf(logicalId, resource, resolving);
  const known = kinds[resource.Type]?.attributes?.[name]?.(thing) ?? customAttribute(resource.Type, name, thing, path);
  if (known === undefined) throw unknown(`${logicalId}.${name}`, `${logicalId}.${name}`, resource, path);
  return known;
}

function thingOf(logicalId: string, { Properties = {} }: TemplateResource, resolving: Resolving): Thing {
  return {
    logicalId,
    place: resolving.place,
    options: resolving.options,
    properties: new Section(resolving, Properties, `Resources.${logicalId}.Properties`),
  };
}

function unknown(what: string, key: string, { Type }: TemplateResource, path: string): Error {
  return refusal(
    path,
    `${what} (${Type}) is known only to a deployed stack`,
    `Tell a rehearsal what it is: --answer ${key}=…`,
  );
}
