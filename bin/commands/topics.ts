import type { Command } from 'commander';
import { Deadline } from '../../src/base/deadline.js';
import { config } from '../../src/index.js';
import { createTopics } from '../../src/kafka/admin/admin.js';
import { kafkaConnection } from '../../src/pubsub/kafka-connection.js';
import { keptKafka } from '../../local/kafka/index.js';
import { action, type ExitCode } from '../action.js';
import { between, list } from '../arguments.js';

interface TopicsFlags {
  partitions: number;
  replicationFactor: number;
  brokers?: string[];
}

/** `easy-pubsub topics create`: creates the two topics of the configuration, or others by name, if they are missing. */
export function topicsCommand(program: Command): void {
  program
    .command('topics')
    .description('manage the two configured topics (PUBSUB_WORKER_TOPIC, PUBSUB_REPLY_TO_TOPIC), or others by name')
    .command('create')
    .description('create missing topics, on PUBSUB_BROKERS or on the Kafka that `kafka up` started')
    .argument('[names...]', 'topics to create instead of the two configured ones')
    .option(
      '--partitions <n>',
      'partitions of each topic; at most this many requesters can share the reply_to topic',
      between(1, 1_000),
      6,
    )
    .option('--replication-factor <n>', 'replicas of each partition', between(1, 10), 1)
    .option('--brokers <host:port,…>', 'instead of PUBSUB_BROKERS', list)
    .action(action(create));
}

async function create(signal: AbortSignal, names: readonly string[], flags: TopicsFlags): Promise<ExitCode> {
  const brokers = flags.brokers ?? (process.env['PUBSUB_BROKERS'] ? undefined : (await keptKafka())?.brokers);
  const settings = config.from_env({
    ...process.env,
    ...(brokers === undefined ? {} : { PUBSUB_BROKERS: brokers.join(',') }),
  });
  const topics = names.length > 0 ? [...new Set(names)] : [settings.topics.worker, settings.topics.reply_to];
  const { partitions, replicationFactor } = flags;
  const created = await createTopics(
    kafkaConnection(settings),
    topics.map((topic) => ({ topic, partitions, replicationFactor })),
    new Deadline(30_000, signal),
  );
  for (const topic of topics)
    process.stdout.write(`${topic}: ${created.includes(topic) ? 'created' : 'already exists'}\n`);
  return 0;
}
