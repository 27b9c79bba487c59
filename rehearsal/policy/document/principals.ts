import { z } from 'zod';
import { eachOf, problem } from '../../problem.js';
import { misshapen } from '../../shape.js';
import { accountShape } from '../cluster/place-shape.js';

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
const schema = z.union([
  z.literal('*'),
  z.strictObject({
    AWS: texts.optional(),
    Service: texts.optional(),
    Federated: texts.optional(),
    CanonicalUser: texts.optional(),
  }),
]);
/** Of a user or a role that was deleted: IAM replaces its ARN in a policy by its id. */
const uniqueId = /^A[A-Z]{2}A[A-Z0-9]{12,}$/;
const principalArn =
  /^arn:aws[\w-]*:(?:iam::\d{12}:(?:root|(?:user|role)\/\S+)|sts::\d{12}:(?:assumed-role\/[^\s/]+\/\S+|federated-user\/\S+))$/;

/** Why IAM refuses a principal of AWS. */
function principalRefusal(principal: string): string | undefined {
  const shown = JSON.stringify(principal);
  if (principal === '*' || accountShape.test(principal) || uniqueId.test(principal)) return undefined;
  if (/[*?]/.test(principal)) return `${shown} has a wildcard in a part of it; IAM refuses it`;
  if (principalArn.test(principal)) return undefined;
  return `${shown} is neither an account nor the ARN of a role, a session or a user; IAM refuses it`;
}

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
  const aws = data === '*' ? ['*'] : (data.AWS ?? []);
  eachOf(aws, (principal) => {
    const sentence = principalRefusal(principal);
    if (sentence === undefined) return;
    const hint = /[*?]/.test(principal)
      ? 'Name the account, and the roles in a condition: "ArnLike": { "aws:PrincipalArn": … }.'
      : undefined;
    throw problem(`${path}.${element}.AWS`, sentence, hint);
  });
  return { aws, not };
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
