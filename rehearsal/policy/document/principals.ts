import { z } from 'zod';
import { problem } from '../../problem.js';
import { misshapen } from '../../shape.js';

/** Whom a statement of a resource's policy is about. */
export interface Principals {
  /** AWS's: "*", account ids and ARNs. What names a service, a federation or a canonical user is not a role, and left out. */
  readonly aws: readonly string[];
  /** Whether it is about everyone else: NotPrincipal. */
  readonly not: boolean;
}

/** Who asks. */
export interface Requester {
  readonly roleArn: string;
  /** `arn:…:sts::…:assumed-role/NAME/SESSION`. @default any session of the role */
  readonly sessionArn?: string | undefined;
}

/** How a statement names someone: what it allows is limited by other policies in different ways. */
export type NamedAs = 'everybody' | 'session' | 'role' | 'account';

const texts = z.union([z.string().transform((text) => [text]), z.array(z.string())]);
const schema = z.union([z.literal('*'), z.record(z.string(), texts)]);

/** @throws pubsub_error `template_refused` where a policy that belongs to a role has one, or a resource's has none */
export function readPrincipals(
  { Principal, NotPrincipal }: { readonly Principal?: unknown; readonly NotPrincipal?: unknown },
  path: string,
  ofResource: boolean,
): Principals | undefined {
  const not = Principal === undefined && NotPrincipal !== undefined;
  const element = not ? 'NotPrincipal' : 'Principal';
  const given = not ? NotPrincipal : Principal;
  if (!ofResource) {
    if (given === undefined) return undefined;
    throw problem(
      path,
      `has ${element}: only the policy of a resource may have it`,
      'Give a cluster’s own policy with --cluster-policy.',
    );
  }
  if (given === undefined)
    throw problem(`${path}.Principal`, 'is missing: the policy of a resource has to name its principals');
  const { success, data, error } = schema.safeParse(given);
  if (!success) throw problem(`${path}.${element}`, misshapen(error, given).sentence);
  return { aws: data === '*' ? ['*'] : (data['AWS'] ?? []), not };
}

/**
 * Whether and how a statement names someone (IAM user guide, "AWS JSON policy elements: Principal"). Anyone who is to be
 * spared by NotPrincipal has to be named as session, role and account.
 */
export function namedAs({ aws, not }: Principals, requester: Requester): NamedAs | undefined {
  const ways = (['everybody', 'session', 'role', 'account'] as const).filter((way) =>
    aws.some((principal) => isNamed(principal, way, requester)),
  );
  if (!not) return ways[0];
  const spared =
    ways.includes('everybody') || ['session', 'role', 'account'].every((way) => ways.includes(way as NamedAs));
  return spared ? undefined : 'everybody';
}

function isNamed(principal: string, way: NamedAs, { roleArn, sessionArn }: Requester): boolean {
  const [, partition = '', , , account = '', path = ''] = roleArn.split(':');
  switch (way) {
    case 'everybody':
      return principal === '*';
    case 'role':
      return principal === roleArn;
    case 'account':
      return principal === account || principal === `arn:${partition}:iam::${account}:root`;
    case 'session': {
      const name = path.slice(path.lastIndexOf('/') + 1);
      const ofRole = `arn:${partition}:sts::${account}:assumed-role/${name}/`;
      return sessionArn === undefined ? principal.startsWith(ofRole) : principal === sessionArn;
    }
  }
}
