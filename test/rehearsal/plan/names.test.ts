import { expect, test } from 'vitest';
import { credentialVariables, newFunctionCredentials } from '../../../rehearsal/start/credentials.js';
import {
  existingTopics,
  fixedGroups,
  groupsOfRun,
  leftOutNames,
  ownTopics,
  refuseTopicNames,
  topicsElsewhere,
} from '../../../rehearsal/plan/names.js';
import type { FunctionModel, StackModel } from '../../../rehearsal/template/index.js';

const arn = (kind: string, name: string): string => `arn:aws:kafka:eu-west-1:111122223333:${kind}/demo/0a1b/${name}`;
const CLUSTER = 'arn:aws:kafka:eu-west-1:111122223333:cluster/demo/0a1b';
const OTHER = 'arn:aws:kafka:eu-west-1:111122223333:cluster/other/2c3d';
const model = {
  partition: 'aws',
  account: '111122223333',
  topics: [{ name: 'mine', clusterArn: CLUSTER }],
  given: { topics: ['said'], groups: ['said-group'] },
  eventSources: [{ path: 'Resources.Mapping', topics: ['polled', 'said'], group: 'polling' }],
  topicsOfServices: [],
  functions: [
    { logicalId: 'A', name: 'a', role: 'Role', environment: { PUBSUB_WORKER_TOPIC: 'mine', PUBSUB_WORKER_GROUP: 'g' } },
    { logicalId: 'B', name: 'b', role: 'Role', environment: { PUBSUB_REPLY_TO_TOPIC: 'theirs' } },
    {
      logicalId: 'C',
      name: 'c',
      role: 'Role',
      environment: {
        KAFKA_TOPIC: 'orders.created',
        TOPICS: 'a, b',
        TOPIC_COUNT: '3',
        TOPIC_PREFIX: 'orders',
        ALERTS_TOPIC: 'arn:aws:sns:eu-west-1:111122223333:alerts',
        TOPIC_ENABLED: 'true',
        GROUP_ID: 'billing',
        SECURITY_GROUP: 'sg-0123456789abcdef0',
        LOG_GROUP_NAME: 'logs',
      },
    },
  ],
  roles: [
    {
      logicalId: 'Role',
      name: 'role',
      arn: 'arn:aws:iam::111122223333:role/role',
      policies: [
        {
          statements: [
            {
              resources: [arn('topic', 'named'), arn('topic', 'pattern-*'), arn('group', 'fixed'), arn('group', 'g-*')],
            },
          ],
        },
      ],
    },
  ],
} as unknown as StackModel;

test('topics that the stack does not create exist already: those that functions or policies name literally', () => {
  expect(existingTopics(model, CLUSTER).map(({ name, namedBy }) => `${name}: ${namedBy}`)).toEqual([
    'said: --topics',
    'polled: Resources.Mapping',
    'theirs: b’s variable PUBSUB_REPLY_TO_TOPIC',
    'orders.created: c’s variable KAFKA_TOPIC',
    'a: c’s variable TOPICS',
    'b: c’s variable TOPICS',
    'named: a policy',
  ]);
});

test('groups: as named, and with a run’s id', () => {
  expect(fixedGroups(model, CLUSTER)).toEqual(['g', 'said-group', 'polling', 'billing', 'fixed']);
  expect(groupsOfRun(model, 'run1')).toEqual(['g-run1']);
});

test('each function has its own credentials, also if functions share a role', () => {
  const credentials = newFunctionCredentials(model);
  expect(credentials.get('A')).toMatchObject({ sessionArn: 'arn:aws:sts::111122223333:assumed-role/role/a' });
  const [a, b] = model.functions.map((one: FunctionModel) => credentialVariables(credentials, one));
  expect(Object.keys(a!)).toEqual(['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN']);
  for (const key of Object.keys(a!)) expect(a![key]).not.toBe(b![key]);
});

/** A stack whose topics and names are these, and which names nothing else. */
function naming(changed: {
  readonly resources?: readonly string[];
  readonly polled?: readonly string[];
  readonly own?: readonly (readonly [string, string])[];
  readonly given?: readonly string[];
}): StackModel {
  const { resources = [], polled = [], own = [], given = [] } = changed;
  return {
    ...model,
    topics: own.map(([name, clusterArn], at) => ({ logicalId: `T${at}`, name, clusterArn })),
    given: { topics: given, groups: [] },
    eventSources: [{ path: 'Resources.Mapping', topics: polled }],
    functions: [],
    roles: [{ policies: [{ statements: [{ path: 'S', resources }] }] }],
  } as unknown as StackModel;
}
const existing = (of: StackModel): string[] => existingTopics(of, CLUSTER).map(({ name }) => name);

test.each<[string, string, string[]]>([
  ['a name with a slash, which no topic has', arn('topic', 'orders/dlq'), []],
  ['a name with a colon', arn('topic', 'orders:dlq'), []],
  ['a variable with a slash in it', 'arn:aws:kafka:*:*:topic/${aws:PrincipalTag/c}/0a1b/orders', ['orders']],
  ['another cluster', arn('topic', 'orders').replace('/demo/', '/other/'), []],
  ['a topic of Kafka itself', arn('topic', '__consumer_offsets'), []],
])('topics that policies name: %s', (_, resource, topics) => {
  expect(existing(naming({ resources: [resource] }))).toEqual(topics);
});

test('a name that no topic can have, or that Kafka refuses beside another one, is a note', () => {
  const of = naming({ resources: [arn('topic', 'orders_v1')], polled: ['orders.v1', 'a b'] });
  expect(existing(of)).toEqual(['orders.v1']);
  expect(leftOutNames(of, CLUSTER)).toEqual([
    { path: 'Resources.Mapping', sentence: expect.stringContaining('names "a b": a topic’s name has') as string },
    { path: 'S.Resource', sentence: expect.stringContaining('no topic orders_v1 beside orders.v1') as string },
  ]);
});

test('topics of another cluster of the stack are not created, and are listed', () => {
  const of = naming({
    own: [
      ['payments', OTHER],
      ['orders', OTHER],
      ['orders', CLUSTER],
    ],
    resources: [arn('topic', 'payments'), arn('topic', 'orders')],
  });
  expect(ownTopics(of, CLUSTER).map(({ logicalId }) => logicalId)).toEqual(['T2']);
  expect(existing(of)).toEqual([]);
  expect(topicsElsewhere(of, CLUSTER).map(({ path }) => path)).toEqual(['Resources.T0', 'Resources.T1']);
});

test.each<[string, StackModel, string]>([
  ['an option that is not a name', naming({ given: ['a/b'] }), '--topics: "a/b"'],
  [
    'an option beside a topic of the stack',
    naming({ own: [['a.b', CLUSTER]], given: ['a_b'] }),
    'no topic a_b beside a.b',
  ],
  [
    'two topics of the stack',
    naming({
      own: [
        ['a.b', CLUSTER],
        ['a_b', CLUSTER],
      ],
    }),
    'Resources.T1: Kafka accepts',
  ],
])('refused before anything is started: %s', (_, of, sentence) => {
  expect(() => refuseTopicNames(of, CLUSTER)).toThrow(sentence);
});

test('topics that collide on different clusters are accepted', () => {
  const of = naming({
    own: [
      ['a.b', CLUSTER],
      ['a_b', OTHER],
    ],
  });
  expect(() => refuseTopicNames(of, CLUSTER)).not.toThrow();
});

test('topics and groups of other services are theirs if they are on the rehearsed cluster', () => {
  const of = (clusterArn: string | undefined, topic: string) => ({
    path: `Resources.${topic}`,
    topics: [topic],
    clusterArn,
    group: `${topic}-group`,
  });
  const services = { ...model, topicsOfServices: [of(CLUSTER, 'piped'), of(OTHER, 'far'), of(undefined, 'sunk')] };
  const names = existingTopics(services, CLUSTER).map(({ name }) => name);
  expect(names.filter((name) => ['piped', 'far', 'sunk'].includes(name))).toEqual(['piped', 'sunk']);
  expect(existingTopics(services, CLUSTER)).toContainEqual(
    expect.objectContaining({ name: 'piped', namedBy: 'Resources.piped' }),
  );
  const groups = fixedGroups(services, CLUSTER);
  expect(groups.filter((name) => /-group$/.test(name))).toEqual(['said-group', 'piped-group', 'sunk-group']);
});
