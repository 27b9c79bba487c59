import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { describe, expect, inject, onTestFinished, test } from 'vitest';
import { Deadline } from '../../../src/base/deadline.js';
import { publisher, topic_type, worker_frame, worker_subscriber } from '../../../src/index.js';
import { createTopics, deleteTopics } from '../../../src/kafka/admin/create-topics.js';
import { readLogEnds } from '../../../src/kafka/admin/log-ranges.js';
import { groupsReading } from '../../support/groups-reading.js';
import { easyPubsub } from '../../support/broker-cli.js';
import { isAlive, SanityProcess, temporary } from '../../support/sanity-process.js';
import { skipFor } from '../../support/skips.js';
import { until } from '../../support/until.js';
import { makeWorld, topicOptions, topicVariables } from '../../support/world.js';
import { patient } from '../../support/patience.js';

const BROKERS = inject('brokers').join(',');
const NO_PROC = existsSync('/proc/self/environ') ? undefined : 'no-proc';

/** All of them wait for replies when it happens, so that they time out together. */
const manyAtOnce = ['--count', '3000', '--concurrency', '3000', '--timeout', '15'];

describe('a run in which a process is killed', () => {
  test(
    'reports a failed check for a worker that is killed with SIGKILL, and leaves no files',
    { timeout: patient(90_000) },
    async (context) => {
      skipFor(context, NO_PROC);
      const world = await makeWorld({ brokers: inject('brokers') });
      const folder = await temporary();
      const run = SanityProcess.start(
        ['--brokers', BROKERS, ...manyAtOnce, '--json', ...topicOptions(world)],
        folder.env,
      );
      await run.waitsFor('the answers to the counted requests');
      process.kill(run.functionPid('worker'), 'SIGKILL');
      const end = await run.ended;
      expect(end.exitCode).toBe(1);
      expect(end.report().verdict).toBe('unhealthy');
      expect(end.check('function_worker')).toMatchObject({
        outcome: 'fail',
        evidence: expect.stringMatching(/signal: killed/) as string,
      });
      expect(await folder.left()).toEqual([]);
    },
  );
});

describe('on brokers that the user named', () => {
  test(
    'a missing topic: exit code 1, and the command in the hint creates it',
    { timeout: patient(90_000) },
    async () => {
      const world = await makeWorld({ brokers: inject('brokers') });
      const names = topicVariables(world);
      await deleteTopics(world.connection, Object.values(names), new Deadline(10_000));
      const end = await SanityProcess.run(['--brokers', BROKERS, '--json', '--count', '10', ...topicOptions(world)]);
      expect(end.exitCode).toBe(1);
      const topics = end.check('topics');
      expect(topics).toMatchObject({ outcome: 'fail', code: 'topic_unknown' });
      // As printed: the environment does not name the topics.
      const command = /: easy-pubsub (.+)\. Or let/.exec(topics?.hint ?? '')?.[1] ?? '';
      const made = await easyPubsub({ env: process.env }, ...command.split(' '));
      expect(made.exitCode, made.stderr).toBe(0);
      expect(made.stdout).toBe(
        Object.values(names)
          .map((name) => `${name}: created\n`)
          .join(''),
      );
      const again = await easyPubsub(
        { env: { ...process.env, ...names, PUBSUB_BROKERS: BROKERS } },
        'topics',
        'create',
      );
      expect(again.stdout).toBe(
        Object.values(names)
          .map((name) => `${name}: already exists\n`)
          .join(''),
      );
      // They existed: the run writes no invalid records to them, although it may create missing topics.
      const args = ['--brokers', BROKERS, '--json', '--count', '10', '--create-topics', ...topicOptions(world)];
      const healthy = await SanityProcess.run(args);
      expect(healthy.exitCode).toBe(0);
      expect(healthy.check('bad_records')).toMatchObject({ outcome: 'skipped' });
    },
  );

  test(
    'another group uses the topics: it is named, and the run stops without --allow-foreign-groups',
    { timeout: patient(60_000) },
    async () => {
      const world = await makeWorld({ brokers: inject('brokers') });
      const reader = worker_subscriber.create(world.settings);
      await reader.connect();
      const args = ['--brokers', BROKERS, '--json', '--count', '10', ...topicOptions(world)];
      const stopped = await SanityProcess.run(args);
      expect(stopped.exitCode).toBe(2);
      expect(stopped.check('foreign_groups')).toMatchObject({
        outcome: 'fail',
        evidence: expect.stringContaining(world.settings.groups.worker) as string,
      });
      expect(stopped.report().ledger.sent).toBe(0);
      const went = await SanityProcess.run([...args, '--allow-foreign-groups']);
      expect(went.exitCode).toBe(0);
      expect(went.check('foreign_groups')?.outcome).toBe('warn');

      // A service that is down: its group has positions, and no members.
      const pub = publisher.create(world.settings);
      for (const path of [1, 1]) await pub.send(topic_type.worker, worker_frame({ path: [path], command: 'x' }));
      // Taking the second one acknowledges the first.
      await reader.frames.get();
      await reader.frames.get();
      await reader.dispose();
      await pub.dispose();
      const down = await SanityProcess.run(args);
      expect(down.exitCode).toBe(2);
      expect(down.check('foreign_groups')).toMatchObject({
        outcome: 'fail',
        evidence: expect.stringContaining(`${world.settings.groups.worker} (no members now`) as string,
      });
      expect(down.report().ledger.sent).toBe(0);
    },
  );

  test('variables of a service in the shell do not steer the run', { timeout: patient(60_000) }, async () => {
    const world = await makeWorld({ brokers: inject('brokers') });
    const { worker, reply_to } = world.settings.topics;
    const letters = `dead-${randomUUID()}`;
    await createTopics(
      world.connection,
      [{ topic: letters, partitions: 1, replicationFactor: 1 }],
      new Deadline(10_000),
    );
    onTestFinished(() => deleteTopics(world.connection, [letters], new Deadline(10_000)));
    const env = {
      ...topicVariables(world),
      PUBSUB_REPLY_TOPICS_ALLOWED: 'elsewhere',
      PUBSUB_DEAD_LETTER_TOPIC: letters,
      PUBSUB_ALLOW_AUTO_TOPIC_CREATION: 'true',
      PUBSUB_RETRY_ATTEMPTS: '5',
      PUBSUB_HANDLER_TIMEOUT_MS: '1',
      PUBSUB_WORKER_START: 'latest',
      PUBSUB_REPLY_MODE: 'own',
    };
    const run = await SanityProcess.run(['--brokers', BROKERS, '--create-topics', '--count', '5'], env);
    expect(run.exitCode, run.stdout + run.stderr).toBe(0);
    const [, writes, unused] = run.stdout.split('\n');
    expect(writes).toMatch(
      /^This run writes to the topics sanity\.worker and sanity\.reply_to; consumer groups: easy-pubsub-/,
    );
    for (const [name, value] of Object.entries(env)) expect(unused).toContain(`${name}=${value}`);
    for (const topic of [worker, reply_to, letters]) {
      const ends = await readLogEnds(world.connection, topic, new Deadline(10_000));
      expect([...ends.values()].every((end) => end === 0)).toBe(true);
    }
  });
});

describe('Ctrl-C and SIGTERM', () => {
  test('say which topics are left', { timeout: patient(60_000) }, async () => {
    const { connection } = await makeWorld({ brokers: inject('brokers') });
    const [worker, reply] = [`left-${randomUUID()}`, `left-${randomUUID()}`];
    onTestFinished(() => deleteTopics(connection, [worker, reply], new Deadline(10_000)));
    const run = SanityProcess.start([
      ...['--brokers', BROKERS, '--count', '4000', '--create-topics'],
      ...['--worker-topic', worker, '--reply-topic', reply],
    ]);
    await run.waitsFor('the answers to the counted requests');
    run.kill('SIGINT');
    const { stderr } = await run.ended;
    expect(stderr).toContain(`Left on ${BROKERS}: the topics ${worker}, ${reply} (created by this run).`);
  });

  test.each([
    ['SIGINT', 130, 'the publisher function to start', 4_000],
    ['SIGINT', 130, 'the answers to the counted requests', 4_000],
    ['SIGTERM', 143, 'one function to publish', 40],
  ] as const)('%s, exit code %i, while it waits for %s', { timeout: patient(60_000) }, async (...row) => {
    const [signal, code, words, count] = row;
    const world = await makeWorld({ brokers: inject('brokers') });
    const folder = await temporary();
    const run = SanityProcess.start(
      ['--brokers', BROKERS, '--count', String(count), ...topicOptions(world)],
      folder.env,
    );
    await run.waitsFor(words);
    const started = run.descendants();
    run.kill(signal);
    // A terminal sends it to npm and to us, and npm sends it on to us.
    if (signal === 'SIGINT') run.kill(signal);
    const end = await run.ended;
    expect(end.exitCode, end.stderr).toBe(code);
    // To end three functions and their groups takes time at that moment.
    if (words.includes('answers')) expect(end.stderr).toContain('Stopping and cleaning up. Press Ctrl-C again');
    await until('everything that it started has ended', () => !started.some(isAlive));
    expect(await folder.left()).toEqual([]);
    expect(end.stderr).toContain(`Nothing of this run is left on ${BROKERS}.`);
    const { worker, reply_to } = world.settings.topics;
    expect(await groupsReading(world.connection, [worker, reply_to], new Deadline(10_000))).toEqual([]);
  });
});
