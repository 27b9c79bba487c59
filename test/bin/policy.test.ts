import { expect, test } from 'vitest';
import { easyPubsub } from '../support/broker-cli.js';
import { CLUSTER_ARN, policyOf } from '../grants/support/services.js';

const env = { PATH: process.env['PATH'], HOME: process.env['HOME'] };

test('easy-pubsub policy prints the policy of a service, for its variables and options', async () => {
  const variables = { ...env, PUBSUB_WORKER_TOPIC: 'pricing', PUBSUB_DEAD_LETTER_TOPIC: 'pricing.dead' };
  const args = ['--role', 'both', '--cluster-arn', CLUSTER_ARN, '--replies', 'own', '--reply-group', 'orders'];
  const { exitCode, stdout, stderr } = await easyPubsub({ env: variables }, 'policy', ...args, '--create-topics');
  const input = {
    topics: { worker: 'pricing', dead_letter: 'pricing.dead' },
    groups: { reply_to: 'orders' },
    requester: { reply_mode: 'own' as const },
  };
  expect(JSON.parse(stdout)).toEqual({ Version: '2012-10-17', Statement: policyOf('both', input, true) });
  expect(stderr).toBe(
    'Policy of a requester and worker: worker topic pricing; reply_to topic reply_to; replies to reply_to; dead-letter topic pricing.dead; worker group easy-pubsub-pricing; reply_to group orders-…\n',
  );
  expect(exitCode).toBe(0);
});

test.each([
  [
    'an ARN of something else',
    ['--role', 'worker', '--cluster-arn', 'demo'],
    /'--cluster-arn .*must look like arn:aws/,
  ],
  ['another role', ['--role', 'boss', '--cluster-arn', CLUSTER_ARN], /Allowed choices are requester, worker, both/],
  [
    'one topic for both',
    ['--role', 'worker', '--cluster-arn', CLUSTER_ARN, '--worker-topic', 'a', '--reply-topic', 'a'],
    /--reply-topic is a, which is the worker topic/,
  ],
])('%s is refused', async (_, args, sentence) => {
  const { exitCode, stdout, stderr } = await easyPubsub({ env }, 'policy', ...args);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).toMatch(sentence);
});
