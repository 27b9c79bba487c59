import { z } from 'zod';
import type { pubsub_error } from '../../../src/base/error.js';
import { policyDocuments } from './policy-text.js';
import { eachOf, type Problems } from '../../problem.js';
import type { LimitingPolicy, NamedPolicy } from '../decide/rights.js';
import type { OtherPolicies } from '../decide/role-rights.js';
import { policyStatements, type PolicyStatement, type StatementOptions } from './statement.js';

/** The text of a file with policy documents. */
export interface PolicyFile {
  /** Its path, for error messages; a role is named after it. */
  readonly path: string;
  readonly text: string;
  /** The error if it could not be read: it is reported along with the problems of other files. */
  readonly unreadable?: pubsub_error | undefined;
}

/** The policy that Organizations attaches everywhere by default. */
const fullAccess: PolicyStatement = { path: 'FullAWSAccess', effect: 'Allow', actions: ['*'], resources: ['*'] };

/**
 * @throws pubsub_error `template_refused` for what is not a policy document, `argument_invalid` for what is not valid
 * JSON
 */
export function readPolicyFile(
  { path, text, unreadable }: PolicyFile,
  options: Pick<StatementOptions, 'kind'> = {},
): NamedPolicy {
  if (unreadable !== undefined) throw unreadable;
  const statements = eachOf(policyDocuments(text, path), (one) =>
    policyStatements(one.document, one.path, options),
  ).flat();
  return { name: path, statements };
}

/**
 * Policies of an organization and of a cluster. Each file of the organization is a level, and all levels must allow a
 * request. A file that only denies is assumed to be attached beside FullAWSAccess.
 *
 * @param problems gets what is refused; the other files are still read
 */
export function limitingPolicies(
  {
    scps = [],
    clusterPolicy,
  }: {
    readonly scps?: readonly PolicyFile[] | undefined;
    readonly clusterPolicy?: PolicyFile | undefined;
  },
  problems: Problems,
): OtherPolicies {
  const limits = scps.flatMap((file) => problems.tryFile(() => levelOf(file)) ?? []);
  const cluster =
    clusterPolicy === undefined
      ? undefined
      : problems.tryFile(() => readPolicyFile(clusterPolicy, { kind: 'resource' }));
  // Without a file, the policy in the template stays.
  return { limits, ...(cluster === undefined ? {} : { clusterPolicy: cluster }) };
}

function levelOf(file: PolicyFile): LimitingPolicy {
  const { name, statements } = readPolicyFile(file);
  const allows = policyDocuments(file.text, file.path).some(({ document }) => hasAllow(document));
  return { layer: 'scp', name, statements: [...(allows ? [] : [fullAccess]), ...statements] };
}

/**
 * Also checks statements that are not about a cluster's data: if one of them allows something, nothing else is
 * allowed.
 */
function hasAllow(document: unknown): boolean {
  const statements = effects.safeParse(document).data?.Statement ?? [];
  return [statements].flat().some(({ Effect }) => Effect === 'Allow');
}

const effect = z.looseObject({ Effect: z.string().optional() });
const effects = z.looseObject({ Statement: z.union([effect, z.array(effect)]) });
