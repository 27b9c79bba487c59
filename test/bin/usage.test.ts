import { expect, test } from 'vitest';
import { easyPubsub } from '../support/broker-cli.js';

test.each([
  ['an unknown option', ['sanity', '--cuont', '5'], 'sanity', /unknown option '--cuont' \(Did you mean --count\?\)/],
  [
    'a number out of range',
    ['sanity', '--count', '0'],
    'sanity',
    /'0' is invalid\. It must be a whole number from 1 to/,
  ],
  ['an unknown command', ['sanitty'], '', /unknown command 'sanitty' \(Did you mean sanity\?\)/],
  ['an unknown subcommand', ['topics', 'crate'], 'topics', /unknown command 'crate' \(Did you mean create\?\)/],
  ['a missing option', ['invoke', 'publisher'], 'invoke', /required option '--event <file>' not specified/],
  ['a missing argument', ['tail'], 'tail', /missing required argument 'topic'/],
  ['addresses that are none', ['sanity', '--brokers', 'nonsense'], 'sanity', /'--brokers .*must be host:port/],
  [
    'a port out of range',
    ['topics', 'list', '--brokers', 'a:1,b:70000'],
    'topics list',
    /'--brokers .*must be host:port/,
  ],
  [
    'an address that the settings refuse',
    ['topics', 'list', '--brokers', 'a@b:9092'],
    'topics list',
    /'--brokers .*must be host:port/,
  ],
  [
    'addresses of the gateway',
    ['gateway', '--policy', 'a.json', '--brokers', 'localhost'],
    'gateway',
    /'--brokers .*must be host:port/,
  ],
  ['a topic name that Kafka refuses', ['tail', 'a b'], 'tail', /A topic name has 1 to 249/],
  ['a topic of the gateway', ['gateway', '--topics', 'a,b c'], 'gateway', /'--topics .*A topic name has 1 to 249/],
  [
    'a topic that a policy allows',
    ['policy', '--role', 'worker', '--cluster-arn', 'arn:aws:kafka:eu-west-1:111122223333:cluster/demo/*'].concat(
      '--reply-topics-allowed',
      'a,..',
    ),
    'policy',
    /'--reply-topics-allowed .*A topic name has 1 to 249/,
  ],
])('%s: two lines, the error last', async (_, args, command, said) => {
  const ended = await easyPubsub({ env: process.env }, ...args);
  expect(ended.exitCode).toBe(2);
  expect(ended.stdout).toBe('');
  const [pointer, error, ...rest] = ended.stderr.trimEnd().split('\n');
  expect(pointer).toBe(
    `For the arguments: ${['npm run easy-pubsub --', ...command.split(' ').filter(Boolean)].join(' ')} --help`,
  );
  expect(error).toMatch(said);
  expect(rest).toEqual([]);
});
