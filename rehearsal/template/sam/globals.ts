import { mistake, type Problems } from '../../problem.js';
import type { TemplateDocument, TemplateResource } from '../load/document.js';
import { intrinsicName } from '../resolve/intrinsics.js';
import { isRecord } from '../resolve/values.js';

type Properties = Readonly<Record<string, unknown>>;

/** Properties of a function that SAM does not accept in `Globals` (its developer guide, "Globals section"). */
const ownOnly = ['Events', 'FunctionName', 'Policies', 'Role'];

/** `Globals.Function`, without what SAM does not accept there. */
export function globalsOf({ Globals }: TemplateDocument): Properties {
  const globals = isRecord(Globals?.['Function']) ? Globals['Function'] : {};
  return without(globals, ownOnly);
}

export function refuseGlobals({ Globals }: TemplateDocument, problems: Problems): void {
  const globals = isRecord(Globals?.['Function']) ? Globals['Function'] : {};
  for (const key of ownOnly.filter((one) => one in globals)) {
    problems.add(
      mistake(`Globals.Function.${key}`, 'is not a property that SAM accepts in Globals', 'Set it in each function.'),
    );
  }
}

/** What a function takes from `Globals`: nothing that its `IgnoreGlobals` names, which may be all ("*"). */
export function globalsFor({ IgnoreGlobals: ignored }: TemplateResource, globals: Properties): Properties {
  if (ignored === '*') return {};
  return without(globals, Array.isArray(ignored) ? (ignored as unknown[]) : []);
}

/** SAM's rule for Globals: maps are merged, lists are concatenated, all else is replaced. */
export function merged(general: unknown, own: unknown): unknown {
  if (intrinsicName(general) !== undefined || intrinsicName(own) !== undefined) return own;
  if (Array.isArray(general) && Array.isArray(own)) return [...(general as unknown[]), ...(own as unknown[])];
  if (!isRecord(general) || !isRecord(own)) return own;
  return {
    ...general,
    ...Object.fromEntries(
      Object.entries(own).map(([key, value]) => [key, key in general ? merged(general[key], value) : value]),
    ),
  };
}

/**
 * The places in the file of what `merged` does not take from the same place of the function, by the key in the result
 * ("Environment.Variables.A", "Layers[0]").
 *
 * @param places of both in the file
 */
export function mergedPlaces(
  general: unknown,
  own: unknown,
  places: { readonly general: string; readonly own: string },
  key = '',
): Record<string, string> {
  if (own === undefined) return { [key]: places.general };
  if (intrinsicName(general) !== undefined || intrinsicName(own) !== undefined) return {};
  if (Array.isArray(general) && Array.isArray(own)) {
    const from = (list: readonly unknown[], place: string, first: number): [string, string][] =>
      list.map((_, at) => [`${key}[${first + at}]`, `${place}[${at}]`]);
    return Object.fromEntries([...from(general, places.general, 0), ...from(own, places.own, general.length)]);
  }
  if (!isRecord(general) || !isRecord(own)) return {};
  return Object.assign(
    {},
    ...Object.entries(general).map(([name, value]) =>
      mergedPlaces(
        value,
        own[name],
        { general: `${places.general}.${name}`, own: `${places.own}.${name}` },
        key === '' ? name : `${key}.${name}`,
      ),
    ),
  ) as Record<string, string>;
}

function without(properties: Properties, keys: readonly unknown[]): Properties {
  return Object.fromEntries(Object.entries(properties).filter(([key]) => !keys.includes(key)));
}
