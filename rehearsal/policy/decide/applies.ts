import { kindOfArn } from '../resource-arns.js';
import type { ResourceKind } from '../actions.js';
import { evaluateConditions } from '../conditions/evaluate.js';
import type { RequestFacts } from '../conditions/context.js';
import type { ConditionTest } from '../conditions/read.js';
import { asWritten, substitute } from '../conditions/variables.js';
import { namedAs, type NamedAs, type Requester } from '../document/principals.js';
import type { PolicyStatement } from '../document/statement.js';
import { matchesAction, matchesPattern } from '../wildcard.js';

/** An action on a resource, and what is known about the requester. */
export interface ActionRequest {
  readonly action: string;
  readonly resourceArn: string;
  readonly facts: RequestFacts;
  readonly requester: Requester;
}

/** Whether a statement applies to a request. */
export type Applies =
  | { readonly applies: 'yes'; readonly named: NamedAs | undefined }
  /** It would apply, but this test of its condition fails. */
  | { readonly applies: 'no'; readonly failed?: ConditionTest | undefined }
  /** It depends on these condition keys, whose values are unknown. */
  | { readonly applies: 'unknown'; readonly named: NamedAs | undefined; readonly keys: readonly OpenKey[] };

/** A condition key whose unknown value decides. */
export interface OpenKey {
  readonly key: string;
  /** Where the policy tests it. */
  readonly path: string;
  /** The test; undefined for a variable. */
  readonly test?: ConditionTest | undefined;
}

const no = { applies: 'no' } as const;

/** Checks principal, action, resource, then the condition. Pure. */
export function statementApplies(statement: PolicyStatement, request: ActionRequest): Applies {
  const { action, resourceArn, facts, requester } = request;
  const named = statement.principals === undefined ? undefined : namedAs(statement.principals, requester);
  if (statement.principals !== undefined && named === undefined) return no;
  const { actions, notActions } = statement;
  const isNamed = (notActions ?? actions).some((pattern) => matchesAction(pattern, action));
  if (isNamed !== (notActions === undefined)) return no;
  const kind = kindOfArn(resourceArn);
  const resource = resourceApplies(statement, resourceArn, facts, kind);
  if (resource === false) return no;
  const keys = resource === true ? [] : resource;
  const variables = statement.variables !== false;
  const outcome = evaluateConditions(statement.conditions ?? [], variables, facts, kind);
  if ('holds' in outcome) {
    if (!outcome.holds) return { ...no, failed: outcome.failed };
    return keys.length === 0 ? { applies: 'yes', named } : { applies: 'unknown', named, keys };
  }
  const asked = outcome.unknown.map((test) => ({ key: test.key, path: test.path, test }));
  return { applies: 'unknown', named, keys: [...keys, ...asked] };
}

/** @returns the keys of variables that it depends on, if no resource matches without them */
function resourceApplies(
  { path, resources, notResources, variables }: PolicyStatement,
  arn: string,
  facts: RequestFacts,
  kind: ResourceKind,
): boolean | OpenKey[] {
  const wanted = notResources === undefined;
  const open: OpenKey[] = [];
  let matched = false;
  for (const text of notResources ?? resources) {
    const read = variables === false ? asWritten(text, true) : substitute(text, true, facts, kind);
    if ('unknown' in read) open.push(...read.unknown.map((key) => ({ key, path: `${path}.Resource` })));
    // A NotResource that has no value matches nothing.
    else if ('missing' in read) {
      if (!wanted) return false;
    } else if (matchesPattern(read.pattern, arn)) matched = true;
  }
  if (matched) return wanted;
  return open.length > 0 ? open : !wanted;
}
