import { expect, test } from 'vitest';
import { credentialVariables, newCredentials } from '../../../../local/rehearsal/stage/credentials.js';
import { existingTopics, groupsOfRun } from '../../../../local/rehearsal/stage/names.js';
import type { FunctionModel, StackModel } from '../../../../local/rehearsal/template/index.js';

const arn = (kind: string, name: string): string => `arn:aws:kafka:eu-west-1:111122223333:${kind}/demo/0a1b/${name}`;
const model = {
  partition: 'aws',
  account: '111122223333',
  topics: [{ name: 'mine' }],
  functions: [
    { logicalId: 'A', name: 'a', role: 'Role', environment: { PUBSUB_WORKER_TOPIC: 'mine', PUBSUB_WORKER_GROUP: 'g' } },
    { logicalId: 'B', name: 'b', role: 'Role', environment: { PUBSUB_REPLY_TO_TOPIC: 'theirs' } },
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

test('topics that nobody makes are there already: those that functions or policies name, letter by letter', () => {
  expect(existingTopics(model).map(({ name }) => name)).toEqual(['theirs', 'named']);
});

test('groups of a run: as the functions name them, and with its id', () => {
  expect(groupsOfRun(model, 'run1')).toEqual(['g-run1']);
});

test('each function has credentials of its own, also with a role that another has', () => {
  const credentials = newCredentials(model);
  expect(credentials.get('A')).toMatchObject({ sessionArn: 'arn:aws:sts::111122223333:assumed-role/role/a' });
  const [a, b] = model.functions.map((one: FunctionModel) => credentialVariables(credentials, one));
  expect(Object.keys(a!)).toEqual(['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN']);
  for (const key of Object.keys(a!)) expect(a![key]).not.toBe(b![key]);
});
