import { expect, test } from 'vitest';
import { easyPubsub } from '../support/broker-cli.js';
import { CLUSTER_ARN } from '../grants/support/services.js';

const brokers = ['--brokers', '127.0.0.1:9'];
const policy = ['--policy', 'a.json'];
const grants = ['policy', '--cluster-arn', CLUSTER_ARN, '--role'];

test.each<[args: string[], said: RegExp]>([
  [['gateway', ...policy, ...brokers, '--nodes', '2'], /'--nodes <n>' cannot be used with option '--brokers/],
  [['gateway', ...policy, ...brokers, '--port', '9098'], /'--port <port>' cannot be used with option '--brokers/],
  [['gateway', ...policy, '--keys', '/tmp/k'], /--keys is for --brokers, which is not given/],
  [['gateway', ...policy, '--authorizer-log', 'a.log'], /--authorizer-log is for --brokers, which is not given/],
  [['gateway', '--nodes', '2', 'logs'], /--nodes has no effect before logs/],
  [['gateway', '--keys', '/tmp/k', 'keys'], /--keys has no effect before keys/],
  [[...grants, 'requester', '--worker-group', 'g'], /--worker-group is for --role worker or both/],
  [[...grants, 'requester', '--dead-letter-topic', 'd'], /--dead-letter-topic is for --role worker or both/],
  [[...grants, 'requester', '--reply-topics-allowed', 'd'], /--reply-topics-allowed is for --role worker or both/],
  [[...grants, 'worker', '--reply-group', 'g'], /--reply-group is for --role requester or both/],
  [[...grants, 'worker', '--replies', 'own'], /--replies is for --role requester or both/],
  [[...grants, 'worker', '--reply-topics-allowed', 'a', '--reply-topic', 'b'], /--reply-topic is for --role requester/],
  [['sanity', '--rehearse', '--template', 't', '-c', 'a=b'], /'-c, --context .*cannot be used with option '--template/],
  [['sanity', '--rehearse', '--keep'], /'--rehearse' cannot be used with option '--keep'/],
  [['rehearse', 'up', '--template', 't', '-c', 'a=b'], /'-c, --context .*cannot be used with option '--template/],
  [['sanity', '--seed', 'a'], /--seed is for --negative, which is not given/],
])('%j: an option without effect is refused', async (args, said) => {
  const ended = await easyPubsub({ env: process.env }, ...args);
  expect(ended).toMatchObject({ exitCode: 2, stdout: '' });
  expect(ended.stderr).toMatch(said);
});

test('a worker answers to --reply-topic, if no other topic is named', async () => {
  const { exitCode, stdout } = await easyPubsub({ env: process.env }, ...grants, 'worker', '--reply-topic', 'answers');
  expect(exitCode).toBe(0);
  expect(stdout).toContain('/answers');
});

test.each([
  [['sanity', '--worker-topic', 'a', '--reply-topic', 'a'], /^--reply-topic names a, which is the topic for requests/],
  [['sanity', '--worker-topic', 'sanity.reply_to'], /^--worker-topic names sanity.reply_to, .* for replies/],
  [['sanity', '--reply-topic', 'sanity.worker'], /^--reply-topic names sanity.worker, .* for requests/],
  [
    ['invoke', 'worker', '--event', 'events/worker/by-command.json', '--worker-topic', 'sanity.reply_to'],
    /^--worker-topic names sanity.reply_to, .* for replies/,
  ],
])('%j: one topic for both is refused in the words of the options', async (args, said) => {
  const ended = await easyPubsub({ env: process.env }, ...args);
  expect(ended.exitCode).toBe(2);
  expect(ended.stderr).toMatch(said);
});
