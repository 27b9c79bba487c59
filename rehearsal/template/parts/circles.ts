import type { TemplateDocument, TemplateResource } from '../load/document.js';
import { itemSpot, keySpot, propertiesSpot, type Spot } from '../load/spot.js';
import { intrinsicName } from '../resolve/intrinsics.js';
import { namesIn } from '../resolve/sub.js';
import { isRecord } from '../resolve/values.js';

/** Resources that depend on each other in a circle: CloudFormation can create none of them first. */
export interface Circle {
  /** Logical ids of all resources that depend on each other. */
  readonly ids: ReadonlySet<string>;
  /** The place of the first dependency that is in the file. */
  readonly path: string;
  /** A sentence without its subject. */
  readonly reason: string;
}

/** Whether a condition is true; undefined if that is unknown. */
type Holds = (condition: string) => boolean | undefined;

/** From each resource to those that it depends on, with the place of the dependency; undefined if the file has none. */
type Graph = ReadonlyMap<string, ReadonlyMap<string, string | undefined>>;

/**
 * The circles in a template, each once. CloudFormation chooses the branches of `Fn::If` first: a resource or a branch
 * with a false condition depends on nothing. One whose condition is unknown is not followed.
 */
export function circlesIn(document: TemplateDocument, holds: Holds): Circle[] {
  const graph = graphOf(document, holds);
  const seen = new Set<string>();
  return [...graph.keys()].flatMap((id): Circle[] => {
    if (seen.has(id)) return [];
    const way = wayBack(id, graph);
    if (way === undefined) return [];
    const reached = reachableFrom(id, graph);
    const ids = new Set([...reached].filter((other) => reachableFrom(other, graph).has(id)));
    for (const other of ids) seen.add(other);
    return [{ ids, ...described(way, graph) }];
  });
}

function graphOf({ Resources }: TemplateDocument, holds: Holds): Graph {
  const made = Object.entries(Resources).filter(
    ([, { Condition }]) => Condition === undefined || holds(Condition) === true,
  );
  const ids = new Set(made.map(([id]) => id));
  return new Map(
    made.map(([id, resource]) => {
      const edges = dependenciesOf(id, resource, holds).filter(([other]) => ids.has(other));
      // The first place of each that is in the file.
      const inFile = edges.filter(([, path]) => path !== undefined);
      return [id, new Map([...edges, ...inFile.reverse()])] as const;
    }),
  );
}

function dependenciesOf(id: string, resource: TemplateResource, holds: Holds): [string, string | undefined][] {
  const { Type, DependsOn, Properties = {}, added = [] } = resource;
  // What SAM makes of its other types is not known, nor what is in a module.
  if (Type.startsWith('AWS::Serverless::') || Type.endsWith('::MODULE')) return [];
  const path = `Resources.${id}`;
  const named = [DependsOn]
    .flat()
    .flatMap((one): [string, string][] => (typeof one === 'string' ? [[one, `${path}.DependsOn`]] : []));
  const referred = Object.entries(Properties).flatMap(([key, value]): [string, string | undefined][] => {
    const found = referencesIn(value, keySpot(propertiesSpot(id, resource), key), holds);
    return added.includes(key) ? found.map(([other]) => [other, undefined]) : found;
  });
  return [...named, ...referred];
}

/** The names in a value, with their places. Some are parameters. */
function referencesIn(value: unknown, spot: Spot, holds: Holds): [string, string][] {
  if (Array.isArray(value)) {
    return value.flatMap((item, at) => referencesIn(item, itemSpot(spot, at), holds));
  }
  if (!isRecord(value)) return [];
  const name = intrinsicName(value);
  if (name === undefined) {
    return Object.entries(value).flatMap(([key, part]) => referencesIn(part, keySpot(spot, key), holds));
  }
  const argument = value[name];
  const at = keySpot(spot, name);
  if (name === 'Fn::If' && Array.isArray(argument)) {
    const [condition, whenTrue, whenFalse] = argument as unknown[];
    const chosen = holds(String(condition));
    if (chosen === undefined) return [];
    return chosen ? referencesIn(whenTrue, itemSpot(at, 1), holds) : referencesIn(whenFalse, itemSpot(at, 2), holds);
  }
  if (name === 'Ref' && typeof argument === 'string') return [[argument, at.path]];
  if (name === 'Fn::GetAtt') {
    const [id] = typeof argument === 'string' ? argument.split('.') : [argument].flat();
    return typeof id === 'string' ? [[id, at.path]] : [];
  }
  if (name === 'Fn::Sub') {
    const [text, variables] = Array.isArray(argument) ? (argument as unknown[]) : [argument];
    const own = isRecord(variables) ? variables : {};
    const names = typeof text === 'string' ? namesIn(text).filter((one) => !Object.hasOwn(own, one.trim())) : [];
    return [
      ...names.map((one): [string, string] => [one.trim().split('.')[0] ?? '', at.path]),
      ...referencesIn(own, itemSpot(at, 1), holds),
    ];
  }
  return referencesIn(argument, at, holds);
}

/** The shortest way from a resource back to itself, without its beginning. */
function wayBack(id: string, graph: Graph): readonly string[] | undefined {
  const seen = new Set<string>();
  let ways: (readonly string[])[] = [[]];
  while (ways.length > 0) {
    const next: (readonly string[])[] = [];
    for (const way of ways) {
      for (const other of graph.get(way.at(-1) ?? id)?.keys() ?? []) {
        if (other === id) return [...way, other];
        if (seen.has(other)) continue;
        seen.add(other);
        next.push([...way, other]);
      }
    }
    ways = next;
  }
  return undefined;
}

function reachableFrom(id: string, graph: Graph): Set<string> {
  const seen = new Set<string>();
  const open = [id];
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    for (const other of graph.get(one)?.keys() ?? []) {
      if (seen.has(other)) continue;
      seen.add(other);
      open.push(other);
    }
  }
  return seen;
}

/** The circle from its first dependency on that is in the file: "F depends on G, which depends on F (Resources.G.DependsOn)" */
function described(way: readonly string[], graph: Graph): Pick<Circle, 'path' | 'reason'> {
  const links = way.map((to, at) => {
    const from = way.at(at - 1) ?? to;
    return { from, to, path: graph.get(from)?.get(to) };
  });
  const start = Math.max(
    0,
    links.findIndex(({ path }) => path !== undefined),
  );
  const [first, ...others] = [...links.slice(start), ...links.slice(0, start)];
  if (first === undefined) throw new RangeError('a circle without a dependency');
  const rest = others.map(({ to, path }) => `, which depends on ${to}${path === undefined ? '' : ` (${path})`}`);
  const on = others.length === 0 ? 'itself' : first.to;
  return {
    path: first.path ?? `Resources.${first.from}`,
    reason: `is a circular dependency: ${first.from} depends on ${on}${rest.join('')}`,
  };
}
