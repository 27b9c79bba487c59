import { z } from 'zod';
import type { pubsub_error } from '../../../src/base/error.js';
import { policyDocuments } from './policy-text.js';
import { eachOf, Problems } from '../../problem.js';
import type { LimitingPolicy, NamedPolicy } from '../decide/rights.js';
import type { OtherPolicies } from '../decide/role-rights.js';
import { policyStatements, type PolicyStatement } from './statement.js';

/** A text with policy documents, as it was read from a file. */
export interface PolicyFile {
  /** Where it is, for error messages; a role is named after it. */
  readonly path: string;
  readonly text: string;
  /** Why there is no text: said along with what is wrong in the others. */
  readonly unreadable?: pubsub_error | undefined;
}

/** What Organizations attaches everywhere by itself. */
const fullAccess: PolicyStatement = { path: 'FullAWSAccess', effect: 'Allow', actions: ['*'], resources: ['*'] };

/** @throws pubsub_error `template_refused` for what is not a policy document, `argument_invalid` for what is not a JSON */
export function readPolicyFile(
  { path, text, unreadable }: PolicyFile,
  options: { readonly ofResource?: boolean } = {},
): NamedPolicy {
  if (unreadable !== undefined) throw unreadable;
  const statements = eachOf(policyDocuments(text, path), (one) =>
    policyStatements(one.document, one.path, options),
  ).flat();
  return { name: path, statements };
}

/**
 * Policies of an organization and of a cluster. Each of the organization's files is a level: all of them have to allow. One
 * that only denies is taken to stand beside FullAWSAccess.
 */
export function limitingPolicies({
  scps = [],
  clusterPolicy,
}: {
  readonly scps?: readonly PolicyFile[] | undefined;
  readonly clusterPolicy?: PolicyFile | undefined;
}): OtherPolicies {
  const problems = new Problems();
  const limits = scps.flatMap((file) => problems.tryFile(() => levelOf(file)) ?? []);
  const cluster =
    clusterPolicy === undefined
      ? undefined
      : problems.tryFile(() => readPolicyFile(clusterPolicy, { ofResource: true }));
  problems.throwIfAny();
  return { limits, ...(cluster === undefined ? {} : { clusterPolicy: cluster }) };
}

function levelOf(file: PolicyFile): LimitingPolicy {
  const { name, statements } = readPolicyFile(file);
  const allows = policyDocuments(file.text, file.path).some(({ document }) => hasAllow(document));
  return { layer: 'scp', name, statements: [...(allows ? [] : [fullAccess]), ...statements] };
}

/** Also of statements that have nothing to do with a cluster's data: with one, the rest is not allowed. */
function hasAllow(document: unknown): boolean {
  const statements = effects.safeParse(document).data?.Statement ?? [];
  return [statements].flat().some(({ Effect }) => Effect === 'Allow');
}

const effect = z.looseObject({ Effect: z.string().optional() });
const effects = z.looseObject({ Statement: z.union([effect, z.array(effect)]) });
