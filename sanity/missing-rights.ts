import type { RightFinding } from '../src/kafka/admin/rights.js';
import type { FunctionName } from '../lambda/functions.js';
import type { missing_right } from './report.js';
import type { Target } from './target.js';

/** What a function was told of its rights. */
export interface FunctionRights {
  readonly name: FunctionName;
  readonly role: string | undefined;
  readonly findings: readonly RightFinding[];
}

/** The denied ones, as IAM calls them. Pure. */
export function missingRights({ name, role, findings }: FunctionRights): missing_right[] {
  return findings
    .filter(({ answer }) => answer === 'denied')
    .map(({ right, on }) => ({
      function: name,
      role: role ?? null,
      action: `kafka-cluster:${right}`,
      resource: { type: typeOf(right), name: on },
    }));
}

function typeOf(right: RightFinding['right']): missing_right['resource']['type'] {
  if (right === 'Connect') return 'cluster';
  return right === 'DescribeGroup' || right === 'AlterGroup' || right === 'DeleteGroup' ? 'group' : 'topic';
}

/** "the worker function (role arn:…) lacks kafka-cluster:WriteData on topic reply_to" */
export function sayMissing({ function: name, role, action, resource }: missing_right): string {
  const who = role === null ? `the ${name} function` : `the ${name} function (role ${role})`;
  const where = resource.type === 'cluster' ? 'the cluster' : `${resource.type} ${resource.name}`;
  return `${who} lacks ${action} on ${where}`;
}

/** What to do about it. */
export function grantHint({ rightsInForce = false }: Pick<Target, 'rightsInForce'>): string {
  return rightsInForce
    ? 'Grant it to the role, in the template.'
    : 'Grant it to the role; a policy is in force within a minute or so.';
}
