import { z } from 'zod';
import { problem } from '../../problem.js';
import { misshapen } from '../../shape.js';

/** The principals of a statement in the policy of a resource. */
export interface Principals {
  /**
   * AWS principals: "*", account ids and ARNs. Services, federated users and canonical users are not roles, and are
   * left out.
   */
  readonly aws: readonly string[];
  /** Whether the statement is about all other principals: NotPrincipal. */
  readonly not: boolean;
}

/** The principal of a request. */
export interface Requester {
  readonly roleArn: string;
  /** `arn:…:sts::…:assumed-role/NAME/SESSION`. @default any session of the role */
  readonly sessionArn?: string | undefined;
}

/** How a statement names a principal. It determines which other policies limit what the statement allows. */
export type NamedAs = 'everybody' | 'session' | 'role' | 'account';

const texts = z.union([z.string().transform((text) => [text]), z.array(z.string())]);
const schema = z.union([z.literal('*'), z.record(z.string(), texts)]);

/** @throws pubsub_error `template_refused` if a role's policy has principals, or the policy of a resource has none */
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
    throw problem(`${path}.Principal`, 'is missing: the policy of a resource must name its principals');
  const { success, data, error } = schema.safeParse(given);
  if (!success) throw problem(`${path}.${element}`, misshapen(error, given).sentence);
  return { aws: data === '*' ? ['*'] : (data['AWS'] ?? []), not };
}

/**
 * Whether and how a statement names a principal (IAM user guide, "AWS JSON policy elements: Principal"). To be
 * excluded by NotPrincipal, a principal must be named as session, role and account.
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
