import { expect, test } from 'vitest';
import { credentialVariables, newCredentials } from '../../../rehearsal/start/credentials.js';
import { existingTopics, fixedGroups, groupsOfRun } from '../../../rehearsal/plan/names.js';
import type { FunctionModel, StackModel } from '../../../rehearsal/template/index.js';

const arn = (kind: string, name: string): string => `arn:aws:kafka:eu-west-1:111122223333:${kind}/demo/0a1b/${name}`;
const model = {
  partition: 'aws',
  account: '111122223333',
  topics: [{ name: 'mine' }],
  given: { topics: ['said'], groups: ['said-group'] },
  eventSources: [{ path: 'Resources.Mapping', topics: ['polled', 'said'], group: 'polling' }],
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
  expect(existingTopics(model).map(({ name, namedBy }) => `${name}: ${namedBy}`)).toEqual([
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
  expect(fixedGroups(model)).toEqual(['g', 'said-group', 'polling', 'billing', 'fixed']);
  expect(groupsOfRun(model, 'run1')).toEqual(['g-run1']);
});

test('each function has its own credentials, also if functions share a role', () => {
  const credentials = newCredentials(model);
  expect(credentials.get('A')).toMatchObject({ sessionArn: 'arn:aws:sts::111122223333:assumed-role/role/a' });
  const [a, b] = model.functions.map((one: FunctionModel) => credentialVariables(credentials, one));
  expect(Object.keys(a!)).toEqual(['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN']);
  for (const key of Object.keys(a!)) expect(a![key]).not.toBe(b![key]);
});
