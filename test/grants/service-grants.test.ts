import { describe, expect, test } from 'vitest';
import { planRoles } from '../../rehearsal/enforce/index.js';
import { decideForRole } from '../../rehearsal/policy/index.js';
import { serviceSettings, serviceSettingsFromEnv } from '../../src/grants/service-settings.js';
import { config } from '../../src/index.js';
import { CLUSTER_ARN, policyOf, rightsOf } from './support/services.js';

const short = (rights: readonly string[]): string[] =>
  rights.map((right) =>
    right
      .replace('kafka-cluster:', '')
      .replace(/arn:\S+?:(cluster|topic|group)\/demo\/[^/]+\/?/, '$1 ')
      .trim(),
  );

describe('the rights of a service', () => {
  test('a requester with shared replies', () => {
    expect(short(rightsOf(policyOf('requester', { topics: { worker: 'w', reply_to: 'r' } })))).toEqual([
      'Connect on cluster',
      'DescribeTopic on topic w',
      'WriteData on topic w',
      'DescribeTopic on topic r',
      'ReadData on topic r',
      'DescribeGroup on group easy-pubsub-r',
      'AlterGroup on group easy-pubsub-r',
    ]);
  });

  test('with own replies it creates groups and deletes them', () => {
    const rights = short(rightsOf(policyOf('requester', { requester: { reply_mode: 'own' } })));
    expect(rights.filter((right) => right.includes('group'))).toEqual(
      ['DescribeGroup', 'AlterGroup', 'DeleteGroup'].map((action) => `${action} on group easy-pubsub-reply_to-*`),
    );
  });

  test('a worker writes to every topic that it may reply to, and to its dead-letter topic', () => {
    const topics = { worker: 'w', reply_to: 'r', reply_allowed: ['r', 'other'], dead_letter: 'dead' };
    const rights = short(rightsOf(policyOf('worker', { topics })));
    expect(rights.filter((right) => right.startsWith('WriteData'))).toEqual([
      'WriteData on topic r',
      'WriteData on topic other',
      'WriteData on topic dead',
    ]);
    expect(short(rightsOf(policyOf('requester', { topics }))).join()).not.toMatch(/other|dead/);
  });

  test.each([
    ['createTopics', {}, true],
    ['allow_auto_topic_creation', { producer: { allow_auto_topic_creation: true } }, false],
  ])('%s: it may create the topics that it uses', (_, input, createTopics) => {
    const rights = short(rightsOf(policyOf('both', { ...input, topics: { dead_letter: 'dead' } }, createTopics)));
    expect(rights.filter((right) => right.startsWith('CreateTopic'))).toEqual(
      ['worker', 'reply_to', 'dead'].map((topic) => `CreateTopic on topic ${topic}`),
    );
  });
});

test('a character of a group’s name that is special in a policy stands for itself', () => {
  const statements = policyOf('worker', { groups: { worker: 'a*b?c${d}' } });
  const plan = planRoles([{ path: 'p.json', text: JSON.stringify({ Version: '2012-10-17', Statement: statements }) }], {
    clusterArn: CLUSTER_ARN,
  });
  const may = (group: string): string =>
    decideForRole(
      plan.rights[0]!,
      'kafka-cluster:AlterGroup',
      `${CLUSTER_ARN.replace(':cluster/', ':group/')}/${group}`,
    );
  expect(['a*b?c${d}', 'aXb?c${d}', 'a*bXc${d}'].map(may)).toEqual(['allowed', 'denied', 'denied']);
});

test('the settings are those of `config`, from code and from variables', () => {
  const input = { topics: { worker: 'w', dead_letter: 'd' }, requester: { reply_mode: 'own' as const } };
  const settings = config.create({ connection: { brokers: ['localhost:9092'] }, ...input });
  const env = {
    PUBSUB_WORKER_TOPIC: 'w',
    PUBSUB_DEAD_LETTER_TOPIC: 'd',
    PUBSUB_REPLY_MODE: 'own',
    PUBSUB_AUTH: 'plain',
  };
  for (const read of [serviceSettings(input), serviceSettingsFromEnv(env)]) {
    expect(read).toEqual({
      topics: settings.topics,
      groups: settings.groups,
      requester: settings.requester,
      producer: settings.producer,
    });
  }
  expect(
    serviceSettingsFromEnv(env, [{ path: 'topics.worker', value: 'other', name: '--worker-topic' }]).topics,
  ).toMatchObject({
    worker: 'other',
    dead_letter: 'd',
  });
  expect(() => serviceSettingsFromEnv({ PUBSUB_WORKR_TOPIC: 'w' })).toThrow(/did you mean PUBSUB_WORKER_TOPIC/);
});
