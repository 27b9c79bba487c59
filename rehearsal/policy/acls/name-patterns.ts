import type { NamedKind } from './named-kinds.js';
import { asWritten, substitute } from '../conditions/variables.js';
import { resourceArn } from '../resource-arns.js';
import { statementsOf } from '../decide/role-rights.js';
import type { RoleRights } from '../decide/rights.js';
import type { PolicyStatement } from '../document/statement.js';
import { isLiteral, remainders, wildcards, type Pattern } from '../wildcard.js';

/** What policies say about the names of one kind of things, as far as Kafka's ACLs can say it too. */
export interface NamePatterns {
  /** Names that stand there literally. */
  readonly literals: readonly string[];
  /** What a star ends: "orders-" of `orders-*`; "" of `*`. */
  readonly prefixes: readonly string[];
  /** Beginnings of what no ACL can say (`orders-*-v1`, `orders-?`), where to match is to be allowed more. */
  readonly growing: readonly string[];
  /** The same, where to match is to be allowed less. */
  readonly shrinking: readonly string[];
  /** How many `?` one pattern has at most. */
  readonly mostOnes: number;
  /** Names that these patterns stand for: their wildcards as nothing, and as something else. */
  readonly samples: readonly string[];
}

/** Which names of one kind the statements about a role tell apart, on this cluster. */
export function namePatterns(rights: RoleRights, clusterArn: string, kind: NamedKind): NamePatterns {
  const literals = new Set<string>();
  const prefixes = new Set<string>();
  const growing = new Set<string>();
  const shrinking = new Set<string>();
  const samples = new Set<string>();
  let mostOnes = 0;
  const base = resourceArn(clusterArn, kind, '');
  for (const statement of statementsOf(rights)) {
    // An Allow gives more the more it matches, a Deny takes more; both the other way round where they leave out.
    const more = (statement.effect === 'Allow') === (statement.notResources === undefined);
    for (const pattern of patternsOf(statement, rights, clusterArn, kind)) {
      for (const rest of remainders(pattern, base)) {
        // Nothing has no name.
        if (rest.length === 0 || (kind === 'topic' && !mayBeTopic(rest))) continue;
        const beginning = literalStart(rest);
        mostOnes = Math.max(mostOnes, rest.filter((part) => part === wildcards.one).length);
        if (isLiteral(rest)) {
          // Kafka takes a thing called "*" for all of them: of one that is really called so, nothing can be said.
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
  { arn: roleArn, facts }: RoleRights,
  clusterArn: string,
  kind: NamedKind,
): Pattern[] {
  return (notResources ?? resources).flatMap((text) => {
    const known = { ...facts, roleArn, clusterArn, nowMs: Date.now() };
    const read = variables === false ? asWritten(text, true) : substitute(text, true, known, kind);
    if ('pattern' in read) return [read.pattern];
    // Whatever the variable is: any name at all, and none can be said beforehand.
    return 'unknown' in read ? [anyName] : [];
  });
}

/** Of a thing of any kind: none that an ACL could say. */
const anyName: Pattern = [wildcards.many, wildcards.one];

/** In no policy, and in no name that anyone gives. */
const UNLIKE_ANY = '\uffff';

function filled(pattern: Pattern, star: string): string {
  return pattern.map((part) => (typeof part === 'string' ? part : part === wildcards.one ? UNLIKE_ANY : star)).join('');
}

function literalStart(pattern: Pattern): string {
  const end = pattern.findIndex((part) => typeof part !== 'string');
  return (end < 0 ? pattern : pattern.slice(0, end)).join('');
}

/** Kafka's rule for the names of topics (`Topic.validate`). */
function mayBeTopic(pattern: Pattern): boolean {
  const letters = pattern.filter((part) => typeof part === 'string').join('');
  return /^[A-Za-z0-9._-]*$/.test(letters) && letters.length <= 249;
}
