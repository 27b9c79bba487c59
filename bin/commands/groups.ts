import type { Command } from 'commander';
import { Deadline } from '../../src/base/deadline.js';
import { pubsub_error } from '../../src/base/error.js';
import { deleteGroups } from '../../src/kafka/admin/delete-groups.js';
import { describeGroup, describeGroups, type GroupFacts } from '../../src/kafka/admin/groups.js';
import { readLogRanges } from '../../src/kafka/admin/log-ranges.js';
import { deniedGroups } from '../../sanity/checks/denied-reads.js';
import type { KafkaConnection } from '../../src/kafka/connection.js';
import { action, printLine, printNotice, type ExitCode } from '../action.js';
import { chosenBrokers, withBrokers, type BrokerFlags } from '../connection.js';
import { eachName } from '../each-name.js';
import { table } from '../table.js';

interface ShowFlags extends BrokerFlags {
  json?: true;
}

const TIMEOUT_MS = 30_000;

/** `easy-pubsub groups list | describe | delete` */
export function groupsCommand(program: Command): void {
  const groups = program.command('groups').description('list, describe and delete consumer groups');
  withBrokers(groups.command('list'))
    .description('list the consumer groups')
    .option('--json', 'print JSON')
    .action(action(list));
  withBrokers(groups.command('describe'))
    .description('show the members of groups, their committed positions, and their lag')
    .argument('<names...>', 'the groups')
    .option('--json', 'print JSON')
    .action(action(describe));
  withBrokers(groups.command('delete'))
    .description(
      'delete groups without members, and their committed positions; exit code 0: deleted, 1: not all of them',
    )
    .argument('<names...>', 'the groups')
    .action(action(remove));
}

async function list(signal: AbortSignal, flags: ShowFlags): Promise<ExitCode> {
  const { connection } = await chosenBrokers(flags);
  const { groups, denied } = await describeGroups(connection, new Deadline(TIMEOUT_MS, signal));
  const facts = groups.map((facts) => ({
    group: facts.group,
    state: facts.state,
    members: facts.members.length,
    topics: topicsOf(facts),
  }));
  if (flags.json === true) printLine(JSON.stringify(facts, null, 2));
  else if (facts.length === 0) printLine('There are no consumer groups.');
  else {
    const rows = facts.map(({ group, state, members, topics }) => [group, state, members, topics.join(', ')]);
    printLine(table(['group', 'state', 'members', 'topics'], rows));
  }
  if (denied.length > 0) printNotice(`Not shown, because ${deniedGroups(denied)}.`);
  return 0;
}

async function describe(signal: AbortSignal, names: readonly string[], flags: ShowFlags): Promise<ExitCode> {
  const { connection } = await chosenBrokers(flags);
  const within = new Deadline(TIMEOUT_MS, signal);
  const facts = [];
  for (const name of new Set(names))
    facts.push(await lagOf(await existing(connection, name, within), connection, within));
  if (flags.json === true) {
    printLine(JSON.stringify(facts, null, 2));
    return 0;
  }
  for (const [index, { group, state, members, positions }] of facts.entries()) {
    if (index > 0) printLine('');
    printLine(`${group}: ${state}, ${members.length} members`);
    const rows = positions.map(({ topic, partition, committed, end, lag, member }) => [
      ...[topic, partition, committed ?? '', end ?? '', lag ?? ''],
      member ?? '',
    ]);
    if (rows.length > 0) printLine(table(['topic', 'partition', 'committed', 'end', 'lag', 'member'], rows));
    else printLine('It has no committed positions.');
  }
  return 0;
}

async function remove(signal: AbortSignal, names: readonly string[], flags: BrokerFlags): Promise<ExitCode> {
  const { connection } = await chosenBrokers(flags);
  const within = new Deadline(TIMEOUT_MS, signal);
  return eachName(names, 'group', async (name) => {
    const facts = await describeGroup(connection, name, within);
    if (facts === undefined) {
      printNotice(`${name}: does not exist`);
      return false;
    }
    if (facts.members.length > 0) {
      const who = facts.members.map(memberName).join(', ');
      printNotice(`${name}: not deleted, because it has ${facts.members.length} members: ${who}. Stop them first.`);
      return false;
    }
    await deleteGroups(connection, [name], within);
    const topics = topicsOf(facts);
    printLine(`${name}: deleted${topics.length === 0 ? '' : `, with its positions in ${topics.join(', ')}`}`);
    return true;
  });
}

async function existing(connection: KafkaConnection, name: string, within: Deadline): Promise<GroupFacts> {
  const facts = await describeGroup(connection, name, within);
  if (facts !== undefined) return facts;
  throw new pubsub_error('argument_invalid', 'metadata', `group ${name} does not exist`, {
    hint: '`easy-pubsub groups list` shows the groups.',
    details: { group: name },
  });
}

/** Every partition that a member reads, or in which the group has a position. */
async function lagOf(facts: GroupFacts, connection: KafkaConnection, within: Deadline) {
  const places = new Map<string, { topic: string; partition: number; committed?: number; member?: string }>();
  const place = (topic: string, partition: number) => {
    const key = `${topic}/${partition}`;
    const known = places.get(key) ?? { topic, partition };
    places.set(key, known);
    return known;
  };
  for (const { topic, partition, offset } of facts.commits) place(topic, partition).committed = offset;
  for (const member of facts.members)
    for (const { topic, partition } of member.partitions) place(topic, partition).member = memberName(member);
  const ends = new Map<string, number>();
  for (const topic of new Set([...places.values()].map((one) => one.topic))) {
    // A topic that was deleted has no end.
    const ranges = await readLogRanges(connection, topic, within).catch(() => new Map<number, { end: number }>());
    for (const [partition, { end }] of ranges) ends.set(`${topic}/${partition}`, end);
  }
  const positions = [...places]
    .map(([key, one]) => {
      const end = ends.get(key);
      const lag = end === undefined || one.committed === undefined ? undefined : Math.max(0, end - one.committed);
      return { ...one, end, lag };
    })
    .sort((one, other) => one.topic.localeCompare(other.topic) || one.partition - other.partition);
  return { ...facts, positions };
}

function topicsOf({ members, commits }: GroupFacts): string[] {
  return [...new Set([...members.flatMap(({ topics }) => topics), ...commits.map(({ topic }) => topic)])].sort();
}

function memberName({ clientId, host }: GroupFacts['members'][number]): string {
  return `${clientId} at ${host}`;
}
