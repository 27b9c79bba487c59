import type { Command } from 'commander';
import { Deadline } from '../../src/base/deadline.js';
import { createTopics } from '../../src/kafka/admin/create-topics.js';
import { describeGroups, isUsing } from '../../src/kafka/admin/groups.js';
import { deniedGroups } from '../../sanity/checks/denied-reads.js';
import { readLogRanges } from '../../src/kafka/admin/log-ranges.js';
import { commandTopics } from '../../src/pubsub/config/new-topics.js';
import {
  describeAllTopics,
  describeTopics,
  topicSettings,
  type TopicDescription,
} from '../../src/kafka/admin/describe-topics.js';
import { action, printLine, printNotice, type ExitCode } from '../action.js';
import { between, topicName } from '../arguments.js';
import { chosenBrokers, withBrokers, type BrokerFlags, type ChosenBrokers } from '../connection.js';
import { eachName } from '../each-name.js';
import { table } from '../table.js';

interface CreateFlags extends BrokerFlags {
  partitions: number;
  replicationFactor: number;
}

interface ShowFlags extends BrokerFlags {
  json?: true;
}

const TIMEOUT_MS = 30_000;

/** `easy-pubsub topics list | describe | create` */
export function topicsCommand(program: Command): void {
  const topics = program.command('topics').description('list, describe and create topics');
  withBrokers(topics.command('list'))
    .description('list the topics, without those of Kafka itself')
    .option('--internal', 'also those of Kafka itself (__consumer_offsets)')
    .option('--json', 'print JSON')
    .action(action(list));
  withBrokers(topics.command('describe'))
    .description('show partitions, offsets, settings, and the groups that use a topic')
    .argument('[names...]', 'default: the configured topics', namesOf)
    .option('--json', 'print JSON')
    .action(action(describe));
  withBrokers(topics.command('create'))
    .description('create missing topics')
    .argument(
      '[names...]',
      'default: the configured topics (PUBSUB_WORKER_TOPIC, PUBSUB_REPLY_TO_TOPIC, PUBSUB_DEAD_LETTER_TOPIC)',
      namesOf,
    )
    .option(
      '--partitions <n>',
      'partitions of each topic; at most this many requesters can share the reply_to topic',
      between(1, 1_000),
      commandTopics.partitions,
    )
    .option('--replication-factor <n>', 'replicas of each partition', between(1, 10), commandTopics.replicationFactor)
    .action(action(create));
}

function namesOf(name: string, before: readonly string[] | undefined): string[] {
  return [...new Set([...(before ?? []), topicName(name)])];
}

async function list(signal: AbortSignal, flags: ShowFlags & { internal?: true }): Promise<ExitCode> {
  const { connection } = await chosenBrokers(flags);
  const all = await describeAllTopics(connection, new Deadline(TIMEOUT_MS, signal));
  const shown = all.filter(({ topic }) => flags.internal === true || !topic.startsWith('__'));
  const facts = shown.map((topic) => ({
    topic: topic.topic,
    partitions: topic.partitions.length,
    replicas: replicasOf(topic),
  }));
  if (flags.json === true) printLine(JSON.stringify(facts, null, 2));
  else if (facts.length === 0) printLine('There are no topics.');
  else {
    const rows = facts.map(({ topic, partitions, replicas }) => [topic, partitions, replicas]);
    printLine(table(['topic', 'partitions', 'replicas'], rows));
  }
  return 0;
}

async function describe(signal: AbortSignal, names: readonly string[], flags: ShowFlags): Promise<ExitCode> {
  const chosen = await chosenBrokers(flags);
  const facts = [];
  for (const topic of topicsOf(names, chosen)) facts.push(await factsOf(topic, chosen, signal));
  if (flags.json === true) {
    printLine(JSON.stringify(facts, null, 2));
    return 0;
  }
  for (const [index, { topic, partitions, settings, groups, denied_groups }] of facts.entries()) {
    if (index > 0) printLine('');
    const records = partitions.reduce((sum, { start, end }) => sum + (end ?? 0) - (start ?? 0), 0);
    const without = partitions.filter(({ end }) => end === null).length;
    const besides = without === 0 ? '' : `, without those of ${without} partitions that have no leader`;
    printLine(`${topic}: ${partitions.length} partitions, at most ${records} records${besides}`);
    const rows = partitions.map((one) => [
      one.partition,
      one.leader,
      one.replicas.join(','),
      one.isr.join(','),
      one.start ?? '',
      one.end ?? '',
    ]);
    printLine(table(['partition', 'leader', 'replicas', 'in sync', 'start', 'end'], rows));
    printLine(
      `settings of the topic: ${settings.map(({ name, value }) => `${name}=${value ?? ''}`).join(', ') || 'none'}`,
    );
    const users = groups.map(({ group, members, lag }) => `${group} (${members} members, lag ${lag ?? 'unknown'})`);
    printLine(`groups: ${users.join(', ') || 'none'}`);
    if (denied_groups.length > 0) printNotice(`Not shown, because ${deniedGroups(denied_groups)}.`);
  }
  return 0;
}

async function factsOf(topic: string, { connection }: ChosenBrokers, signal: AbortSignal) {
  const within = new Deadline(TIMEOUT_MS, signal);
  const [described] = await describeTopics(connection, [topic], within);
  const [ranges, settings, { groups, denied }] = await Promise.all([
    readLogRanges(connection, topic, within),
    topicSettings(connection, topic, within),
    describeGroups(connection, within),
  ]);
  return {
    topic,
    partitions: (described?.partitions ?? []).map((facts) => ({
      ...facts,
      // Only a leader knows them.
      ...(ranges.get(facts.partition) ?? { start: null, end: null }),
    })),
    settings,
    denied_groups: denied,
    groups: groups
      .filter((facts) => isUsing(facts, [topic]))
      .map(({ group, members, commits }) => ({
        group,
        members: members.length,
        lag: commits
          .filter((commit) => commit.topic === topic)
          .reduce<number | null>((sum, { partition, offset }) => {
            const end = ranges.get(partition)?.end;
            return sum === null || end === undefined ? null : sum + Math.max(0, end - offset);
          }, 0),
      })),
  };
}

async function create(signal: AbortSignal, names: readonly string[], flags: CreateFlags): Promise<ExitCode> {
  const chosen = await chosenBrokers(flags);
  const { partitions, replicationFactor } = flags;
  const within = new Deadline(TIMEOUT_MS, signal);
  return eachName(topicsOf(names, chosen), 'topic', async (topic) => {
    const created = await createTopics(chosen.connection, [{ topic, partitions, replicationFactor }], within);
    const [described] = await describeTopics(chosen.connection, [topic], within);
    if (created.length > 0) printLine(`${topic}: created`);
    else printLine(`${topic}: already exists${described === undefined ? '' : differences(described, flags)}`);
    return true;
  });
}

/** ", with 3 partitions instead of 6" */
function differences(topic: TopicDescription, wanted: CreateFlags): string {
  const different: string[] = [];
  const partitions = topic.partitions.length;
  if (partitions !== wanted.partitions) different.push(`${partitions} partitions instead of ${wanted.partitions}`);
  const replicas = replicasOf(topic);
  if (replicas !== wanted.replicationFactor)
    different.push(`${replicas} replicas instead of ${wanted.replicationFactor}`);
  return different.length === 0 ? '' : `, with ${different.join(' and ')}; it was not changed`;
}

function replicasOf({ partitions }: TopicDescription): number {
  return Math.min(...partitions.map(({ replicas }) => replicas.length));
}

function topicsOf(names: readonly string[], { settings: { topics } }: ChosenBrokers): readonly string[] {
  if (names.length > 0) return names;
  return [topics.worker, topics.reply_to, ...(topics.dead_letter === undefined ? [] : [topics.dead_letter])];
}
