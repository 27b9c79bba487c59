import { expect, inject, test } from 'vitest';
import { kafkaTools } from '../../../local/kafka/index.js';
import { runChecks } from '../../../sanity/checks/all-checks.js';
import { reportSchema } from '../../../sanity/report/schema.js';
import { SanityProcess } from '../../support/sanity-process.js';
import { makeWorld, topicOptions } from '../../support/world.js';
import { patient } from '../../support/patience.js';

const BROKERS = inject('brokers').join(',');

test('two runs at the same time are healthy and do not affect each other', { timeout: patient(90_000) }, async () => {
  const world = await makeWorld({ brokers: inject('brokers') });
  const args = ['--brokers', BROKERS, '--count', '60', '--json', ...topicOptions(world)];
  const ends = await Promise.all([0, 1].map(() => SanityProcess.run(args)));
  for (const end of ends) {
    const report = reportSchema.parse(end.report());
    expect(report).toMatchObject({ verdict: 'healthy', exit_code: 0 });
    expect(end.exitCode).toBe(0);
    const { sent, delivered, duplicate } = report.ledger;
    expect({ delivered, duplicate }).toEqual({ delivered: sent, duplicate: 0 });
    // Every check has its line, except for those that are only made after a failure.
    const made = report.checks.map(({ id }) => id);
    const expected = ['config', 'kafka', 'foreign_groups'];
    expect(made.toSorted()).toEqual(
      [...expected, ...runChecks.filter(({ optional }) => optional !== true).map(({ id }) => id)].toSorted(),
    );
    expect(end.check('kafka')?.evidence).toBe(`named at ${BROKERS}; this check does not connect to them`);
    // The topics existed before the run.
    expect(end.check('bad_records')).toMatchObject({
      outcome: 'skipped',
      evidence: expect.stringMatching(/topics that this run created/) as string,
    });
    // The hops come from several processes.
    const pids = Object.values(report.processes).flat();
    expect(Object.keys(report.processes).toSorted()).toEqual(['publisher', 'reply_to', 'worker']);
    expect(new Set(pids).size).toBe(pids.length);
  }
});

test('with --keep, Kafka’s own tools find the reported records', { timeout: patient(90_000) }, async () => {
  const world = await makeWorld({ brokers: inject('brokers') });
  const { settings } = world;
  const end = await SanityProcess.run([
    ...['--brokers', BROKERS, '--keep', '--count', '200', '--json'],
    ...topicOptions(world),
  ]);
  expect(end.exitCode, end.stderr).toBe(0);
  const report = end.report();
  expect(report.records.left_out).toBe(0);

  const tools = await kafkaTools();
  const consumed = async (topic: string): Promise<string[]> => {
    const { stdout } = await tools.run('console-consumer', [
      ...['--bootstrap-server', BROKERS, '--topic', topic, '--from-beginning', '--timeout-ms', String(patient(4_000))],
      ...['--property', 'print.partition=true', '--property', 'print.offset=true', '--property', 'print.value=true'],
      ...['--property', 'line.separator=\u0001\n'],
    ]);
    return stdout.split('\u0001\n').filter((line) => line.startsWith('Partition:'));
  };
  const reported = (records: typeof report.records.worker): string[] =>
    records.map(([partition, offset]) => `${partition}:${offset}`).toSorted();
  const { worker, reply_to } = settings.topics;
  const [requests, replies] = await Promise.all([consumed(worker), consumed(reply_to)]);
  for (const [lines, records] of [
    [requests, report.records.worker],
    [replies, report.records.reply_to],
  ] as const) {
    const found = new Map(
      lines.map((line) => {
        const [, partition, offset, value] = /^Partition:(\d+)\tOffset:(\d+)\t(.*)$/s.exec(line) ?? [];
        return [`${partition}:${offset}`, value ?? ''] as const;
      }),
    );
    expect([...found.keys()].toSorted()).toEqual(reported(records));
    const foreign = records.filter(([partition, offset, id]) => !found.get(`${partition}:${offset}`)?.includes(id));
    expect(foreign).toEqual([]);
  }

  const group = report.groups.find(({ function: name }) => name === 'worker');
  expect(group).toMatchObject({ outcome: 'kept' });
  const described = await tools.run('consumer-groups', [
    '--bootstrap-server',
    BROKERS,
    '--describe',
    '--group',
    group!.name,
  ]);
  const committed = Object.fromEntries(
    described.stdout.split('\n').flatMap((line) => {
      const [name, topic, partition, offset] = line.split(/\s+/);
      return name === group!.name && topic === settings.topics.worker ? [[partition, Number(offset)]] : [];
    }),
  ) as Record<string, number>;
  // A partition without a frame of the run is where it was.
  expect(committed).toMatchObject(report.worker_done_until);
  expect(Object.keys(report.worker_done_until).length).toBeGreaterThan(1);
});
