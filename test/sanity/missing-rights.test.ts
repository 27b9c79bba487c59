import { AclOperationTypes, AclResourceTypes, ResourcePatternTypes } from 'kafkajs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { MissingRight } from '../../sanity/report/schema.js';
import { ALLOW, DENY, passwordOf, startAclBroker, type AclBroker } from '../support/acl-broker.js';
import { SanityProcess } from '../support/sanity-process.js';
import { patient } from '../support/patience.js';

const { TOPIC, GROUP } = AclResourceTypes;
const { LITERAL, PREFIXED } = ResourcePatternTypes;

interface Case {
  name: string;
  /** What the user may not do: one operation on one resource. */
  denied: { resourceType: AclResourceTypes; resourceName: string; operation: AclOperationTypes };
  /** The check at which the run has to fail first. */
  check: string;
  missing: Pick<MissingRight, 'function' | 'action'> & { type: MissingRight['resource']['type']; on: RegExp };
}

const cases: Case[] = [
  {
    name: 'writing replies',
    denied: { resourceType: TOPIC, resourceName: 'sanity.reply_to', operation: AclOperationTypes.WRITE },
    check: 'function_worker',
    missing: { function: 'worker', action: 'kafka-cluster:WriteData', type: 'topic', on: /^sanity\.reply_to$/ },
  },
  {
    name: 'seeing the collector’s group',
    denied: { resourceType: GROUP, resourceName: 'easy-pubsub-reply_to', operation: AclOperationTypes.DESCRIBE },
    check: 'function_reply_to',
    missing: {
      function: 'reply_to',
      action: 'kafka-cluster:DescribeGroup',
      type: 'group',
      on: /^easy-pubsub-reply_to-/,
    },
  },
  {
    name: 'deleting the publisher’s group',
    denied: { resourceType: GROUP, resourceName: 'easy-pubsub-publisher', operation: AclOperationTypes.DELETE },
    check: 'cleanup',
    missing: {
      function: 'publisher',
      action: 'kafka-cluster:DeleteGroup',
      type: 'group',
      on: /^easy-pubsub-publisher-/,
    },
  },
];
const userOf = (index: number): string => `user-${index}`;

let broker: AclBroker;

beforeAll(async () => {
  broker = await startAclBroker(cases.map((_, index) => userOf(index)));
  for (const topic of ['sanity.worker', 'sanity.reply_to']) await broker.topic(topic, 3);
  for (const [index, { denied }] of cases.entries()) {
    const everything = { operation: AclOperationTypes.ALL, permissionType: ALLOW, resourcePatternType: LITERAL };
    await broker.entries(userOf(index), [
      { ...everything, resourceType: TOPIC, resourceName: '*' },
      { ...everything, resourceType: GROUP, resourceName: '*' },
      { ...denied, permissionType: DENY, resourcePatternType: denied.resourceType === GROUP ? PREFIXED : LITERAL },
    ]);
  }
});
afterAll(() => broker[Symbol.asyncDispose]());

test.each(cases.map((one, index) => ({ ...one, index })))(
  'a user without the right for $name: $check fails, and the right is named',
  { timeout: patient(60_000) },
  async ({ index, check, missing }) => {
    const args = ['--brokers', broker.brokers.join(','), '--json', '--count', '8', '--timeout', '40'];
    const user = userOf(index);
    const end = await SanityProcess.run(args, {
      PUBSUB_AUTH: 'plain',
      PUBSUB_USERNAME: user,
      PUBSUB_PASSWORD: passwordOf(user),
    });
    expect(end.exitCode, end.stderr).toBe(1);
    const report = end.report();
    const failed = report.checks.find(({ outcome }) => outcome === 'fail');
    expect(failed?.id).toBe(check);
    // A client's error only names a kind of right; the exact one is found afterwards.
    expect([failed?.code, failed?.hint]).toEqual([
      'not_authorized',
      check === 'cleanup'
        ? expect.stringMatching(/^Brokers delete empty groups.* ACL that allows User:user-\d+ Delete on the group/)
        : 'The check “functions have the rights that they need” names the missing right.',
    ]);
    expect(report.client_cause).toEqual([
      {
        function: missing.function,
        role: null,
        action: missing.action,
        resource: { type: missing.type, name: expect.stringMatching(missing.on) as string },
      },
    ]);
  },
);
