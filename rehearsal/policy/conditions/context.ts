import type { Answers } from '../../answers.js';
import type { ResourceKind } from '../actions.js';

/** The values of a condition key in a request: none when the key is not in it. */
export type ContextValue = readonly string[] | 'unknown';

/** What is known of the requests of one role. */
export interface RequestFacts {
  readonly roleArn: string;
  readonly clusterArn: string;
  /** Wall clock, milliseconds. */
  readonly nowMs: number;
  /** When the role's temporary credentials were issued, wall clock, milliseconds. @default not known */
  readonly issuedMs?: number | undefined;
  /** Of the role. @default not known */
  readonly roleTags?: Readonly<Record<string, string>> | undefined;
  /** Of the cluster. @default not known */
  readonly clusterTags?: Readonly<Record<string, string>> | undefined;
  /** Of the one function that has the role's credentials. @default not known */
  readonly functionArn?: string | undefined;
  /** Whether a Lambda function logs in, and no instance, no pod and no person. @default false: anyone may */
  readonly fromLambda?: boolean | undefined;
  /** They win over what is known. @default none */
  readonly answers?: Answers | undefined;
}

type Known = (facts: RequestFacts) => ContextValue;

const absent: Known = () => [];
const unknown: Known = () => 'unknown';
const always =
  (text: string): Known =>
  () => [text];
const absentInLambda: Known = ({ fromLambda }) => (fromLambda === true ? [] : 'unknown');
const part = (arn: string, at: number): readonly string[] => {
  const text = arn.split(':')[at] ?? '';
  return text === '' ? [] : [text];
};
/** As AWS writes times in a request: whole seconds. */
const isoSeconds = (atMs: number): string => new Date(atMs).toISOString().replace(/\.\d+Z$/, 'Z');

/**
 * AWS's global condition keys (IAM user guide, "AWS global condition context keys"), as far as they can be in a request of
 * a role to a cluster. `aws:SourceIp` and where a request passes are not known: what AWS would see is not what is here.
 */
const keys: Readonly<Record<string, Known>> = {
  'aws:CalledVia': absent,
  'aws:CalledViaFirst': absent,
  'aws:CalledViaLast': absent,
  'aws:ChatbotSourceArn': absent,
  'aws:CurrentTime': ({ nowMs }) => [isoSeconds(nowMs)],
  'aws:Ec2InstanceSourcePrivateIPv4': absentInLambda,
  'aws:Ec2InstanceSourceVpc': absentInLambda,
  'aws:EpochTime': ({ nowMs }) => [String(Math.floor(nowMs / 1_000))],
  'aws:FederatedProvider': absentInLambda,
  'aws:MultiFactorAuthAge': absent,
  // There, as the credentials are temporary ones.
  'aws:MultiFactorAuthPresent': always('false'),
  'aws:PrincipalAccount': ({ roleArn }) => part(roleArn, 4),
  'aws:PrincipalArn': ({ roleArn }) => [roleArn],
  'aws:PrincipalIsAWSService': always('false'),
  'aws:PrincipalOrgID': unknown,
  'aws:PrincipalOrgPaths': unknown,
  'aws:PrincipalServiceName': absent,
  'aws:PrincipalServiceNamesList': absent,
  'aws:PrincipalType': always('AssumedRole'),
  'aws:Referer': absent,
  'aws:RequestedRegion': ({ clusterArn }) => part(clusterArn, 3),
  'aws:ResourceAccount': ({ clusterArn }) => part(clusterArn, 4),
  'aws:ResourceOrgID': unknown,
  'aws:ResourceOrgPaths': unknown,
  'aws:SecureTransport': always('true'),
  'aws:SourceAccount': absent,
  'aws:SourceArn': absent,
  'aws:SourceIdentity': absentInLambda,
  'aws:SourceIp': unknown,
  'aws:SourceOrgID': absent,
  'aws:SourceOrgPaths': absent,
  'aws:SourceOwner': absent,
  'aws:SourceVpc': unknown,
  'aws:SourceVpcArn': unknown,
  'aws:SourceVpce': unknown,
  'aws:TagKeys': absent,
  'aws:TokenIssueTime': ({ issuedMs }) => (issuedMs === undefined ? 'unknown' : [isoSeconds(issuedMs)]),
  'aws:userid': unknown,
  'aws:username': absent,
  'aws:UserAgent': unknown,
  'aws:ViaAWSService': always('false'),
  'aws:VpceAccount': unknown,
  'aws:VpceOrgID': unknown,
  'aws:VpceOrgPaths': unknown,
  'aws:VpcSourceIp': unknown,
  'ec2:RoleDelivery': absentInLambda,
  'ec2:SourceInstanceArn': absentInLambda,
  'lambda:SourceFunctionArn': ({ functionArn }) => (functionArn === undefined ? 'unknown' : [functionArn]),
};

const byName = new Map(Object.entries(keys).map(([name, known]) => [name.toLowerCase(), known]));

/** Every key by its whole name. */
export const contextKeys: readonly string[] = Object.keys(keys);

/** The values that a key has in a role's request about a thing of this kind. */
export function contextValue(facts: RequestFacts, key: string, kind: ResourceKind): ContextValue {
  const [, family, tag = ''] = tagKey.exec(key) ?? [];
  // Topics, groups and transactional ids have no tags, not even their cluster's (service authorization reference).
  if (family?.toLowerCase() === 'resourcetag' && kind !== 'cluster') return [];
  const answer = facts.answers?.of(key);
  if (answer !== undefined) return answer;
  switch (family?.toLowerCase()) {
    case 'principaltag':
      return tagOf(facts.roleTags, tag);
    case 'resourcetag':
      return tagOf(facts.clusterTags, tag);
    case 'requesttag':
      return [];
    default:
      return byName.get(key.toLowerCase())?.(facts) ?? (globalKey.test(key) ? 'unknown' : []);
  }
}

/** Keys that end in a name of someone's choice. */
const tagKey = /^aws:(PrincipalTag|RequestTag|ResourceTag)\/(.+)$/is;

/** Others are of services, and not in a request to a cluster. */
const globalKey = /^(aws|lambda|ec2|sts|saml):|\.com(\/.*)?:/i;

/** Whether this is a key that requests to a cluster are known to have, or not to have. */
export function isKnownKey(key: string): boolean {
  return byName.has(key.toLowerCase()) || tagKey.test(key) || !globalKey.test(key);
}

/** Whether this is a key of some service, which no request to a cluster has. */
export function isForeignKey(key: string): boolean {
  return !byName.has(key.toLowerCase()) && !tagKey.test(key) && !globalKey.test(key);
}

function tagOf(tags: Readonly<Record<string, string>> | undefined, name: string): ContextValue {
  if (tags === undefined) return 'unknown';
  const found = Object.entries(tags).find(([tag]) => tag.toLowerCase() === name.toLowerCase());
  return found === undefined ? [] : [found[1]];
}
