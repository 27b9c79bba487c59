import { z } from 'zod';
import { eachOf, problem, Problems } from '../../problem.js';
import { misshapen, misshapenAll } from '../../shape.js';
import { concernsKafka } from './actions-meant.js';
import { completedArn } from './arn-fields.js';
import type { PolicyKind } from './policy-kind.js';
import { actionRefusal, resourceRefusal, type PatternRefusal } from './pattern-refusals.js';
import { readConditions, type ConditionTest } from '../conditions/read.js';
import { readPrincipals, type Principals } from './principals.js';

/** One statement of a policy, reduced to a cluster's data. */
export interface PolicyStatement {
  /** Its place: "Resources.WorkerRole.Properties.Policies[2].PolicyDocument.Statement[0]". */
  readonly path: string;
  readonly sid?: string | undefined;
  readonly effect: 'Allow' | 'Deny';
  /** Patterns; empty if the statement has `notActions`, which it does not apply to. */
  readonly actions: readonly string[];
  readonly notActions?: readonly string[] | undefined;
  /**
   * Patterns with all fields of an ARN, with variables as written; empty if the statement has `notResources`, which it
   * does not apply to.
   */
  readonly resources: readonly string[];
  readonly notResources?: readonly string[] | undefined;
  /** All of them must hold. @default none */
  readonly conditions?: readonly ConditionTest[] | undefined;
  /** The principals, in the policy of a resource. @default the role that has the policy */
  readonly principals?: Principals | undefined;
  /** Whether `${…}` is a variable: not in policies of version 2008-10-17. @default true */
  readonly variables?: boolean | undefined;
}

/** Options that depend on the document of a statement. */
export interface StatementOptions {
  /**
   * The version of the document; a document without one has 2008-10-17 for IAM, which has no variables. @default
   * '2012-10-17'
   */
  readonly version?: string | undefined;
  /** @default 'identity' */
  readonly kind?: PolicyKind | undefined;
}

const texts = z.union([z.string().transform((text) => [text]), z.array(z.string())]);
const schema = z.strictObject({
  Sid: z.union([z.string(), z.number().transform(String)]).optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Action: texts.optional(),
  NotAction: texts.optional(),
  Resource: texts.optional(),
  NotResource: texts.optional(),
  Condition: z.unknown().optional(),
  Principal: z.unknown().optional(),
  NotPrincipal: z.unknown().optional(),
});

/**
 * Reads a statement as IAM does: a single string counts as a list.
 *
 * @returns undefined for a statement that is not about a cluster's data
 * @throws pubsub_error `template_refused` for what IAM does not accept
 */
export function policyStatement(
  body: Readonly<Record<string, unknown>>,
  path: string,
  options: StatementOptions = {},
): PolicyStatement | undefined {
  const actions = texts.safeParse(body['Action']);
  if (actions.success && actions.data.length > 0 && !actions.data.some(concernsKafka)) return undefined;
  const problems = new Problems();
  const { success, data, error } = schema.safeParse(body);
  if (!success) {
    for (const { path: within, sentence } of misshapenAll(error, body)) {
      problems.add(problem([path, ...within].join('.'), sentence));
    }
  }
  const { Action, NotAction, Resource, NotResource } = body;
  problems.try(() => exactlyOne(path, { Action, NotAction }));
  // The policy of a resource may leave out the resource.
  if (options.kind !== 'resource' || Resource !== undefined || NotResource !== undefined) {
    problems.try(() => exactlyOne(path, { Resource, NotResource }));
  }
  for (const [element, list] of Object.entries({ Action, NotAction, Resource, NotResource })) {
    if (!Array.isArray(list) || list.length > 0) continue;
    problems.add(problem(`${path}.${element}`, 'is an empty list; IAM refuses it'));
  }
  const refuse = (element: string, found: PatternRefusal | undefined): void => {
    if (found !== undefined) problems.add(problem(`${path}.${element}`, found.sentence, found.hint));
  };
  for (const [element, named] of Object.entries({ Action, NotAction })) {
    for (const pattern of texts.safeParse(named).data ?? []) refuse(element, actionRefusal(pattern));
  }
  for (const [element, named] of Object.entries({ Resource, NotResource })) {
    for (const resource of texts.safeParse(named).data ?? []) refuse(element, resourceRefusal(resource, options.kind));
  }
  const conditions = problems.try(() => readConditions(body['Condition'], `${path}.Condition`)) ?? [];
  const principals = problems.try(() => readPrincipals(body, path, options.kind === 'resource'));
  problems.throwIfAny();
  // For policies of resources it is not documented.
  const whole = options.kind === 'resource' ? (arn: string): string => arn : completedArn;
  if (data === undefined) throw new RangeError('nothing was refused, and nothing read');
  return {
    path,
    sid: data.Sid,
    effect: data.Effect,
    actions: data.Action ?? [],
    notActions: data.NotAction,
    resources: data.Resource?.map(whole) ?? (data.NotResource === undefined ? ['*'] : []),
    notResources: data.NotResource?.map(whole),
    conditions: conditions.length === 0 ? undefined : conditions,
    principals,
    variables: (options.version ?? WITH_VARIABLES) === WITH_VARIABLES ? undefined : false,
  };
}

const WITH_VARIABLES = '2012-10-17';

function exactlyOne(path: string, elements: Readonly<Record<string, unknown>>): void {
  const there = Object.entries(elements).flatMap(([name, value]) => (value === undefined ? [] : name));
  if (there.length === 1) return;
  const [element = '', other = ''] = Object.keys(elements);
  throw problem(
    `${path}.${element}`,
    there.length === 0 ? 'is missing' : `is present together with ${other}; IAM accepts one of them`,
    there.length === 0 ? `A statement has ${element} or ${other}.` : undefined,
  );
}

const document = z.looseObject({
  Version: z.enum(['2012-10-17', '2008-10-17']).optional(),
  Statement: z.union([z.record(z.string(), z.unknown()), z.array(z.record(z.string(), z.unknown()))]),
});

/** The statements of a policy document that are about a cluster's data. */
export function policyStatements(
  given: unknown,
  path: string,
  options: Pick<StatementOptions, 'kind'> = {},
): PolicyStatement[] {
  const { success, data, error } = document.safeParse(given);
  if (!success) {
    const { path: within, sentence } = misshapen(error, given);
    throw problem(path, `is not a policy document: ${[within.join('.') || 'it', sentence].join(' ')}`);
  }
  const version = data.Version ?? '2008-10-17';
  const bodies = [data.Statement].flat();
  const pathOf = (index: number): string =>
    Array.isArray(data.Statement) ? `${path}.Statement[${index}]` : `${path}.Statement`;
  const problems = new Problems();
  problems.try(() => refuseStatementList(bodies.map(sidOf), path, pathOf, options));
  const statements = problems.try(() =>
    eachOf(bodies, (body, index) => policyStatement(body, pathOf(index), { ...options, version })).filter(
      (statement) => statement !== undefined,
    ),
  );
  problems.throwIfAny();
  return statements ?? [];
}

function sidOf({ Sid }: Readonly<Record<string, unknown>>): string | undefined {
  return typeof Sid === 'string' ? Sid : undefined;
}

/**
 * Refuses what IAM refuses about the statements of a document, whatever they are about: no statement at all, the same
 * Sid twice, a Sid with characters other than letters and digits. Policies of resources have other rules.
 *
 * @param sids of each statement, in order; undefined if it has none, or if it is unknown
 * @param path of the document
 * @param pathOf each statement
 * @throws pubsub_error `template_refused` for all problems at once
 */
export function refuseStatementList(
  sids: readonly (string | undefined)[],
  path: string,
  pathOf: (index: number) => string,
  { kind }: Pick<StatementOptions, 'kind'> = {},
): void {
  if (sids.length === 0) throw problem(`${path}.Statement`, 'has no statement; IAM refuses it');
  if (kind === 'resource') return;
  eachOf(sids, (sid, index) => {
    if (sid === undefined || sid === '') return;
    const at = `${pathOf(index)}.Sid`;
    const shown = JSON.stringify(sid);
    if (!/^[A-Za-z0-9]+$/.test(sid)) {
      throw problem(at, `${shown} has characters other than letters and digits; IAM refuses it`);
    }
    const first = sids.indexOf(sid);
    if (first === index) return;
    const other = pathOf(first);
    const place = other.startsWith(`${path}.`) ? other.slice(path.length + 1) : other;
    throw problem(at, `${shown} is also that of ${place}; IAM accepts each Sid once in a policy`);
  });
}
