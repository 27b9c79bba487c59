import { randomUUID } from 'node:crypto';
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { transform } from 'esbuild';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { entries } from '../../scripts/entries.js';
import { Deadline } from '../../src/base/deadline.js';
import { air_core_codec, config, publisher, requester, topic_type, worker, worker_frame } from '../../src/index.js';
import { describeGroup, type GroupFacts } from '../../src/kafka/admin/groups.js';
import { createTopics, deleteTopics } from '../../src/kafka/admin/create-topics.js';
import { kafkaConnection } from '../../src/pubsub/kafka-connection.js';
import { patient } from '../support/patience.js';
import { produceRaw } from '../support/produce-raw.js';
import { built } from '../support/programs.js';
import { readTopic } from '../support/read-topic.js';
import { until } from '../support/until.js';
import { handWrittenPages, ROOT, SnippetFolder, snippetsOf, type Snippet } from '../../scripts/docs/snippets.js';

/** How a program of a page is run, and what it prints. */
interface Run {
  readonly page: string;
  /** A string that only this program has. */
  readonly has: string;
  /** On stdout; what is on stderr, if it should print there. */
  readonly prints: string | RegExp;
  readonly errors?: RegExp;
  /** The topics in its environment: NAME and NAME.replies. @default those of the run */
  readonly topics?: string;
  /** It receives its own request: a second run must not get this again. */
  readonly acknowledges?: true;
  /** The programs that answer it, which run until they are ended. */
  readonly beside?: readonly (Pick<Run, 'has' | 'topics'> & {
    /** The topic that it reads as soon as it is ready. @default the worker topic of its environment */
    readonly reads?: string;
  })[];
}

/** A program that runs until it is ended. */
interface Service {
  readonly page: string;
  readonly has: string;
  /** The topics that it reads as soon as it is ready. @default the worker topic of the run */
  readonly reads?: readonly string[];
}

const runs: readonly Run[] = [
  { page: 'README.md', has: "command: 'greet', payloads", prints: 'hello, Ann\n' },
  { page: 'README.md', has: '// 6. receive', prints: 'hello\n', acknowledges: true },
  { page: 'docs/configuration.md', has: 'config.from_env();', prints: '' },
  { page: 'docs/errors.md', has: 'reply_in_time', prints: '' },
  { page: 'docs/first-service.md', has: '// orders.ts', beside: [{ has: '// pricing.ts' }], prints: '14\n' },
  { page: 'docs/first-service.md', has: 'fail_fast', prints: '', errors: /^deadline_exceeded Check that a worker/ },
  { page: 'docs/first-service.md', has: 'request_many', prints: 'A-1\nB-2\n' },
  {
    page: 'docs/first-service.md',
    has: '// place-order.ts',
    topics: 'orders',
    beside: [
      { has: '// pricing.ts', topics: 'pricing' },
      { has: '// order-service.ts', reads: 'orders' },
    ],
    prints: '14\n',
  },
  { page: 'docs/opentelemetry.md', has: '// telemetry.ts', prints: '' },
  { page: 'docs/opentelemetry.md', has: '// sdk.ts', prints: '' },
];

const services: readonly Service[] = [
  { page: 'docs/first-service.md', has: 'accepted: true' },
  { page: 'docs/first-service.md', has: 'await fetch' },
  { page: 'docs/first-service.md', has: "topics: { worker: 'invoices' }", reads: ['orders', 'invoices'] },
];

/** Makes the programs ready for Node: transforms them, and installs the package beside them. */
async function prepare(folder: SnippetFolder, snippets: readonly Snippet[]): Promise<void> {
  for (const snippet of snippets) {
    const { code } = await transform(snippet.text, { loader: 'ts', target: 'node20' });
    await writeFile(runnable(folder, snippet), code);
  }
  const installed = join(folder.path, 'node_modules', 'easy-pubsub');
  await mkdir(installed, { recursive: true });
  const exported = Object.entries(entries).map(([name, source]) => [
    name === 'index' ? '.' : `./${name}`,
    `./${name}.js`,
    `export * from '${built(source)}';\n`,
  ]);
  const exports = Object.fromEntries(exported) as object;
  await writeFile(join(installed, 'package.json'), JSON.stringify({ name: 'easy-pubsub', type: 'module', exports }));
  for (const [, file = '', text = ''] of exported) await writeFile(join(installed, file), text);
}

function runnable(folder: SnippetFolder, snippet: Snippet): string {
  return folder.file(snippet).replace(/\.ts$/, '.js');
}

/** Programs that are not run, and why. */
const others: Readonly<Record<string, string>> = {
  '// contract.ts': 'orders.ts and pricing.ts import it',
  '// order-contract.ts': 'order-service.ts and place-order.ts import it',
  '// order-service.ts': 'it runs beside place-order.ts',
  '// send-again.ts': 'it has a test of its own',
  '// pricing.ts': 'it runs beside orders.ts',
  'createServer(': 'it listens on a port that the machine may use',
  '// total.ts': 'the tests beside it import it',
  '// total.test.ts': 'test/testing/runners.test.ts runs it',
  '// total.node.ts': 'test/testing/runners.test.ts runs it',
  '// global-kafka.ts': 'test/testing/runners.test.ts runs it',
  '// prometheus.ts': 'it listens on a port that the machine may use',
  'grantPubsub(pricing': 'it creates a template; test/cdk does',
};

const id = randomUUID().slice(0, 8);
const topicOf = (name: string): string => `${name}-${id}`;
/** Each run has its own, so that it has the requests of its own programs only. */
const numbered = [...runs, ...services, 'send again'].flatMap((_, at) => [`worker-${at}`, `reply_to-${at}`]);
const AGAIN = runs.length + services.length;
const DEAD = topicOf('dead');
const topics = [
  ...['orders', 'invoices', 'pricing', 'dead', ...numbered].map(topicOf),
  ...['orders', 'pricing'].flatMap((name) => [`${topicOf(name)}.replies`, `${topicOf(name)}.dead`]),
];
const connection = kafkaConnection(config.create({ connection: { brokers: inject('brokers') } }));
let programs: Snippet[];
let folder: SnippetFolder;

beforeAll(async () => {
  await createTopics(
    connection,
    topics.map((topic) => ({ topic, partitions: 1, replicationFactor: 1 })),
    new Deadline(30_000),
  );
  const all = (await Promise.all((await handWrittenPages()).map(snippetsOf))).flat();
  programs = all.filter(({ language }) => language === 'ts');
  // Topics of their own, because all tests share the broker.
  const renamed = programs.map((one) => ({
    ...one,
    text: one.text
      .replaceAll(/worker: '(orders|invoices)'/g, (_, name: string) => `worker: '${topicOf(name)}'`)
      .replaceAll(/topics\('(orders|pricing)'\)/g, (_, name: string) => `topics('${topicOf(name)}')`),
  }));
  folder = await SnippetFolder.make(renamed);
  await prepare(folder, renamed);
});
afterAll(async () => {
  await folder?.[Symbol.asyncDispose]();
  await deleteTopics(connection, topics, new Deadline(10_000)).catch(() => undefined);
});

function programWith(page: string, text: string): Snippet {
  const found = programs.filter((one) => one.page === page && one.text.includes(text));
  expect(found, text).toHaveLength(1);
  return found[0]!;
}

function start(program: Snippet, at: number, own?: string, env: NodeJS.ProcessEnv = {}): ChildProcess {
  return spawn(process.execPath, [runnable(folder, program)], {
    cwd: folder.path,
    env: {
      PATH: process.env['PATH'],
      HOME: ROOT,
      PUBSUB_BROKERS: inject('brokers').join(','),
      PUBSUB_WORKER_TOPIC: topicOf(own ?? `worker-${at}`),
      PUBSUB_REPLY_TO_TOPIC: own === undefined ? topicOf(`reply_to-${at}`) : `${topicOf(own)}.replies`,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** True if this holds for the worker groups of all of these topics. */
async function groupsAre(names: readonly string[], holds: (group: GroupFacts) => boolean): Promise<boolean> {
  const groups = await Promise.all(
    names.map((name) => describeGroup(connection, `easy-pubsub-${topicOf(name)}`, new Deadline(10_000))),
  );
  return groups.every((group) => group !== undefined && holds(group));
}

const isReading = ({ members }: GroupFacts): boolean => members.some(({ partitions }) => partitions.length > 0);

async function ended(child: ChildProcess): Promise<{ code: number | null; stdout: string; stderr: string }> {
  let [stdout, stderr] = ['', ''];
  child.stdout?.on('data', (data: Buffer) => (stdout += data.toString()));
  child.stderr?.on('data', (data: Buffer) => (stderr += data.toString()));
  const code = await new Promise<number | null>((resolve) => {
    child.once('close', resolve);
  });
  return { code, stdout, stderr };
}

describe('programs of the pages do what the pages say, on a real Kafka', () => {
  test.each(runs.map((run) => [`${run.page}: ${run.has}`, run] as const))(
    '%s',
    { timeout: patient(40_000) },
    async (_, { page, has, prints, errors, topics: own, acknowledges, beside = [] }) => {
      const at = runs.findIndex((run) => run.has === has);
      const answers = beside.map((one) => start(programWith(page, one.has), at, one.topics));
      const answersEnd = answers.map(ended);
      try {
        const names = beside.map(({ topics: theirs, reads }) => reads ?? theirs ?? `worker-${at}`);
        const isAnyOver = (): boolean => answers.some(({ exitCode }) => exitCode !== null);
        await until('they read their topics', async () => isAnyOver() || (await groupsAre(names, isReading)), 20_000);
        const { code, stdout, stderr } = await ended(start(programWith(page, has), at, own));
        expect({ code, stdout, stderr: errors === undefined ? stderr : '' }).toEqual({
          code: 0,
          stdout: prints,
          stderr: '',
        });
        if (errors !== undefined) expect(stderr).toMatch(errors);
        if (acknowledges === undefined) return;
        const topic = topicOf(`worker-${at}`);
        const group = await describeGroup(connection, `easy-pubsub-${topic}`, new Deadline(10_000));
        expect(group?.commits).toMatchObject([{ topic, offset: 1 }]);
      } finally {
        for (const one of answers) one.kill('SIGTERM');
        await Promise.all(answersEnd);
      }
    },
  );

  test.each(services.map((service) => [`${service.page}: ${service.has}`, service] as const))(
    '%s runs until it is ended',
    { timeout: patient(40_000) },
    async (_, { page, has, reads }) => {
      const at = runs.length + services.findIndex((service) => service.has === has);
      const child = start(programWith(page, has), at);
      const end = ended(child);
      const names = reads ?? [`worker-${at}`];
      const holds = async (fact: (group: GroupFacts) => boolean): Promise<boolean> =>
        child.exitCode !== null || (await groupsAre(names, fact));
      try {
        await until('it reads its topics', () => holds(isReading), 20_000);
        // One that leaves now does not handle it.
        const sent = new Map<string, number>();
        for (const name of names.map(topicOf)) {
          await using pub = publisher.create(
            config.create({ connection: { brokers: inject('brokers') }, topics: { worker: name } }),
          );
          const { offset } = await pub.send(topic_type.worker, worker_frame({ path: 1, command: 'x' }));
          sent.set(name, offset);
        }
        const isDone = ({ commits }: GroupFacts): boolean =>
          commits.some(({ topic, offset }) => offset > (sent.get(topic) ?? offset));
        await until('it has handled a frame of each', () => holds(isDone), 20_000);
      } finally {
        child.kill('SIGTERM');
      }
      expect(await end).toEqual({ code: null, stdout: '', stderr: '' });
    },
  );

  test(
    'docs/first-service.md: // send-again.ts: a request in the dead-letter topic is handled; as it is, it is not',
    { timeout: patient(60_000) },
    async () => {
      const settings = config.create({
        connection: { brokers: inject('brokers') },
        topics: { worker: topicOf(`worker-${AGAIN}`), reply_to: topicOf(`reply_to-${AGAIN}`), dead_letter: DEAD },
      });
      const outcomes: string[] = [];
      let isMended = false;
      await using answering = worker.create(
        settings,
        () => {
          if (!isMended) throw new Error('not yet');
        },
        { on_handled: ({ kind, delivery: { frame } }) => void outcomes.push(`${frame.command} ${kind}`) },
      );
      await using caller = requester.create(settings);
      await Promise.all([answering.connect(), caller.connect()]);
      const asked = caller.request(worker_frame({ path: 1, command: 'price' }), { timeout_ms: patient(2_000) });
      await expect(asked).rejects.toMatchObject({ code: 'reply_error' });
      await until('its deadline has passed', async () => {
        const [letter] = await readTopic(connection, DEAD);
        // The reply may arrive before the dead letter is written.
        if (letter === undefined) return false;
        const frame = air_core_codec.decode(letter.value ?? new Uint8Array());
        return Number(frame.deadline?.seconds ?? 0n) + 1 < Date.now() / 1_000;
      });
      isMended = true;
      const [letter] = await readTopic(connection, DEAD);
      await produceRaw(connection, settings.topics.worker, [{ partition: 0, value: letter!.value, key: letter!.key }]);
      await until('the copy is done', () => outcomes.length === 2);

      const program = start(programWith('docs/first-service.md', '// send-again.ts'), AGAIN, undefined, {
        PUBSUB_DEAD_LETTER_TOPIC: DEAD,
      });
      const end = ended(program);
      await until('it is handled', () => outcomes.length === 3 || program.exitCode !== null, 20_000);
      program.kill('SIGINT');
      expect(await end).toEqual({ code: 0, stdout: '', stderr: '' });
      expect(outcomes).toEqual(['price failed', 'price expired', 'price handled']);
    },
  );

  test('every program is run, or has a reason why not', () => {
    const known = [...[...runs, ...services].map(({ has }) => has), ...Object.keys(others)];
    const unknown = programs.filter(({ text }) => !known.some((one) => text.includes(one)));
    expect(unknown.map(({ page, line }) => `${page}: ${line}`)).toEqual([]);
  });
});
