import type { NamedKind } from './named-kinds.js';
import type { RequestFacts } from '../conditions/context.js';
import { asWritten, substitute } from '../conditions/variables.js';
import { resourceArn } from '../resource-arns.js';
import { statementsOf } from '../decide/role-rights.js';
import type { RoleRights } from '../decide/rights.js';
import type { PolicyStatement } from '../document/statement.js';
import { isLiteral, remainders, wildcards, type Pattern } from '../wildcard.js';

/** What policies say about the names of one kind of resource, as far as Kafka's ACLs can express it. */
export interface NamePatterns {
  /** Literal names. */
  readonly literals: readonly string[];
  /** Patterns that end with their only star: "orders-" of `orders-*`; "" of `*`. */
  readonly prefixes: readonly string[];
  /**
   * Literal beginnings of patterns that no ACL can express (`orders-*-v1`, `orders-?`), where a match allows more.
   */
  readonly growing: readonly string[];
  /** The same, where a match allows less. */
  readonly shrinking: readonly string[];
  /** The largest number of `?` in one pattern. */
  readonly mostOnes: number;
  /** Names that these patterns match: with their wildcards replaced by nothing, and by another string. */
  readonly samples: readonly string[];
}

/** A string that occurs in no policy and in no real name. */
export const UNLIKE_ANY = '\uffff';

/**
 * The patterns of the statements about a role, for names of one kind on this cluster.
 * @param nowMs wall clock, milliseconds: patterns may have variables with the time
 */
export function namePatterns(rights: RoleRights, clusterArn: string, kind: NamedKind, nowMs: number): NamePatterns {
  const literals = new Set<string>();
  const prefixes = new Set<string>();
  const growing = new Set<string>();
  const shrinking = new Set<string>();
  const samples = new Set<string>();
  let mostOnes = 0;
  const base = resourceArn(clusterArn, kind, '');
  for (const statement of statementsOf(rights)) {
    // The more an Allow matches, the more is allowed; for a Deny, the less. With NotResource it is the other way
    // round.
    const more = (statement.effect === 'Allow') === (statement.notResources === undefined);
    for (const pattern of patternsOf(statement, { ...rights.facts, roleArn: rights.arn, clusterArn, nowMs }, kind)) {
      for (const rest of remainders(pattern, base)) {
        // A name cannot be empty.
        if (rest.length === 0 || (kind === 'topic' && !canBeTopic(rest))) continue;
        const beginning = literalStart(rest);
        mostOnes = Math.max(mostOnes, rest.filter((part) => part === wildcards.one).length);
        if (isLiteral(rest)) {
          // To Kafka, the name "*" means all resources, so no entry can be about a resource with this name.
          if (beginning !== '*') literals.add(beginning);
        } else if (rest.length === beginning.length + 1 && rest.at(-1) === wildcards.many) {
          prefixes.add(beginning);
        } else {
          (more ? growing : shrinking).add(beginning);
          samples.add(filled(rest, '')).add(filled(rest, UNLIKE_ANY));
        }
      }
    }
  }
  return {
    literals: [...literals],
    prefixes: [...prefixes],
    growing: [...growing],
    shrinking: [...shrinking],
    mostOnes,
    samples: [...samples],
  };
}

function patternsOf(
  { resources, notResources, variables }: PolicyStatement,
  known: RequestFacts,
  kind: NamedKind,
): Pattern[] {
  return (notResources ?? resources).flatMap((text) => {
    const read = variables === false ? asWritten(text, true) : substitute(text, true, known, kind);
    if ('pattern' in read) return [read.pattern];
    // If the variable is unknown, it may be any name.
    return 'unknown' in read ? [anyName] : [];
  });
}

/** Matches every name, but no ACL can express it. */
const anyName: Pattern = [wildcards.many, wildcards.one];

function filled(pattern: Pattern, star: string): string {
  return pattern.map((part) => (typeof part === 'string' ? part : part === wildcards.one ? UNLIKE_ANY : star)).join('');
}

function literalStart(pattern: Pattern): string {
  const end = pattern.findIndex((part) => typeof part !== 'string');
  return (end < 0 ? pattern : pattern.slice(0, end)).join('');
}

/** Kafka's rule for names of topics (`Topic.validate`). */
function canBeTopic(pattern: Pattern): boolean {
  const letters = pattern.filter((part) => typeof part === 'string').join('');
  return /^[A-Za-z0-9._-]*$/.test(letters) && letters.length <= 249;
}
