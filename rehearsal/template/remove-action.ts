import { actionsMatching } from '../policy/actions.js';
import type { Grant } from '../policy/decide/grants.js';
import { completedArn } from '../policy/document/arn-fields.js';
import { matchesAction } from '../policy/wildcard.js';
import { problem, Problems } from '../problem.js';
import type { TemplateDocument } from './load/document.js';
import type { ReadOptions } from './options.js';
import { Resolver } from './resolve/resolver.js';
import { plainDocument } from './plain-document.js';
import { templateRoles } from './parts/roles.js';
import { isRecord } from './resolve/values.js';

/** What to remove from a role. */
export interface Removal {
  /** Logical id of the role. */
  readonly role: string;
  readonly action: Grant['action'];
  /** As named by `listGrants`. @default the action on all resources */
  readonly resource?: string | undefined;
}

/**
 * A copy of a template in which one role lacks one action, on one of the resources that its policies name or on all.
 * Nothing else changes: one action of several is removed from its statement; for one resource of several, the action
 * moves into a new statement for the other resources. If wildcards cannot be split, or if another role has the policy
 * too, the role gets an explicit Deny instead.
 *
 * @throws pubsub_error `template_refused` if the role does not have the right
 */
export function removeAction(template: unknown, options: ReadOptions, removal: Removal): TemplateDocument {
  const problems = new Problems();
  const document = structuredClone(plainDocument(template, options, problems).document);
  problems.throwIfAny();
  const resolver = new Resolver(document, options);
  const role = templateRoles(resolver).find(({ logicalId }) => logicalId === removal.role);
  if (role === undefined) throw problem(`Resources.${removal.role}`, 'the template has no such role');
  let found = false;
  let deny = false;
  // Starts with the last one: a statement that becomes two moves those after it.
  for (const { path, shared } of role.statementPlaces().reverse()) {
    const place = locate(document, path, resolver);
    const removed = without(place.statement, path, removal, resolver);
    if (removed === undefined) continue;
    found = true;
    if (shared || removed === 'deny' || !place.replace(removed)) deny = true;
  }
  if (!found) {
    const what = removal.resource === undefined ? removal.action : `${removal.action} on ${removal.resource}`;
    throw problem(`Resources.${removal.role}`, `its policies do not give ${what}`);
  }
  if (deny) addDenial(document, removal);
  return document;
}

type Statement = Readonly<Record<string, unknown>>;

/** @returns undefined if the statement does not grant the right; `deny` if it cannot be split */
function without(
  statement: Statement,
  path: string,
  { action, resource }: Removal,
  resolver: Resolver,
): Statement[] | 'deny' | undefined {
  const actions = listOf(resolver.required(statement['Action'], `${path}.Action`)).map(String);
  const matching = actions.filter((pattern) => matchesAction(pattern, action));
  if (statement['Effect'] !== 'Allow' || matching.length === 0) return undefined;
  const raw = listOf(statement['Resource']);
  const resolved = raw.map((value, at) => resolver.value(value, `${path}.Resource[${at}]`));
  const isTaken = (value: unknown): boolean => typeof value === 'string' && completedArn(value) === resource;
  const taken = resolved.map((value) => resource === undefined || isTaken(value));
  // A function that returns several resources at once is not split.
  if (resolved.some((value) => Array.isArray(value) && value.some(isTaken))) return 'deny';
  if (!taken.includes(true)) return undefined;
  // "*" and similar patterns also grant rights on other services, which must stay.
  if (matching.some((pattern) => !/^kafka-cluster:/i.test(pattern))) return 'deny';
  const others = actions.flatMap((pattern) =>
    matchesAction(pattern, action) ? actionsMatching(pattern).filter((name) => name !== action) : pattern,
  );
  const rest = raw.filter((_, at) => taken[at] !== true);
  const { Sid: _sid, ...unnamed } = statement;
  return [
    ...(others.length === 0 ? [] : [{ ...statement, Action: others }]),
    // IAM would not accept a second statement with the same Sid.
    ...(rest.length === 0 ? [] : [{ ...unnamed, Action: action, Resource: rest }]),
  ];
}

interface Located {
  readonly statement: Statement;
  /** @returns false if there is no room for that many */
  replace(statements: readonly Statement[]): boolean;
}

/**
 * The statement at a path such as "Resources.Role.Properties.Policies[0].PolicyDocument.Statement[1]". A policy that
 * is a string with JSON is replaced by its content.
 */
function locate(document: TemplateDocument, path: string, resolver: Resolver): Located {
  const keys = [...pathInDocument(document, path).matchAll(/[^.[\]]+/g)].map(([key]) => key);
  let parent: unknown;
  let here: unknown = document;
  keys.forEach((key, at) => {
    parent = here;
    here = partOf(here, key);
    if (key !== 'PolicyDocument' || (isRecord(here) && 'Statement' in here)) return;
    here = parsed(resolver.required(here, keys.slice(0, at + 1).join('.')));
    if (isRecord(parent)) parent[key] = here;
  });
  const last = keys.at(-1) ?? '';
  if (!isRecord(here)) throw problem(path, 'is not at the place where it was read');
  return {
    statement: here,
    replace(statements) {
      if (Array.isArray(parent) && keys.at(-2) === 'Statement') {
        parent.splice(Number(last), 1, ...statements);
      } else if (isRecord(parent)) {
        parent[last] = [...statements];
      } else if (Array.isArray(parent) && statements.length <= 1) {
        // A branch of an Fn::If holds one value.
        parent[Number(last)] = statements[0] ?? { Ref: 'AWS::NoValue' };
      } else {
        return false;
      }
      return true;
    },
  };
}

/** The place of SAM's part of a role in the document that SAM would create. */
function pathInDocument({ Resources }: TemplateDocument, path: string): string {
  for (const [id, { origins = {} }] of Object.entries(Resources)) {
    for (const [key, origin] of Object.entries(origins)) {
      if (path.startsWith(origin)) return `Resources.${id}.Properties.${key}${path.slice(origin.length)}`;
    }
  }
  return path;
}

function partOf(value: unknown, key: string): unknown {
  if (Array.isArray(value)) return (value as unknown[])[Number(key)];
  return isRecord(value) ? value[key] : undefined;
}

function parsed(value: unknown): unknown {
  return typeof value === 'string' ? (JSON.parse(value) as unknown) : value;
}

function addDenial({ Resources }: TemplateDocument, { role, action, resource = '*' }: Removal): void {
  const found = Resources[role];
  if (found === undefined) return;
  const properties = (found.Properties ??= {});
  const policies = (properties['Policies'] ??= []);
  if (!Array.isArray(policies)) throw problem(`Resources.${role}.Properties.Policies`, 'is not a plain list');
  policies.push({
    PolicyName: 'Removed',
    PolicyDocument: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Deny', Action: action, Resource: resource }],
    },
  });
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [value];
}
