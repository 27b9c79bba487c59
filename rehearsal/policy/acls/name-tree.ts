import type { AclOperation } from '../../../src/kafka/admin/acls.js';
import { withImplied } from './authorizer.js';
import { UNLIKE_ANY, type NamePatterns } from './name-patterns.js';

/** The entries that one node of a tree of names adds to those above it. */
export interface NodeEntries {
  readonly name: string;
  readonly prefixed: boolean;
  readonly allow: readonly AclOperation[];
  readonly deny: readonly AclOperation[];
}

type Operations = ReadonlySet<AclOperation>;

/**
 * Expresses for whole families of names what IAM allows, within the limits of Kafka's ACLs: an entry for a prefix
 * applies to all names below it, a denial wins over everything, and an entry cannot be taken back for a part of its
 * names.
 *
 * If this is not possible for a family, the family gets no entry, and its names must be decided one by one. Until a
 * name is decided, everything on it is denied.
 *
 * @param allowed what IAM allows on a name
 * @returns `complete`: whether the entries decide every name
 */
export function treeEntries(
  patterns: NamePatterns,
  allowed: (name: string) => Operations,
): { entries: NodeEntries[]; complete: boolean } {
  const tree = new NameTree(patterns, allowed);
  for (;;) {
    const found = tree.visit('', { allow: new Set(), deny: new Set(), top: undefined });
    if (!('conflict' in found)) return { entries: found.entries, complete: tree.isComplete };
    tree.open.add(found.conflict);
  }
}

/** What applies from the nodes above. */
interface Inherited {
  readonly allow: Operations;
  readonly deny: Operations;
  /** The first prefix on the way down that allows anything. */
  readonly top: string | undefined;
}

class NameTree {
  /** Families whose names are decided one by one. */
  readonly open: Set<string>;
  /** Prefixes directly below a prefix. */
  readonly #prefixes = new Map<string, string[]>();
  /** Names directly below a prefix. */
  readonly #names = new Map<string, string[]>();

  constructor(
    private readonly patterns: NamePatterns,
    private readonly allowed: (name: string) => Operations,
  ) {
    const { literals, prefixes, growing, shrinking } = patterns;
    this.open = new Set(shrinking);
    const inner = [...new Set([...prefixes, ...growing, ...shrinking])].filter((prefix) => prefix !== '');
    for (const prefix of inner) add(this.#prefixes, longestPrefix(inner, prefix), prefix);
    for (const name of literals) add(this.#names, inner.includes(name) ? name : longestPrefix(inner, name), name);
  }

  get isComplete(): boolean {
    return this.open.size === 0 && this.patterns.growing.length === 0;
  }

  /** @returns the prefix that cannot have entries, if some below it contradict them */
  visit(prefix: string, above: Inherited): { entries: NodeEntries[] } | { conflict: string } {
    if (this.open.has(prefix)) {
      // What is allowed above would apply here too, until a name is decided.
      return above.top === undefined ? { entries: [] } : { conflict: above.top };
    }
    const here = this.#node(prefix, true, above);
    if ('conflict' in here) return here;
    const entries = [here.entries];
    for (const child of this.#prefixes.get(prefix) ?? []) {
      const below = this.visit(child, here.inForce);
      if ('conflict' in below) return below;
      entries.push(...below.entries);
    }
    for (const name of this.#names.get(prefix) ?? []) {
      const leaf = this.#node(name, false, here.inForce);
      if ('conflict' in leaf) return leaf;
      entries.push(leaf.entries);
    }
    return { entries: entries.filter(({ allow, deny }) => allow.length + deny.length > 0) };
  }

  #node(
    name: string,
    prefixed: boolean,
    above: Inherited,
  ): { entries: NodeEntries; inForce: Inherited } | { conflict: string } {
    const wanted = prefixed ? this.#allowedOnAny(name) : this.allowed(name);
    const top = above.top ?? (prefixed && wanted.size > 0 ? name : undefined);
    const allow = [...wanted].filter((operation) => !above.allow.has(operation));
    const inForce = withImplied([...above.allow, ...allow]);
    const deny = [...inForce].filter((operation) => !wanted.has(operation) && !above.deny.has(operation));
    const blocked = [...wanted].some((operation) => above.deny.has(operation));
    // The whole family would get a denial, although some of its names may be allowed.
    const { growing } = this.patterns;
    const hidesMore = prefixed && deny.length > 0 && growing.some((z) => z.startsWith(name) || name.startsWith(z));
    if ((blocked || hidesMore) && top !== undefined) return { conflict: top };
    return {
      entries: { name, prefixed, allow, deny },
      inForce: { allow: new Set([...above.allow, ...allow]), deny: new Set([...above.deny, ...deny]), top },
    };
  }

  /**
   * What is allowed on every name that begins with this prefix, except names of a longer prefix or a literal.
   * Patterns distinguish such names only by their length: by the number of characters for `?`.
   */
  #allowedOnAny(prefix: string): Operations {
    const { literals, mostOnes } = this.patterns;
    const lengths = Array.from({ length: mostOnes + 2 }, (_, at) => at);
    const names = lengths
      .map((length) => `${prefix}${UNLIKE_ANY.repeat(length)}`)
      .filter((name) => name !== '' && !literals.includes(name));
    const [first = new Set<AclOperation>(), ...others] = names.map((name) => this.allowed(name));
    return new Set([...first].filter((operation) => others.every((other) => other.has(operation))));
  }
}

function add(map: Map<string, string[]>, key: string, value: string): void {
  map.set(key, [...(map.get(key) ?? []), value]);
}

/** The longest of these prefixes that a string begins with; "" if there is none. */
function longestPrefix(prefixes: readonly string[], text: string): string {
  return prefixes.reduce(
    (longest, one) => (one.length > longest.length && one !== text && text.startsWith(one) ? one : longest),
    '',
  );
}
