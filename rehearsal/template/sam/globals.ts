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

function without(properties: Properties, keys: readonly unknown[]): Properties {
  return Object.fromEntries(Object.entries(properties).filter(([key]) => !keys.includes(key)));
}
