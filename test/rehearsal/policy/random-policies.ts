import fc from 'fast-check';
import { kafkaActionNames } from '../../../rehearsal/policy/index.js';
import type { Document, Statement } from './brute-force.js';
import { arn, CLUSTER_ARN, ROLE_ARN } from './statements.js';

export const SESSION_ARN = 'arn:aws:sts::111122223333:assumed-role/worker/session-1';
export const names = ['worker', 'work', 'reply_to', 'sanity-worker-1', 'sanity-', 'w', 'a/work'];
export const things = [
  CLUSTER_ARN,
  ...(['topic', 'group', 'transactional-id'] as const).flatMap((kind) => names.map((name) => arn(kind, name))),
];

/**
 * The values in the requests of the tests, by the keys' lower-case names: constants, not computed by the tested code.
 */
export const context: Record<string, string[]> = {
  'aws:currenttime': ['2026-11-27T10:00:00Z'],
  'aws:epochtime': ['1795773600'],
  'aws:securetransport': ['true'],
  'aws:principalarn': [ROLE_ARN],
  'aws:principalaccount': ['111122223333'],
  'aws:principaltype': ['AssumedRole'],
  'aws:requestedregion': ['eu-west-1'],
  'aws:resourceaccount': ['111122223333'],
  'aws:viaawsservice': ['false'],
  'aws:multifactorauthpresent': ['false'],
  // As in an answer of the user.
  'aws:sourceip': ['10.1.2.3'],
  'aws:sourcevpc': ['vpc-0123'],
  'aws:principaltag/team': ['work'],
  'aws:principalorgpaths': ['o-1/r-1/ou-1/', 'o-1/r-1/ou-2/'],
};
export const answers = [
  'aws:SourceIp=10.1.2.3',
  'aws:SourceVpc=vpc-0123',
  'aws:PrincipalTag/team=work',
  'aws:PrincipalTag/none=',
  'aws:PrincipalOrgPaths=o-1/r-1/ou-1/',
  'aws:PrincipalOrgPaths=o-1/r-1/ou-2/',
  'aws:SourceVpce=',
  'aws:VpcSourceIp=',
  'aws:ResourceTag/x=',
];
export const NOW_MS = Date.UTC(2026, 10, 27, 10);

/** The length of `kafka-cluster:` and of `arn:aws:kafka:`. */
const SERVICE = 14;

/** A string with a part of it replaced by a wildcard. */
export function blurred(texts: readonly string[]): fc.Arbitrary<string> {
  return fc
    .tuple(fc.constantFrom(...texts), fc.nat(), fc.nat(20), fc.constantFrom('*', '?', ''))
    .map(([given, at, length, wild]) => {
      if (wild === '' || given === '') return given;
      // The service stays: IAM accepts no wildcard in it.
      const from = SERVICE + (at % Math.max(1, given.length - SERVICE));
      return `${given.slice(0, from)}${wild}${given.slice(from + (wild === '?' ? 1 : length))}`;
    });
}

const actions = fc.oneof(
  blurred(kafkaActionNames),
  fc.constantFrom(
    '*',
    'kafka-cluster:*',
    'KAFKA-CLUSTER:READDATA',
    'kafka-cluster:*Topic*',
    'kafka-cluster:????Data',
    's3:*',
  ),
);
const resources = fc.oneof(
  blurred(things),
  fc.constantFrom(
    '*',
    'arn:aws:kafka:*',
    'arn:aws:kafka:*:111122223333:*',
    'arn:aws:kafka',
    'arn:*:kafka:eu-west-1',
    'arn:a*:kafka:*:*:*',
    'arn:aws:kafka:us-*',
    'arn:aws:kafka:eu-west-?:111122223333',
    'arn:aws:kafka:eu-west-1:111122223333:*:*',
    'arn:aws:kafka:*:topic/*/*/worker',
    'arn:aws:kafka:${aws:RequestedRegion}',
    "arn:aws:kafka:${aws:PrincipalTag/none, 'eu-west-1'}:${aws:PrincipalAccount}",
    arn('topic', '*'),
    arn('topic', 'w*'),
    arn('topic', '*_to'),
    arn('topic', 'work?*'),
    arn('group', 'sanity-*-?'),
    arn('topic', '${aws:PrincipalTag/team}*'),
    arn('group', "${aws:PrincipalTag/none, 'w'}"),
    arn('topic', '${aws:PrincipalTag/none}'),
    arn('topic', '${}'),
    arn('topic', 'o${ aws:PrincipalTag/team }'),
    arn('topic', '${aws:PrincipalTag/}*'),
    arn('group', '${*}'),
    CLUSTER_ARN.replace(':cluster/', ':*/').replace(/\/[^/]*$/, '/*'),
  ),
);
const some = <T>(one: fc.Arbitrary<T>): fc.Arbitrary<T | T[]> =>
  fc.oneof(one, fc.array(one, { minLength: 1, maxLength: 3 }));

const tests: [string[], string[], string[]][] = [
  [
    [
      'StringEquals',
      'StringNotEquals',
      'StringLike',
      'StringNotLike',
      'StringEqualsIgnoreCase',
      'StringNotEqualsIgnoreCase',
    ],
    [
      'aws:SourceVpc',
      'AWS:sourcevpc',
      'aws:PrincipalTag/team',
      'aws:PrincipalTag/none',
      'aws:RequestedRegion',
      'aws:SourceVpce',
      'aws:ResourceTag/x',
      'aws:PrincipalOrgPaths',
    ],
    [
      'vpc-0123',
      'VPC-0123',
      'vpc-*',
      'eu-west-?',
      'work',
      '${aws:PrincipalTag/team}',
      '${aws:PrincipalTag/none}',
      '${ }',
      'o-1/r-1/*',
      'o-1/r-1/ou-1/',
      '',
    ],
  ],
  [
    ['ArnEquals', 'ArnLike', 'ArnNotEquals', 'ArnNotLike'],
    ['aws:PrincipalArn', 'aws:SourceArn'],
    [
      ROLE_ARN,
      'arn:aws:iam::111122223333:role/*',
      'arn:aws:iam::*:role/work?r',
      'arn:aws:iam::111122223333:*',
      'arn:*',
      'arn:aws:iam::${aws:PrincipalAccount}:role/${aws:PrincipalTag/team}er',
    ],
  ],
  [
    ['DateLessThan', 'DateGreaterThan', 'DateLessThanEquals', 'DateGreaterThanEquals', 'DateEquals', 'DateNotEquals'],
    ['aws:CurrentTime', 'aws:EpochTime', 'aws:TokenIssueTime'],
    [
      '2026-11-27T10:00:00Z',
      '2026-11-27T11:00:00+01:00',
      '2026-11-26T00:00:00Z',
      '2027-01-01',
      '1795773600',
      '1795773601',
    ],
  ],
  [
    [
      'NumericLessThan',
      'NumericLessThanEquals',
      'NumericGreaterThan',
      'NumericGreaterThanEquals',
      'NumericEquals',
      'NumericNotEquals',
    ],
    ['aws:EpochTime', 'aws:MultiFactorAuthAge'],
    ['1795773600', '1795773599', '1795773601', '0'],
  ],
  [
    ['Bool'],
    ['aws:SecureTransport', 'aws:MultiFactorAuthPresent', 'aws:ViaAWSService', 'aws:SourceArn'],
    ['true', 'false', 'TRUE'],
  ],
  [
    ['IpAddress', 'NotIpAddress'],
    ['aws:SourceIp', 'aws:VpcSourceIp'],
    ['10.0.0.0/8', '10.1.2.3', '10.1.2.4', '192.168.0.0/16', '0.0.0.0/0'],
  ],
  [['Null'], ['aws:SourceVpc', 'aws:SourceVpce', 'aws:PrincipalTag/none'], ['true', 'false']],
];

const condition = fc
  .constantFrom(...tests)
  .chain(([operators, keys, values]) =>
    fc.record({
      operator: fc.constantFrom(...operators),
      set: fc.constantFrom('', '', '', 'ForAllValues:', 'ForAnyValue:'),
      suffix: fc.constantFrom('', '', 'IfExists'),
      key: fc.constantFrom(...keys),
      values: some(fc.constantFrom(...values)),
    }),
  )
  .map(({ operator, set, suffix, key, values }) => {
    const plain = operator === 'Null';
    return { [`${plain ? '' : set}${operator}${plain ? '' : suffix}`]: { [key]: values } };
  });
const conditions = fc
  .array(condition, { minLength: 1, maxLength: 2 })
  .map((all) => Object.assign({}, ...all) as Record<string, Record<string, string | string[]>>);

const about = fc.oneof(
  { weight: 6, arbitrary: some(actions).map((action) => ({ Action: action })) },
  { weight: 1, arbitrary: some(actions).map((notAction) => ({ NotAction: notAction })) },
);
const on = fc.oneof(
  { weight: 6, arbitrary: some(resources).map((resource) => ({ Resource: resource })) },
  { weight: 1, arbitrary: some(resources).map((notResource) => ({ NotResource: notResource })) },
);
const when = fc.oneof(
  { weight: 3, arbitrary: fc.constant({}) },
  { weight: 1, arbitrary: conditions.map((condition) => ({ Condition: condition })) },
);
const effect = fc.constantFrom('Allow' as const, 'Allow' as const, 'Allow' as const, 'Deny' as const);

export const anyStatement: fc.Arbitrary<Statement> = fc
  .tuple(effect, about, on, when)
  .map(([effect, what, which, rest]) => ({ Effect: effect, ...what, ...which, ...rest }));

const version = fc.constantFrom<{ Version?: string }>(
  { Version: '2012-10-17' },
  { Version: '2012-10-17' },
  { Version: '2008-10-17' },
  {},
);

export const anyDocument: fc.Arbitrary<Document> = fc
  .tuple(version, fc.array(anyStatement, { minLength: 1, maxLength: 4 }))
  .map(([head, statement]) => ({ ...head, Statement: statement }));

const principals = fc.constantFrom<Pick<Statement, 'Principal' | 'NotPrincipal'>>(
  { Principal: '*' },
  { Principal: { AWS: ROLE_ARN } },
  { Principal: { AWS: SESSION_ARN } },
  { Principal: { AWS: '111122223333' } },
  { Principal: { AWS: ['arn:aws:iam::111122223333:root', 'arn:aws:iam::111122223333:role/other'] } },
  { Principal: { AWS: 'arn:aws:iam::111122223333:role/other' } },
  { NotPrincipal: { AWS: [ROLE_ARN, SESSION_ARN, '111122223333'] } },
  { NotPrincipal: { AWS: [ROLE_ARN] } },
);

/** The policy of a cluster. */
export const anyClusterDocument: fc.Arbitrary<Document> = fc
  .array(
    fc
      .tuple(anyStatement, principals)
      // A NotPrincipal is used with a denial only.
      .map(([one, who]) => ({ ...one, ...who, ...('NotPrincipal' in who ? { Effect: 'Deny' as const } : {}) })),
    { minLength: 1, maxLength: 3 },
  )
  .map((statement) => ({ Version: '2012-10-17', Statement: statement }));
