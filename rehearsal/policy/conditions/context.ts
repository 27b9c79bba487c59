import type { Answers } from '../../answers.js';
import type { ResourceKind } from '../actions.js';

/** The values of a condition key in a request: an empty list if the request does not have the key. */
export type ContextValue = readonly string[] | 'unknown';

/** What is known about the requests of one role. */
export interface RequestFacts {
  readonly roleArn: string;
  readonly clusterArn: string;
  /** Wall clock, milliseconds. */
  readonly nowMs: number;
  /** When the role's temporary credentials were issued, wall clock, milliseconds. @default unknown */
  readonly issuedMs?: number | undefined;
  /** Known tags of the role; all others are unknown. @default none */
  readonly roleTags?: Readonly<Record<string, string>> | undefined;
  /** Known tags of the cluster; all others are unknown. @default none */
  readonly clusterTags?: Readonly<Record<string, string>> | undefined;
  /** The ARN of the only function that has the role's credentials. @default unknown */
  readonly functionArn?: string | undefined;
  /**
   * Whether the client is a Lambda function, and not an instance, a pod or a person. @default false: it may be any of
   * them
   */
  readonly fromLambda?: boolean | undefined;
  /** Answers override what is known. @default none */
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
/** The format of times in a request: whole seconds. */
const isoSeconds = (atMs: number): string => new Date(atMs).toISOString().replace(/\.\d+Z$/, 'Z');

/**
 * AWS's global condition keys (IAM user guide, "AWS global condition context keys"), as far as a role's request to a
 * cluster may have them. `aws:SourceIp` and the keys about a request's route are unknown: on this machine they would
 * differ from what AWS sees.
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
  // Present, because the credentials are temporary.
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

/** Every key with its full name. */
export const contextKeys: readonly string[] = Object.keys(keys);

/** The values of a key in a role's request about a resource of this kind. */
export function contextValue(facts: RequestFacts, key: string, kind: ResourceKind): ContextValue {
  const [, family, tag = ''] = tagKey.exec(key) ?? [];
  // Topics, groups and transactional ids have no tags, not even those of their cluster (service authorization
  // reference).
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

/** Keys that end in a name that users choose. */
const tagKey = /^aws:(PrincipalTag|RequestTag|ResourceTag)\/(.+)$/is;

/** Keys of other services, which a request to a cluster does not have. */
const globalKey = /^(aws|lambda|ec2|sts|saml):|\.com(\/.*)?:/i;

/** Whether it is known if requests to a cluster have this key. */
export function isKnownKey(key: string): boolean {
  return byName.has(key.toLowerCase()) || tagKey.test(key) || !globalKey.test(key);
}

/** Whether this is a key of another service, which no request to a cluster has. */
export function isKeyOfOtherService(key: string): boolean {
  return !byName.has(key.toLowerCase()) && !tagKey.test(key) && !globalKey.test(key);
}

/** Whether AWS has this key, and no request of a role to a cluster does. */
export function isAbsentKey(key: string): boolean {
  return byName.get(key.toLowerCase()) === absent || tagKey.exec(key)?.[1]?.toLowerCase() === 'requesttag';
}

function tagOf(tags: Readonly<Record<string, string>> = {}, name: string): ContextValue {
  const found = Object.entries(tags).find(([tag]) => tag.toLowerCase() === name.toLowerCase());
  return found === undefined ? 'unknown' : [found[1]];
}
