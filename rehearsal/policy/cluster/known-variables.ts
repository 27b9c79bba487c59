import { contextValue, type RequestFacts } from '../conditions/context.js';
import { variablesIn, type Variable } from '../conditions/variables.js';
import type { PolicyStatement } from '../document/statement.js';

/** What is known about a role before its cluster is. */
export type KnownOfRole = Pick<RequestFacts, 'roleTags' | 'answers'>;

/**
 * Statements with the values of known variables in their resources: the role's tags, and keys that have an answer. They
 * show which cluster the statements are about. Unknown variables stay, and count as wildcards. A resource with a
 * variable that has no value is left out, because it matches nothing.
 */
export function withKnownVariables(statements: readonly PolicyStatement[], known: KnownOfRole): PolicyStatement[] {
  return statements.map((statement) => {
    const { resources, notResources, variables } = statement;
    if (variables === false) return statement;
    const replaced = (texts: readonly string[]): string[] => texts.flatMap((text) => replacedIn(text, known) ?? []);
    return {
      ...statement,
      resources: replaced(resources),
      notResources: notResources === undefined ? undefined : replaced(notResources),
    };
  });
}

/** @returns undefined if a variable has no value */
function replacedIn(text: string, known: KnownOfRole): string | undefined {
  let replaced = '';
  let from = 0;
  for (const variable of variablesIn(text)) {
    const value = valueOf(variable, known);
    if (value === undefined) return undefined;
    replaced += text.slice(from, variable.index) + value;
    from = variable.index + variable.text.length;
  }
  return replaced + text.slice(from);
}

/** A value with a wildcard in it would match more than itself, so its variable stays. */
function valueOf({ text, key, otherwise }: Variable, { roleTags, answers }: KnownOfRole): string | undefined {
  if (key === undefined) return text;
  const isTag = /^aws:PrincipalTag\//i.test(key);
  const facts = { roleTags, answers, roleArn: '', clusterArn: '', nowMs: 0 };
  const values = isTag ? contextValue(facts, key, 'cluster') : (answers?.of(key) ?? 'unknown');
  if (values === 'unknown') return text;
  const value = values.length === 1 ? values[0] : values.length === 0 ? otherwise : undefined;
  return value !== undefined && /[*?$]/.test(value) ? text : value;
}
