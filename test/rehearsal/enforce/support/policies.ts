import type { Document, Policies, Statement } from '../../policy/brute-force.js';

const PLACE = 'arn:aws:kafka:eu-west-1:111122223333';
export const CLUSTER_ARN = `${PLACE}:cluster/demo/0a1b2c3d-0000-4000-8000-000000000000-1`;

type Texts = string | string[];

/** `topic('orders-*')`: of any cluster with the name demo. */
const topic = (name: string): string => `${PLACE}:topic/demo/*/${name}`;
const group = (name: string): string => `${PLACE}:group/demo/*/${name}`;
const transaction = (name: string): string => `${PLACE}:transactional-id/demo/*/${name}`;

const actions = (names: Texts): Texts => {
  const all = [names].flat().map((name) => (name.includes(':') || name === '*' ? name : `kafka-cluster:${name}`));
  return all.length === 1 ? all[0]! : all;
};
const allow = (names: Texts, resource: Texts, more: Partial<Statement> = {}): Statement => ({
  Effect: 'Allow',
  Action: actions(names),
  Resource: resource,
  ...more,
});
const deny = (names: Texts, resource: Texts, more: Partial<Statement> = {}): Statement => ({
  ...allow(names, resource, more),
  Effect: 'Deny',
});
const when = (condition: NonNullable<Statement['Condition']>): Partial<Statement> => ({ Condition: condition });

const connect = allow('Connect', `${PLACE}:cluster/demo/*`);
const document = (...statement: Statement[]): Document => ({ Version: '2012-10-17', Statement: statement });
/** May log in, with these statements in addition. */
const own = (...statements: Statement[]): Policies => ({ identity: [document(connect, ...statements)] });
const everything = allow('*', '*');
const reading = ['DescribeTopic', 'ReadData', 'DescribeGroup', 'AlterGroup'];

/** Policies by the name of their role, each as IAM accepts it. */
export const policies: Readonly<Record<string, Policies>> = {
  // Families of names.
  'all-on-all': { identity: [document(everything)] },
  'kafka-on-all': { identity: [document(allow('kafka-cluster:*', '*'))] },
  'everything-of-the-cluster': own(allow('*', [`${PLACE}:*/demo/*`])),
  'one-topic': own(allow(['DescribeTopic', 'ReadData', 'WriteData'], topic('orders'))),
  'two-topics': own(allow('*Data', [topic('orders'), topic('audit')]), allow('DescribeTopic', topic('*'))),
  'a-prefix': own(allow(['*Topic', '*Data'], topic('orders-*'))),
  'a-longer-prefix': own(allow('DescribeTopic', topic('orders*')), allow('*Data', topic('orders-eu-*'))),
  'a-star-in-the-middle': own(allow('*', topic('orders-*-eu'))),
  'one-character': own(allow('*', topic('orders-?'))),
  'a-suffix': own(allow(['DescribeTopic', '*Data'], topic('*orders'))),
  'any-region': own(allow('*', 'arn:aws:kafka:*:111122223333:topic/*')),
  'any-account': own(allow('Describe*', 'arn:aws:kafka:eu-west-1:*:topic/demo/*/orders*')),
  'account-by-characters': own(allow(reading, 'arn:aws:kafka:eu-west-1:11112222????:*/demo/*')),
  'groups-by-prefix': own(allow('kafka-cluster:*', group('easy-pubsub-*'))),
  'groups-in-the-middle': own(allow('*Group', group('billing-*-1')), allow(reading, topic('*'))),
  'reader-of-all': own(allow(reading, [topic('*'), group('*')])),
  'reader-of-some': own(allow(reading, [topic('orders*'), group('billing*')])),
  'groups-and-no-topics': own(allow('*', group('*'))),
  // Rights that Kafka implies, and IAM does not.
  'read-without-describe': own(allow('ReadData', topic('orders-*')), allow('*', group('*'))),
  'write-without-describe': own(allow('WriteData', topic('*'))),
  'describe-within-read': own(allow('ReadData', topic('orders-*')), allow('DescribeTopic', topic('orders-eu-*'))),
  'read-within-describe': own(allow('DescribeTopic', topic('*')), allow(['ReadData', 'AlterTopic'], topic('orders-*'))),
  'settings-only': own(allow('*TopicDynamicConfiguration', topic('orders*'))),
  'change-settings-unseen': own(allow('AlterTopicDynamicConfiguration', topic('*'))),
  'delete-only': own(allow('DeleteTopic', topic('orders-*')), allow('DeleteGroup', group('*'))),
  'alter-groups-unseen': own(allow('AlterGroup', group('*')), allow(['DescribeTopic', 'ReadData'], topic('*'))),
  // Denials.
  'all-but-one': own(everything, deny('*', topic('orders-1'))),
  'all-but-a-prefix': own(everything, deny('*Data', topic('secret-*'))),
  'all-but-the-middle': own(everything, deny('*', topic('orders-*-eu'))),
  'all-but-a-suffix': own(everything, deny(['DescribeTopic', 'DeleteTopic'], topic('*-1'))),
  'all-but-groups': own(everything, deny('AlterGroup', group('billing*'))),
  'no-changes': own(everything, deny(['Alter*', 'Delete*', 'Create*'], '*')),
  'a-denial-across': own(allow('*', topic('orders-*')), deny('WriteData', topic('*-eu'))),
  'a-denial-elsewhere': own(allow('*', topic('*')), deny('*', 'arn:aws:kafka:eu-west-1:111122223333:topic/prod/*/*')),
  'denied-to-log-in': own(everything, deny('Connect', '*')),
  'never-allowed-to-log-in': { identity: [document(allow('*Topic', topic('*')))] },
  'of-another-cluster': own(allow('*', 'arn:aws:kafka:eu-west-1:111122223333:topic/prod/*/*')),
  // Notation.
  'in-any-case': own(allow(['KAFKA-CLUSTER:describetopic', 'kafka-cluster:readDATA'], topic('orders'))),
  'by-pattern': own(allow(['????Data', '*scribeTopic'], topic('*'))),
  'several-documents': {
    identity: [document(connect), document(allow('DescribeTopic', topic('*'))), document(allow('*Data', topic('a*')))],
  },
  'not-action': own({ Effect: 'Allow', NotAction: ['kafka-cluster:Delete*', 'iam:*'], Resource: '*' }),
  'not-action-denied': own(everything, {
    Effect: 'Deny',
    NotAction: ['kafka-cluster:Connect', 'kafka-cluster:Describe*', 'kafka-cluster:ReadData'],
    Resource: '*',
  }),
  'not-resource': own({ Effect: 'Allow', Action: 'kafka-cluster:*', NotResource: [topic('orders-*'), group('b*')] }),
  'not-resource-denied': own(everything, { Effect: 'Deny', Action: '*', NotResource: [topic('o*'), `${PLACE}:c*`] }),
  'old-version': {
    identity: [{ Version: '2008-10-17', Statement: [connect, allow('*', topic('${aws:PrincipalTag/team}*'))] }],
  },
  'a-variable': own(allow('*', topic('${aws:PrincipalTag/team}*'))),
  'a-variable-that-has-none': own(allow('*', topic("${aws:PrincipalTag/none, 'orders'}-1"))),
  'variables-that-are-not-valid': own(
    allow('*', [
      topic('${}'),
      topic('${ aws:PrincipalAccount }'),
      topic('${aws:PrincipalTag/}*'),
      topic('orders${aws:x'),
    ]),
  ),
  'a-variable-that-is-never-set': own(allow('*', [topic('${aws:username}*'), topic("${aws:username, 'orders'}-1")])),
  'account-by-variable': own(allow('*', 'arn:aws:kafka:eu-west-1:${aws:PrincipalAccount}:topic/demo/*/orders')),
  // Conditions.
  'vpc-that-is': own(everything, deny('*Data', '*', when({ StringNotEquals: { 'aws:SourceVpc': 'vpc-0123' } }))),
  'vpc-that-is-not': own(allow('*', topic('*'), when({ StringEquals: { 'aws:SourceVpc': ['vpc-1', 'vpc-2'] } }))),
  'like-a-vpc': own(allow('*', topic('orders*'), when({ StringLike: { 'AWS:sourcevpc': 'vpc-*' } }))),
  encrypted: own(everything, deny('*', '*', when({ Bool: { 'aws:SecureTransport': 'false' } }))),
  'before-and-after': own(
    allow(
      '*',
      topic('orders*'),
      when({
        DateGreaterThan: { 'aws:CurrentTime': '2020-01-01T00:00:00Z' },
        DateLessThan: { 'aws:CurrentTime': '2090-01-01T00:00:00Z' },
      }),
    ),
  ),
  'too-late': own(allow('*', topic('*'), when({ DateLessThan: { 'aws:CurrentTime': '2020-01-01T00:00:00Z' } }))),
  'by-number': own(allow('*', topic('a*'), when({ NumericGreaterThan: { 'aws:EpochTime': '1000000000' } }))),
  'an-address': own(
    allow('*', topic('orders*'), when({ IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } })),
    allow('*', topic('audit'), when({ IpAddress: { 'aws:SourceIp': '192.168.0.0/16' } })),
  ),
  'another-address': own(everything, deny('*', topic('*'), when({ NotIpAddress: { 'aws:SourceIp': '10.1.2.0/24' } }))),
  'by-role': own(
    allow('*', topic('*'), when({ ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::111122223333:role/by-*' } })),
    deny('*', topic('audit'), when({ ArnNotLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/admin' } })),
  ),
  'sets-of-values': own(
    allow('*', topic('orders'), when({ 'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': 'o-1/*/ou-2/' } })),
    allow('*', topic('audit'), when({ 'ForAllValues:StringEquals': { 'aws:PrincipalOrgPaths': 'o-1/r-1/ou-2/' } })),
  ),
  'there-or-not': own(
    allow('*', topic('orders*'), when({ Null: { 'aws:SourceVpce': 'true' } })),
    allow('*', topic('audit'), when({ StringEqualsIfExists: { 'aws:SourceVpce': 'vpce-1' } })),
    allow('*', topic('secret-*'), when({ StringEquals: { 'aws:SourceVpce': 'vpce-1' } })),
  ),
  // Producers.
  idempotent: own(allow(['DescribeTopic', 'WriteData'], topic('*')), allow('WriteDataIdempotently', '*')),
  'idempotent-on-all-topics': own(allow(['DescribeTopic', 'WriteData'], topic('*'))),
  'idempotent-on-all-but-one': own(
    allow(['DescribeTopic', 'WriteData'], topic('*')),
    deny('WriteData', topic('audit')),
  ),
  transactional: own(allow('*TransactionalId', transaction('tx-*')), allow('WriteDataIdempotently', CLUSTER_ARN)),
  'transactional-but-one': own(everything, deny('*', transaction('tx-1'))),
  administrator: own(allow(['DescribeCluster', 'AlterCluster'], CLUSTER_ARN), allow('*Topic', topic('*'))),
  // Policies that limit others.
  'within-a-boundary': { ...own(everything), boundary: document(connect, allow('Describe*', topic('*'))) },
  'a-boundary-that-denies': { ...own(everything), boundary: document(everything, deny('*', topic('orders-?'))) },
  'a-boundary-gives-nothing': { ...own(), boundary: document(everything) },
  'within-a-session': { ...own(everything), session: document(connect, allow(reading, '*')) },
  'two-levels': {
    ...own(everything),
    scps: [
      document(everything, deny('DeleteTopic', '*')),
      document(connect, allow(['*Topic', '*Group'], '*'), allow('*Data', topic('o*'))),
    ],
  },
  'cluster-gives': {
    ...own(),
    cluster: document({ Effect: 'Allow', Principal: '*', Action: 'kafka-cluster:Describe*', Resource: '*' }),
  },
  'cluster-takes': {
    ...own(everything),
    cluster: document({
      Effect: 'Deny',
      Principal: { AWS: '111122223333' },
      Action: 'kafka-cluster:WriteData',
      Resource: topic('*orders*'),
    }),
  },
  'cluster-gives-the-role': {
    ...own(),
    boundary: document(connect, allow('Describe*', topic('orders*'))),
    cluster: document({
      Effect: 'Allow',
      Principal: { AWS: 'arn:aws:iam::111122223333:role/cluster-gives-the-role' },
      Action: 'kafka-cluster:*',
      Resource: '*',
    }),
  },
};
