import type { ResourceKind } from '../actions.js';
import { contextValue, type RequestFacts } from './context.js';
import type { Operator } from './operators.js';
import type { ConditionTest } from './read.js';
import { asWritten, substitute, type Substituted } from './variables.js';
import type { Pattern } from '../wildcard.js';

/** The result of a condition: it holds, it does not hold, or that depends on keys whose values are unknown. */
export type Outcome =
  | { readonly holds: boolean; readonly failed?: ConditionTest | undefined }
  | { readonly unknown: readonly ConditionTest[] };

/** All tests must hold (IAM user guide, "Conditions with multiple context keys or values"). */
export function evaluateConditions(
  tests: readonly ConditionTest[],
  variables: boolean,
  facts: RequestFacts,
  kind: ResourceKind,
): Outcome {
  const unknown: ConditionTest[] = [];
  for (const test of tests) {
    const holds = evaluate(test, variables, facts, kind);
    if (holds === false) return { holds: false, failed: test };
    if (holds === 'unknown') unknown.push(test);
  }
  return unknown.length > 0 ? { unknown } : { holds: true };
}

function evaluate(
  { operator, quantifier, ifExists, key, values }: ConditionTest,
  variables: boolean,
  facts: RequestFacts,
  kind: ResourceKind,
): boolean | 'unknown' {
  const actual = contextValue(facts, key, kind);
  if (actual === 'unknown') {
    // With or without a value in the request, no value of the policy can match.
    const isHopeless = operator?.negated === false && !ifExists && quantifier !== 'ForAllValues';
    return isHopeless && values.every((value) => !isPossible(operator, value, variables)) ? false : 'unknown';
  }
  const present = actual.length > 0;
  if (operator === undefined) return values.some((value) => value.toLowerCase() === String(!present));
  if (!present) {
    if (ifExists || quantifier === 'ForAllValues') return true;
    return quantifier === undefined && operator.negated;
  }
  const wanted = values.map((value): Substituted =>
    variables && operator.variables ? substitute(value, operator.wild, facts, kind) : asWritten(value, operator.wild),
  );
  if (wanted.some((value) => 'unknown' in value)) return 'unknown';
  // A statement does not apply if its condition compares with a variable that has no value.
  if (operator.negated && wanted.some((value) => 'missing' in value)) return false;
  const patterns = wanted.flatMap((value) => ('pattern' in value ? [value.pattern] : []));
  const fit = (one: string): boolean => fits(operator, one, patterns);
  // Without a set qualifier, one matching value of a request is enough.
  const any = quantifier === 'ForAnyValue' || (quantifier === undefined && !operator.negated);
  return any ? actual.some(fit) : actual.every(fit);
}

/** Whether any request value can match a value of a policy. A variable may have any value. */
export function isPossible({ takes, variables }: Operator, value: string, hasVariables: boolean): boolean {
  if (takes === undefined || (variables && hasVariables && value.includes('${'))) return true;
  return takes.is(value);
}

/** Whether one of the policy's values matches; for a negated operator, whether none does. */
function fits(operator: Operator, actual: string, wanted: readonly Pattern[]): boolean {
  return wanted.some((one) => operator.matches(actual, one)) !== operator.negated;
}
