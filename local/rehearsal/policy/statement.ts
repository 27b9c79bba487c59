import { z } from 'zod';
import { refusal } from '../refusal.js';
import { misshapen } from '../shape.js';
import { concernsKafka } from './actions.js';

/** One statement of a policy, about a cluster's data. */
export interface PolicyStatement {
  /** Where it stands: "Resources.WorkerRole.Properties.Policies[2].PolicyDocument.Statement[0]". */
  readonly path: string;
  readonly sid?: string;
  readonly effect: 'Allow' | 'Deny';
  /** Patterns. */
  readonly actions: readonly string[];
  /** Patterns. */
  readonly resources: readonly string[];
}

const texts = z.union([z.string().transform((text) => [text]), z.array(z.string())]);
const schema = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Action: texts,
  Resource: texts,
});

/** What IAM decides by more than names; a rehearsal that guessed at it would prove nothing. */
const notEvaluated = ['NotAction', 'NotResource', 'NotPrincipal', 'Principal'] as const;

/**
 * Reads a statement as IAM takes it: single texts for lists.
 *
 * @returns undefined for one that has nothing to do with a cluster's data
 * @throws pubsub_error `template_refused` for Condition, NotAction, NotResource, NotPrincipal, policy variables
 */
export function policyStatement(body: Readonly<Record<string, unknown>>, path: string): PolicyStatement | undefined {
  const actions = texts.safeParse(body['Action']);
  if (actions.success && !actions.data.some(concernsKafka)) return undefined;
  for (const element of notEvaluated) {
    if (body[element] !== undefined) throw refusal(path, `has ${element}, which a rehearsal does not evaluate`, hint);
  }
  const { Condition: condition, ...rest } = body;
  // An empty one says nothing.
  if (condition !== undefined && JSON.stringify(condition) !== '{}') {
    throw refusal(path, 'has a Condition, which a rehearsal does not evaluate', hint);
  }
  const { success, data, error } = schema.safeParse(rest);
  if (!success) {
    const { path: within, sentence } = misshapen(error, rest);
    throw refusal([path, ...within].join('.'), sentence);
  }
  for (const resource of data.Resource) {
    if (resource !== '*' && !/^arn:/.test(resource)) {
      throw refusal(`${path}.Resource`, `${JSON.stringify(resource)} is neither an ARN nor "*"; IAM refuses it`);
    }
  }
  const variable = [...data.Action, ...data.Resource].find((text) => text.includes('${'));
  if (variable !== undefined) {
    throw refusal(path, `${JSON.stringify(variable)} has a policy variable, which a rehearsal does not evaluate`, hint);
  }
  return {
    path,
    ...(data.Sid === undefined ? {} : { sid: data.Sid }),
    effect: data.Effect,
    actions: data.Action,
    resources: data.Resource,
  };
}

const hint = 'Say what the role may by Action and Resource, or rehearse a template without this statement.';

/** The statements of a whole policy document that have to do with a cluster's data. */
export function policyStatements(document: unknown, path: string): PolicyStatement[] {
  const { success, data, error } = z
    .looseObject({
      Statement: z.union([z.record(z.string(), z.unknown()), z.array(z.record(z.string(), z.unknown()))]),
    })
    .safeParse(document);
  if (!success) {
    const { path: within, sentence } = misshapen(error, document);
    throw refusal(path, `is no policy document: ${[within.join('.') || 'it', sentence].join(' ')}`);
  }
  return [data.Statement].flat().flatMap((body, index) => policyStatement(body, `${path}.Statement[${index}]`) ?? []);
}
